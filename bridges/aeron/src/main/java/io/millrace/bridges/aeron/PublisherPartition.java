package io.millrace.bridges.aeron;

import io.millrace.client.FrameDescriptor;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.Source;
import org.jspecify.annotations.Nullable;

/**
 * The place of one publisher at a time. A position is (publisher, sequence); it says which publisher had the place when
 * the job goes on after a restart.
 *
 * <p><b>Threading:</b> the source agent's thread.
 */
final class PublisherPartition implements Source.Partition
{
    private static final long UNKNOWN = FrameDescriptor.UNKNOWN;

    final int index;
    private final PublisherSessions source;
    long publisherId = UNKNOWN;
    /** Sequence of the row that is taken next; UNKNOWN before the publisher's first. */
    long expected = UNKNOWN;
    /** Rows before it are journaled. */
    long acknowledged;
    @Nullable Session session;
    /** A later session of the same publisher, which takes over once the earlier one has been read. */
    @Nullable Session successor;
    long successorDueNs;
    long missed;
    long repeated;
    /** Rows behind a missing one that were passed over. */
    long passedOver;
    boolean hasLeft;
    boolean isAnswerWanted;
    boolean lacksRows;
    long answerDueNs;
    long heartbeatDueNs;
    long answeredExpected = UNKNOWN;

    PublisherPartition(final PublisherSessions source, final int index)
    {
        this.source = source;
        this.index = index;
    }

    /** Whether nobody has this place. */
    boolean isFree()
    {
        return publisherId == UNKNOWN;
    }

    @Override
    public int poll(final RecordHandler handler, final int limit)
    {
        source.goLive();
        final Session from = session;
        if (from == null || from.route != Session.Route.PUBLISHER)
        {
            return 0;
        }
        return source.poll(from, handler, limit, this);
    }

    @Override
    public boolean isEnded()
    {
        return false;
    }

    @Override
    public boolean isAbsent()
    {
        return hasLeft || isFree();
    }

    @Override
    public long positionHigh()
    {
        return publisherId;
    }

    @Override
    public void resumeAfter(final long high, final long low)
    {
        publisherId = high;
        expected = low + 1;
        acknowledged = low + 1;
    }

    @Override
    public void acknowledge(final long high, final long low)
    {
        if ((high == publisherId || isFree()) && low + 1 > acknowledged)
        {
            acknowledged = low + 1;
            isAnswerWanted = true;
        }
    }

    @Override
    public String describe(final long high, final long low)
    {
        return source.terms().name() + " publisher " + high + ": row " + low;
    }

    @Override
    public long bytesRead()
    {
        return index == 0 ? source.bytesRead() : 0;
    }
}
