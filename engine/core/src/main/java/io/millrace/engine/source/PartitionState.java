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

    PartitionState(final Partition partition, final int index)
    {
        this.partition = partition;
        this.index = index;
        keepsRaw = !partition.isRereadable();
    }
}
