package io.millrace.engine.shard;

import io.millrace.engine.kernel.Kernel;

/**
 * The watermarks of every partition of every table as the ring has told them, and what they come to for an aggregation:
 * the least over its tables' active partitions.
 *
 * <p><b>Threading:</b> one shard.
 */
final class Watermarks
{
    private final long[][] watermarks;
    private final boolean[][] isIdle;

    /**
     * @param partitions how many partitions each table has.
     */
    Watermarks(final int[] partitions)
    {
        watermarks = new long[partitions.length][];
        isIdle = new boolean[partitions.length][];
        for (int table = 0; table < partitions.length; table++)
        {
            watermarks[table] = new long[partitions[table]];
            isIdle[table] = new boolean[partitions[table]];
            java.util.Arrays.fill(watermarks[table], Kernel.NO_TIME);
        }
    }

    int tables()
    {
        return watermarks.length;
    }

    int partitions(final int table)
    {
        return watermarks[table].length;
    }

    boolean isIdle(final int table, final int partition)
    {
        return isIdle[table][partition];
    }

    long of(final int table, final int partition)
    {
        return watermarks[table][partition];
    }

    void raise(final int table, final int partition, final long watermark)
    {
        if (watermark > watermarks[table][partition])
        {
            watermarks[table][partition] = watermark;
        }
    }

    void setIdle(final int table, final int partition, final boolean idle)
    {
        isIdle[table][partition] = idle;
    }

    /**
     * The least watermark over the active partitions of {@code tables}, one partition left out. Idle partitions hold
     * nothing back; where nothing else is active the answer is MAX_VALUE.
     *
     * @param skipTable     table of the partition left out, or −1.
     * @param skipPartition its index.
     */
    long least(final int[] tables, final int skipTable, final int skipPartition)
    {
        long least = Long.MAX_VALUE;
        for (final int table : tables)
        {
            final long[] ofTable = watermarks[table];
            for (int partition = 0; partition < ofTable.length; partition++)
            {
                final boolean isSkipped = table == skipTable && partition == skipPartition;
                if (!isSkipped && !isIdle[table][partition] && ofTable[partition] < least)
                {
                    least = ofTable[partition];
                }
            }
        }
        return least;
    }

    /** Whether any partition of {@code tables} is active: not idle, or at its end. */
    boolean hasActive(final int[] tables)
    {
        for (final int table : tables)
        {
            for (final boolean idle : isIdle[table])
            {
                if (!idle)
                {
                    return true;
                }
            }
        }
        return false;
    }
}
