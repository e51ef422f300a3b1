package io.millrace.engine.source;

import java.util.function.LongSupplier;

/**
 * Blocks that were published and are not yet committed, oldest first, with the position of each one's last row: what is
 * to be acknowledged once the journal has them. Owned by the source agent.
 */
final class Acknowledgements
{
    private static final int CAPACITY = 8192;
    private static final int MASK = CAPACITY - 1;

    private final LongSupplier committed;
    private final long[] sequences = new long[CAPACITY];
    private final long[] high = new long[CAPACITY];
    private final long[] low = new long[CAPACITY];
    private final PartitionState[] partitions = new PartitionState[CAPACITY];
    private long begin;
    private long end;

    /**
     * @param committed sequence of the last block of the ring that the journal has committed.
     */
    Acknowledgements(final LongSupplier committed)
    {
        this.committed = committed;
    }

    /** Whether nothing more may be published before something is committed. */
    boolean isFull()
    {
        return end - begin == CAPACITY;
    }

    void add(final long sequence, final PartitionState partition)
    {
        final int at = (int)end++ & MASK;
        sequences[at] = sequence;
        partitions[at] = partition;
        high[at] = partition.lastHigh;
        low[at] = partition.lastLow;
    }

    /** Tells partitions what has been committed since the last call. */
    int work()
    {
        if (begin == end)
        {
            return 0;
        }
        final long last = committed.getAsLong();
        int work = 0;
        while (begin < end && sequences[(int)begin & MASK] <= last)
        {
            final int at = (int)begin++ & MASK;
            partitions[at].partition.acknowledge(high[at], low[at]);
            work++;
        }
        return work;
    }
}
