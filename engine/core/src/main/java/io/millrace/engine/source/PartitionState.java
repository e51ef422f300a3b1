package io.millrace.engine.source;

import io.millrace.engine.connector.Source.Partition;
import io.millrace.engine.kernel.Kernel;

/** What the source agent knows of one partition. Owned by the source agent. */
final class PartitionState
{
    static final long NOT_QUIET = Long.MIN_VALUE;

    final Partition partition;
    final int index;
    final boolean keepsRaw;
    /** The greatest watermark so far. As in Flink it begins at 0: times before 1970 don't raise it. */
    long watermark;
    /** The least watermark that crosses the next window boundary. */
    long nextStep = Kernel.NO_TIME;
    /** When a poll first found nothing after the last record, {@link #NOT_QUIET} where the last poll found some. */
    long quietSinceNs = NOT_QUIET;
    boolean isIdle;
    boolean isEnded;
    /** Whether any row has been published, by this run or an earlier one. */
    boolean hasRows;
    /** Position of the last of them. */
    long lastHigh;
    long lastLow;

    PartitionState(final Partition partition, final int index)
    {
        this.partition = partition;
        this.index = index;
        keepsRaw = !partition.isRereadable();
    }

    /** Takes up where an earlier run was. Its watermark is known where it last crossed a boundary, which is enough. */
    void restore(final SourceProgress progress, final WindowGrid grid)
    {
        hasRows = progress.hasRows[index];
        lastHigh = progress.high[index];
        lastLow = progress.low[index];
        isIdle = progress.isIdle[index];
        isEnded = progress.isEnded[index];
        if (progress.watermark[index] != Kernel.NO_TIME)
        {
            watermark = progress.watermark[index];
            nextStep = grid.stepAfter(watermark);
        }
        if (isEnded)
        {
            watermark = Long.MAX_VALUE;
        }
    }

    /** Sets the table's watermark: the least of its partitions' that are not idle. */
    static void showWatermark(final PartitionState[] partitions, final SourceCounters counters)
    {
        long least = Long.MAX_VALUE;
        for (final PartitionState state : partitions)
        {
            if (!state.isIdle && state.watermark < least)
            {
                least = state.watermark;
            }
        }
        if (least > 0 && least != Long.MAX_VALUE)
        {
            counters.watermark().set(least);
        }
    }
}
