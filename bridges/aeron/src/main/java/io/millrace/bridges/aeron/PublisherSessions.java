package io.millrace.bridges.aeron;

import io.millrace.codecs.sbe.SbeLayout;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a table's stream, whatever carries it, and the partitions that they are read for: one for each
 * publisher, and one for messages that are no rows.
 *
 * <p><b>Threading:</b> the source agent's thread; the counts are for all. <b>Allocation:</b> none per row.
 */
final class PublisherSessions implements AutoCloseable
{
    private final Terms terms;
    private final Answers answers;
    private final AeronCounts counts;
    private final PublisherPartition[] publishers;
    private final Places places;
    private final Intake intake;
    private final ForeignPartition foreign;
    private final List<Session> sessions = new ArrayList<>();
    private boolean isLive;

    /**
     * What a table asks of its publishers.
     *
     * @param publishers how many there may be at a time.
     * @param wire       what rows look like in the format sbe; null for another format.
     */
    record Terms(
        String table, String channel, int streamId, int publishers, boolean isJournaled, @Nullable SbeLayout wire,
        int maxRecordBytes)
    {
        String name()
        {
            return channel + " stream " + streamId;
        }
    }

    PublisherSessions(final Terms terms, final Answers.Outlet outlet, final Consumer<String> notices)
    {
        this.terms = terms;
        counts = new AeronCounts();
        answers = new Answers(terms.isJournaled(), counts, outlet);
        publishers = new PublisherPartition[terms.publishers()];
        for (int i = 0; i < publishers.length; i++)
        {
            publishers[i] = new PublisherPartition(this, i);
        }
        places = new Places(publishers, terms.table(), counts, notices);
        intake = new Intake(terms, places, counts, notices);
        foreign = new ForeignPartition(this);
    }

    List<? extends Source.Partition> partitions()
    {
        // First: it keeps its number when more publishers are allowed.
        final List<Source.Partition> all = new ArrayList<>(List.of(foreign));
        all.addAll(List.of(publishers));
        return all;
    }

    Terms terms()
    {
        return terms;
    }

    AeronCounts counts()
    {
        return counts;
    }

    long bytesRead()
    {
        return intake.bytesRead();
    }

    /** Positions of an earlier run are known, rows are taken from now on. */
    void goLive()
    {
        isLive = true;
    }

    /** How many streams there are. */
    int count()
    {
        return sessions.size();
    }

    boolean hasClosed()
    {
        for (int i = 0; i < sessions.size(); i++)
        {
            if (sessions.get(i).stream.isClosed())
            {
                return true;
            }
        }
        return false;
    }

    void removeClosed()
    {
        for (int i = sessions.size() - 1; i >= 0; i--)
        {
            final Session session = sessions.get(i);
            if (session.stream.isClosed())
            {
                sessions.remove(i);
                places.forget(session);
            }
        }
    }

    boolean has(final long id)
    {
        for (final Session session : sessions)
        {
            if (session.stream.id() == id)
            {
                return true;
            }
        }
        return false;
    }

    void add(final MessageStream stream)
    {
        sessions.add(new Session(stream));
    }

    /** Whether whatever is sent wakes who rests. */
    boolean allRing()
    {
        for (int i = 0; i < sessions.size(); i++)
        {
            final Session session = sessions.get(i);
            if (!session.rings && session.route != Session.Route.NOBODY)
            {
                return false;
            }
        }
        return true;
    }

    /** Whether anything lies there that somebody is to poll. */
    boolean hasMore()
    {
        for (int i = 0; i < sessions.size(); i++)
        {
            final Session session = sessions.get(i);
            if (session.route != Session.Route.NOBODY && session.stream.hasMore())
            {
                return true;
            }
        }
        return false;
    }

    /** All streams are gone. */
    void leave()
    {
        sessions.clear();
        places.leave();
    }

    /** Meets new sessions and answers. */
    int work(final long nowNs)
    {
        return isLive && !sessions.isEmpty() ? meet(nowNs) + answers.answer(nowNs, publishers, sessions) : 0;
    }

    /** Finds out whose the new sessions are, and lets later sessions take over. */
    private int meet(final long nowNs)
    {
        int work = 0;
        for (int i = 0; i < sessions.size(); i++)
        {
            final Session session = sessions.get(i);
            if (session.route == Session.Route.UNKNOWN)
            {
                work += intake.poll(session, null, null, 1);
            }
        }
        return work + places.takeOver(nowNs);
    }

    int poll(
        final Session session, final RecordHandler to, final int limit, final PublisherPartition partition)
    {
        return intake.poll(session, to, partition, limit);
    }

    int pollForeign(final RecordHandler to, final int limit, final ForeignPartition partition)
    {
        for (int i = 0; i < sessions.size(); i++)
        {
            final Session session = sessions.get(i);
            if (session.route == Session.Route.FOREIGN)
            {
                partition.turnTo(session);
                return intake.poll(session, to, null, limit);
            }
        }
        return 0;
    }

    @Override
    public void close()
    {
        intake.close();
    }
}
