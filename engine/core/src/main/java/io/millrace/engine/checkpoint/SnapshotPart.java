package io.millrace.engine.checkpoint;

import io.millrace.engine.log.Log;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.snapshot.SnapshotDescriptor;

/** One agent's share of each checkpoint: what it hands over at the cut, and what that says. */
final class SnapshotPart
{
    private static final int POLL_LIMIT = 16;

    /** Takes the records of a part. */
    @FunctionalInterface
    interface Taker
    {
        void take(String part, long address, int length);
    }

    private final String name;
    private final Taker taker;
    private final Log.Reader reader;
    private final Log.RecordConsumer consumer = this::onBatch;
    private long[] nextNumbers = {};
    private long closedWindows;
    private boolean hasBegun;
    private boolean isEnded;

    SnapshotPart(final String name, final Log log, final Taker taker)
    {
        this.name = name;
        this.taker = taker;
        reader = log.newReader(0);
    }

    /** Another checkpoint begins. */
    void begin()
    {
        hasBegun = false;
        isEnded = false;
        closedWindows = 0;
    }

    int work()
    {
        if (isEnded)
        {
            return 0;
        }
        final int work = reader.poll(consumer, POLL_LIMIT);
        reader.release(reader.position());
        return work;
    }

    private boolean onBatch(final long address, final int length)
    {
        for (long at = RecordDescriptor.firstRecord(address); at < address + length;
            at = RecordDescriptor.nextRecord(at))
        {
            if (RecordDescriptor.kind(at) == SnapshotDescriptor.BEGIN)
            {
                nextNumbers = SnapshotDescriptor.nextNumbers(RecordDescriptor.payload(at));
                hasBegun = true;
            }
            else if (RecordDescriptor.kind(at) == SnapshotDescriptor.SLICE)
            {
                closedWindows += SnapshotDescriptor.isClosed(RecordDescriptor.payload(at)) ? 1 : 0;
            }
            else if (RecordDescriptor.kind(at) == SnapshotDescriptor.END)
            {
                isEnded = true;
            }
        }
        taker.take(name, address, length);
        return true;
    }

    /** Whether there is something to {@link #work} on. */
    boolean hasMore()
    {
        return reader.hasMore();
    }

    /** Whether the agent has come to the cut. */
    boolean hasBegun()
    {
        return hasBegun;
    }

    /** Whether all of it has been handed over. */
    boolean isEnded()
    {
        return isEnded;
    }

    /** By writer of this agent, number of the first record behind the cut. */
    long[] nextNumbers()
    {
        return nextNumbers;
    }

    /** Windows that had closed before the cut, and were still to be drained. */
    long closedWindows()
    {
        return closedWindows;
    }
}
