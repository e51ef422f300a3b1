package io.millrace.engine.sink;

import io.millrace.engine.Counter;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.live.LiveFile;
import io.millrace.engine.live.Measure;
import io.millrace.engine.log.Log;
import io.millrace.engine.storage.StorageException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One sink's commits in a state folder; a sink that fails is closed, and opened again at its stored position.
 *
 * <p><b>Threading:</b> its sink agent's; counters and {@link #storedPosition()} are for all.
 */
public final class SinkCommits
{
    private static final String NEXT = "next.";
    private static final String ENTRY = "entry";
    private static final String SKIPPING = "skipping";

    private final Target target;
    private final CommitTerms terms;
    private final DeliveryGuarantee guarantee;
    private final CommitTerms.Policy policy;
    /** Where positions are stored in another thread; null where they are stored in this one. */
    private final StoringAgent.@Nullable Slot aside;
    private final Counter committed = new Counter();
    private final SinkOutage outage;
    private final Counter storedPosition = new Counter();
    private long lastEntry = -1;
    /** Number of the next record by writer, where {@link #isSkipping}. */
    private long[] next = new long[0];
    /** Whether the output log has lost records that were delivered: they come again and are passed over. */
    private boolean isSkipping;
    private SinkPosition stored = new SinkPosition(0, 0, "", Map.of());
    private long lastCommitNs;
    /** What the log holds up to here has waited for an earlier run's commit: it is shown as soon as it is read. */
    private long overdueTo;
    private volatile @Nullable String detachment;
    private Consumer<String> errors = error ->
    {
    };

    /**
     * @param aside null where this thread may wait for the disk.
     */
    SinkCommits(
        final Target target, final CommitTerms terms, final DeliveryGuarantee guarantee,
        final CommitTerms.Policy policy, final StoringAgent.@Nullable Slot aside)
    {
        this.aside = aside;
        this.target = target;
        this.terms = terms;
        this.guarantee = guarantee;
        this.policy = policy;
        outage = new SinkOutage(target.name(), terms);
    }

    /**
     * Goes on where an earlier run stopped: the position in the output log from which to read.
     *
     * @throws StorageException   where that can't be told, or the log no longer holds what comes next.
     * @throws ConnectorException where the sink can't complete what the earlier run committed.
     */
    long start(final Log output)
    {
        lastCommitNs = terms.nanoClock().getAsLong();
        final SinkPosition earlier = terms.positions().load(target.name());
        if (earlier == null)
        {
            // Stored before the first row: whatever is written from now on belongs to a token that is known.
            store(output.beginPosition(), guarantee == DeliveryGuarantee.NONE ? "" : target.prepare());
            return stored.position();
        }
        long position = earlier.position();
        if (position < output.beginPosition())
        {
            final String lost = "sink " + target.name() + " had come to " + position + " of the output log, which " +
                "begins at " + output.beginPosition();
            if (policy != CommitTerms.Policy.DETACH)
            {
                throw new StorageException(StorageException.Kind.DAMAGED, lost + ": results in between are gone");
            }
            terms.messages().accept(lost + "; it was detached, and results in between are not delivered to it");
            position = output.beginPosition();
        }
        recover(earlier);
        overdueTo = guarantee == DeliveryGuarantee.NONE ? 0 : output.endPosition();
        if (position > output.endPosition())
        {
            // The system died with the end of the log unwritten: its records will be made and numbered again.
            isSkipping = true;
            position = output.endPosition();
        }
        if (position != earlier.position())
        {
            store(position, guarantee == DeliveryGuarantee.NONE ? "" : target.prepare());
        }
        return position;
    }

    private void recover(final SinkPosition position)
    {
        hold(position);
        restoreNext(position);
        target.restore(position.counts());
        if (guarantee != DeliveryGuarantee.NONE)
        {
            target.recover(position.token());
        }
    }

    private void hold(final SinkPosition position)
    {
        stored = position;
        storedPosition.set(position.position());
        committed.set(position.commit());
    }

    private void restoreNext(final SinkPosition position)
    {
        next = new long[0];
        lastEntry = position.counts().getOrDefault(ENTRY, -1L);
        isSkipping = position.counts().containsKey(SKIPPING);
        position.counts().forEach((name, number) ->
        {
            if (name.startsWith(NEXT))
            {
                final int writer = Integer.parseInt(name.substring(NEXT.length()));
                reserve(writer);
                next[writer] = number;
            }
        });
    }

    private void reserve(final int writer)
    {
        if (writer >= next.length)
        {
            next = Arrays.copyOf(next, writer + 1);
        }
    }

    /** Takes note of the entry that a batch comes from. */
    void turnTo(final long entry)
    {
        lastEntry = Math.max(lastEntry, entry);
    }

    /** The last ring entry that has a part in what is stored, −1 for none; before the first duty cycle. */
    long lastEntry()
    {
        return lastEntry;
    }

    /** Whether a record is not one that was delivered before the log lost it. */
    boolean isNew(final int writer, final long number)
    {
        reserve(writer);
        if (isSkipping && number < next[writer])
        {
            return false;
        }
        next[writer] = number + 1;
        return true;
    }

    /** Commits what was read, where the interval is over or much of the log waits for it. */
    boolean commitIfDue(final Log.Reader reader)
    {
        if (isStoring(reader))
        {
            return false;
        }
        final long waiting = reader.position() - stored.position();
        final boolean isOverdue = stored.position() < overdueTo && reader.position() >= overdueTo;
        if (waiting == 0 || !isOverdue && terms.nanoClock().getAsLong() - lastCommitNs < terms.commitIntervalNs() &&
            waiting < terms.backlogLimit() / 4)
        {
            return false;
        }
        if (aside == null)
        {
            commit(reader);
        }
        else
        {
            lastCommitNs = terms.nanoClock().getAsLong();
            aside.store(next(reader.position(), guarantee == DeliveryGuarantee.NONE ? "" : target.prepare()));
        }
        return true;
    }

    /** Whether a position is on its way to the disk in another thread. */
    boolean isStoring(final Log.Reader reader)
    {
        if (aside == null || !aside.isStoring())
        {
            return false;
        }
        final SinkPosition done = aside.take();
        if (done == null)
        {
            return true;
        }
        hold(done);
        target.complete(done.token());
        reader.release(done.position());
        return false;
    }

    /** Commits all that was read. */
    void commit(final Log.Reader reader)
    {
        final long position = reader.position();
        if (guarantee == DeliveryGuarantee.NONE)
        {
            store(position, "");
            target.complete(target.prepare());
        }
        else
        {
            final String token = target.prepare();
            store(position, token);
            target.complete(token);
        }
        reader.release(position);
        lastCommitNs = terms.nanoClock().getAsLong();
        outage.end();
    }

    /** Nothing will be written any more: what is stored says no longer that parts are to be shown. */
    void settle(final Log.Reader reader)
    {
        if (guarantee != DeliveryGuarantee.NONE)
        {
            store(reader.position(), target.prepare());
        }
    }

    private void store(final long position, final String token)
    {
        final SinkPosition latest = next(position, token);
        terms.positions().store(target.name(), latest);
        hold(latest);
    }

    private SinkPosition next(final long position, final String token)
    {
        final Map<String, Long> counts = new TreeMap<>(target.counts());
        counts.put(ENTRY, lastEntry);
        for (int writer = 0; writer < next.length; writer++)
        {
            counts.put(NEXT + writer, next[writer]);
        }
        if (isSkipping)
        {
            counts.put(SKIPPING, 1L);
        }
        return new SinkPosition(stored.commit() + 1, position, token, counts);
    }

    /** Closes the target for now. */
    void fail(final String reason, final long backlog)
    {
        outage.begin(reason, backlog);
        errors.accept("sink " + target.name() + ": " + reason);
        try
        {
            target.close();
        }
        catch (final ConnectorException | StorageException e)
        {
            errors.accept("sink " + target.name() + " can't be closed: " + e.getMessage());
        }
    }

    SinkOutage outage()
    {
        return outage;
    }

    /** Opens the target again and goes back to the stored position. */
    void retry(final Log.Reader reader)
    {
        outage.retry();
        target.reopen();
        // A store that failed may have stored: what is there holds.
        final SinkPosition truth = terms.positions().load(target.name());
        recover(truth == null ? stored : truth);
        if (guarantee != DeliveryGuarantee.NONE)
        {
            reader.seek(stored.position());
        }
        // What failed may have come behind the store: nothing else says that the log may let go.
        reader.release(stored.position());
        outage.pause();
    }

    /** Whether the job goes on without this sink: it has been, or now is, more behind than its policy allows. */
    boolean isDetached(final Log output, final Log.Reader reader)
    {
        if (detachment != null)
        {
            return true;
        }
        final long backlog = output.endPosition() - storedPosition.get();
        if (policy != CommitTerms.Policy.DETACH || backlog < terms.backlogLimit())
        {
            return false;
        }
        final String said = "sink " + target.name() + " is detached: " + backlog + " bytes of results waited for it" +
            (outage.reason().isEmpty() ? "" : "; " + outage.reason());
        terms.messages().accept(said);
        errors.accept(said);
        detachment = said;
        storedPosition.set(Long.MAX_VALUE);
        reader.close();
        return true;
    }

    /**
     * Shows its counters. Before the first duty cycle.
     *
     * @param told of each failure, also one that comes again.
     */
    void show(final LiveFile.Contents contents, final int index, final Consumer<String> told)
    {
        errors = told;
        contents.show(Measure.SINK_COMMITS, index, 0, target.name(), committed);
        outage.show(contents, index);
    }

    /** The output log is needed from here on; Long.MAX_VALUE for a sink that is detached. */
    public long storedPosition()
    {
        return storedPosition.get();
    }

    /** Commits, those of earlier runs included. */
    public long commits()
    {
        return committed.get();
    }

    /** How often the target failed in this run. */
    public long failures()
    {
        return outage.failures();
    }

    /** Null, or what is to be said of a sink that the job went on without. */
    public @Nullable String detachment()
    {
        return detachment;
    }

    public DeliveryGuarantee guarantee()
    {
        return guarantee;
    }
}
