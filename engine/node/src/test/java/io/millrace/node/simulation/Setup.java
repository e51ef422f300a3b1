package io.millrace.node.simulation;

import io.millrace.engine.job.JobOptions;
import io.millrace.persistence.local.Durability;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * What a seed drew for a run. Sizes are tiny, so that rings, blocks, logs and segments come to their ends often; and
 * each seed has some kinds of trouble and no others, since all of them at once would hide each other.
 */
record Setup(
    ModelJob job, Input input, Sizes sizes, Storing storing, Troubles troubles, long replayBytes)
{
    static final int MAX_ROW_BYTES = 512;

    /**
     * What lies before the job.
     *
     * @param keys         different keys.
     * @param rows         of a partition, at most.
     * @param spanMs       of event time that they cover.
     * @param dirtPermille late, unreadable and timeless rows of a thousand, each.
     * @param padding      bytes by which the text of a row is longer than it need be, at most.
     */
    record Input(int keys, int rows, long spanMs, int dirtPermille, int padding)
    {
        private static Input drawn(final SplittableRandom random)
        {
            final boolean isCrowded = random.nextInt(6) == 0;
            return new Input(
                isCrowded ? 4000 : random.nextBoolean() ? 8 : 300,
                isCrowded ? random.nextInt(200, 400) : random.nextInt(20, 160),
                random.nextInt(4) == 0 ? 70_000 : 240_000,
                random.nextInt(3) == 0 ? 0 : random.nextInt(10, 80),
                random.nextInt(3) == 0 ? random.nextInt(100, 300) : 0);
        }
    }

    /**
     * Sizes in memory.
     *
     * @param snapshotBytes what a snapshot may write in a duty cycle.
     * @param drainPerRow   slots of closed windows that an entry drains for each of its rows.
     * @param drainPerEntry slots that it drains beside those.
     */
    record Sizes(
        int shards, int blockBytes, int blockRows, int ringSlots, int logBytes, long idleTimeoutNs, long snapshotBytes,
        int drainPerRow, int drainPerEntry)
    {
        /** Bytes of a record of the journal beside those of a block. */
        private static final int BESIDE_BLOCK = 2048;

        /** Of the journal. */
        int longestRecord()
        {
            return blockBytes + BESIDE_BLOCK;
        }

        /** Of the output log: half of the log that it comes from. */
        int longestBatch()
        {
            return logBytes / 2;
        }

        private static Sizes drawn(final SplittableRandom random)
        {
            return new Sizes(
                random.nextInt(1, 4),
                1 << random.nextInt(9, 13),
                random.nextInt(1, 20),
                1 << random.nextInt(1, 4),
                1 << random.nextInt(12, 14),
                random.nextBoolean() ? 0 : 1_000_000,
                1L << random.nextInt(0, 14),
                random.nextInt(3),
                1 << random.nextInt(4, 9));
        }
    }

    /**
     * How it is kept.
     *
     * @param backlogLimit bytes of the output log, a quarter of which has a sink commit early.
     */
    record Storing(
        Durability durability, int journalSegmentBytes, int journalSegments, int outputSegmentBytes, int outputSegments,
        int spareSegments, long checkpointNs, int retained, long backlogLimit)
    {
        private static final int FEW_BYTES = 48 << 10;
        private static final int MANY_BYTES = 200 << 10;
        private static final int PAGE = 4096;

        private static Storing drawn(final SplittableRandom random, final Sizes sizes)
        {
            final Durability durability = switch (random.nextInt(6))
            {
                case 0 -> Durability.NONE;
                case 1, 2 -> Durability.ASYNC;
                default -> Durability.SYNC;
            };
            final int journalSegmentBytes = PAGE * random.nextInt(sizes.blockBytes() < PAGE / 2 ? 1 : 2, 5);
            final int outputSegmentBytes = PAGE * random.nextInt(sizes.logBytes() / PAGE, 5);
            return new Storing(
                durability,
                journalSegmentBytes,
                Math.max(3, bytes(random) / journalSegmentBytes) + random.nextInt(3),
                outputSegmentBytes,
                Math.max(3, bytes(random) / outputSegmentBytes) + random.nextInt(3),
                random.nextInt(0, 3),
                1L << random.nextInt(17, random.nextInt(4) == 0 ? 36 : 24),
                random.nextInt(1, 4),
                1L << random.nextInt(9, 24));
        }

        private static int bytes(final SplittableRandom random)
        {
            return random.nextInt(3) == 0 ? FEW_BYTES : MANY_BYTES;
        }

        /** Growth of the journal that asks for a checkpoint, as the shipped node works it out. */
        long earlyJournalBytes()
        {
            return (long)journalSegmentBytes * journalSegments / (retained + 2);
        }

        /** Likewise of the output log. */
        long earlyOutputBytes()
        {
            return (long)outputSegmentBytes * outputSegments / (retained + 2);
        }
    }

    /**
     * What goes wrong.
     *
     * @param lives        how often the node may die before it is spared.
     * @param crashBelow   how the names begin whose operations count towards a death.
     * @param sinkPermille failures of a thousand calls of a sink.
     * @param bitPermille  of a thousand restarts, those before which a bit turns.
     * @param shardsPermille likewise, those with another number of shards.
     * @param isUneven     whether some agents get far fewer turns than others.
     */
    record Troubles(
        int lives, String crashBelow, int sinkPermille, int bitPermille, int shardsPermille, DiskFaults disk,
        boolean losesPower, boolean isUneven)
    {
        private static final String[] PLACES = {
            "", "", "journal", "output", "checkpoints", "checkpoints", "sinks", "sinks", "tables"};

        private static Troubles drawn(final SplittableRandom random, final Durability durability)
        {
            return new Troubles(
                random.nextInt(0, 9),
                random.nextInt(3) == 0 ? place(random) : "",
                random.nextInt(3) == 0 ? random.nextInt(1, 100) : 0,
                random.nextInt(4) == 0 ? 400 : 0,
                random.nextInt(4) == 0 ? 500 : 0,
                random.nextBoolean() ? faults(random, durability) : DiskFaults.NONE,
                durability != Durability.NONE && random.nextInt(3) > 0,
                random.nextBoolean());
        }

        private static DiskFaults faults(final SplittableRandom random, final Durability durability)
        {
            final String below = place(random);
            final int times = below.isEmpty() ? 1 : 6;
            return new DiskFaults(
                chance(random, 5000 * times), chance(random, 5000 * times), chance(random, 5000 * times),
                chance(random, 8000 * times), chance(random, 8000 * times), 1 << random.nextInt(3, 16), below,
                random.nextInt(3) * 250, random.nextInt(4) == 0, durability == Durability.SYNC);
        }

        private static int chance(final SplittableRandom random, final int most)
        {
            return random.nextInt(3) == 0 ? 0 : random.nextInt(most);
        }

        private static String place(final SplittableRandom random)
        {
            return PLACES[random.nextInt(PLACES.length)];
        }
    }

    static Setup drawn(final SplittableRandom random)
    {
        final Sizes sizes = Sizes.drawn(random);
        final Storing storing = Storing.drawn(random, sizes);
        return new Setup(
            ModelJob.values()[random.nextInt(ModelJob.values().length)], Input.drawn(random), sizes, storing,
            Troubles.drawn(random, storing.durability()),
            random.nextInt(3) == 0 ? Long.MAX_VALUE : 1L << random.nextInt(8, 15));
    }

    /** Whether a loss of power may take the end of what was acknowledged. */
    boolean mayForget()
    {
        return storing.durability() == Durability.ASYNC;
    }

    /** Most bytes of the blocks in the ring. */
    long ringBytes()
    {
        return (long)sizes.ringSlots() * (sizes.blockBytes() + MAX_ROW_BYTES);
    }

    JobOptions options(final int shardCount)
    {
        return new JobOptions(shardCount, JobOptions.Placement.FUSED, sizes.blockBytes(), sizes.blockRows(),
            sizes.ringSlots(), 64L << 20, MAX_ROW_BYTES, sizes.logBytes(), sizes.idleTimeoutNs(), Path.of("none"));
    }
}
