package io.millrace.node.simulation;

import io.millrace.engine.job.JobOptions;
import io.millrace.persistence.local.Durability;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * What a seed drew for a run: sizes that are tiny, so that rings, blocks, logs and segments come to their ends often.
 *
 * @param snapshotBytes what a snapshot may write in a duty cycle.
 * @param lives         how often the node may die before it is spared.
 * @param keys          different keys.
 * @param dirtPermille  late, unreadable and timeless rows of a thousand, each.
 * @param sinkPermille  failures of a thousand calls of a sink.
 * @param bitPermille   of a thousand restarts, those before which a bit turns.
 * @param shardsPermille likewise, those with another number of shards.
 */
record Setup(
    ModelJob job, int shards, int blockBytes, int blockRows, int ringSlots, int logBytes, long idleTimeoutNs,
    Durability durability, int segmentBytes, int maxSegments, int spareSegments, long checkpointNs, int retained,
    long snapshotBytes, long backlogLimit, int lives, int keys, int dirtPermille, int sinkPermille, int bitPermille,
    int shardsPermille, DiskFaults diskFaults, boolean losesPower)
{
    static final int MAX_ROW_BYTES = 512;
    static final int MAX_RECORD_BYTES = 6000;

    static Setup drawn(final SplittableRandom random)
    {
        final Durability durability = switch (random.nextInt(6))
        {
            case 0 -> Durability.NONE;
            case 1 -> Durability.ASYNC;
            default -> Durability.SYNC;
        };
        final boolean fails = random.nextBoolean();
        return new Setup(
            ModelJob.values()[random.nextInt(ModelJob.values().length)],
            random.nextInt(1, 4),
            1 << random.nextInt(9, 13),
            random.nextInt(1, 20),
            1 << random.nextInt(1, 4),
            1 << 13,
            random.nextBoolean() ? 0 : 1_000_000,
            durability,
            4096 * random.nextInt(3, 6),
            random.nextInt(6, 9),
            random.nextInt(0, 3),
            1L << random.nextInt(17, 24),
            random.nextInt(1, 4),
            1L << random.nextInt(0, 14),
            1L << random.nextInt(9, 24),
            random.nextInt(0, 7),
            random.nextBoolean() ? 8 : 300,
            random.nextInt(3) == 0 ? 0 : random.nextInt(10, 80),
            random.nextInt(3) == 0 ? random.nextInt(1, 100) : 0,
            random.nextInt(4) == 0 ? 300 : 0,
            random.nextInt(4) == 0 ? 500 : 0,
            fails ? new DiskFaults(random.nextInt(5000), random.nextInt(5000), random.nextInt(5000),
                random.nextInt(8000), random.nextInt(8000), 1 << random.nextInt(3, 7)) : DiskFaults.NONE,
            durability == Durability.SYNC && random.nextInt(3) > 0);
    }

    /** Growth of the journal that asks for a checkpoint, as the shipped node works it out. */
    long earlyBytes()
    {
        return (long)segmentBytes * maxSegments / (retained + 2);
    }

    /** Most bytes of the blocks in the ring. */
    long ringBytes()
    {
        return (long)ringSlots * (blockBytes + MAX_ROW_BYTES);
    }

    JobOptions options(final int shardCount)
    {
        return new JobOptions(shardCount, JobOptions.Placement.FUSED, blockBytes, blockRows, ringSlots, 64L << 20,
            MAX_ROW_BYTES, logBytes, idleTimeoutNs, Path.of("none"));
    }
}
