package io.millrace.engine.job;

import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Sidecar;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.setting.Settings;
import io.millrace.engine.sink.ErrorHandling;
import java.nio.file.Path;

/**
 * What the settings come to for the engine.
 *
 * @param shards        shards, 1 to 64.
 * @param blockBytes    usual bytes of a block.
 * @param maxBlockRows  most rows of a block.
 * @param ringSlots     blocks in the ring, a power of two.
 * @param stateBytes    memory budget of all state.
 * @param maxRowBytes   most bytes of a row; a record beyond it is dead.
 * @param logBytes      bytes of each shard's output log in memory, a power of two.
 * @param idleTimeoutNs after which a quiet partition no longer holds the watermark back, 0 for never.
 * @param sideFolder    where late and dead rows are kept without a state folder.
 * @param errors        what becomes of dead rows.
 */
public record JobOptions(
    int shards,
    Placement placement,
    int blockBytes,
    int maxBlockRows,
    int ringSlots,
    long stateBytes,
    int maxRowBytes,
    int logBytes,
    long idleTimeoutNs,
    Path sideFolder,
    ErrorHandling errors)
{
    /** Headers of a block's last frame, of a journal's record and of an entry in it. */
    private static final int LOG_SLACK = 1024;
    /** Fewer bytes than rows are expected to take: more rows than that close a block. */
    private static final int MIN_ROW_BYTES = 32;

    /** Options by which dead rows are kept. */
    public JobOptions(
        final int shards, final Placement placement, final int blockBytes, final int maxBlockRows, final int ringSlots,
        final long stateBytes, final int maxRowBytes, final int logBytes, final long idleTimeoutNs,
        final Path sideFolder)
    {
        this(shards, placement, blockBytes, maxBlockRows, ringSlots, stateBytes, maxRowBytes, logBytes, idleTimeoutNs,
            sideFolder, ErrorHandling.KEEP);
    }

    /**
     * The options that {@code settings} come to on this machine.
     *
     * @param machineBytes memory of the machine.
     * @param cores        processors of the machine.
     */
    public static JobOptions of(
        final Settings settings, final Path sideFolder, final long machineBytes, final int cores)
    {
        final int shards = settings.count(Settings.SHARDS);
        final int maxRowBytes = settings.count(Settings.MAX_ROW_BYTES);
        final Placement placement = switch (settings.text(Settings.PLACEMENT))
        {
            case "fused" -> Placement.FUSED;
            case "balanced" -> Placement.BALANCED;
            case "dedicated" -> Placement.DEDICATED;
            default -> shards > 1 || cores > 2 ? Placement.BALANCED : Placement.FUSED;
        };
        return new JobOptions(shards, placement, settings.count(Settings.BLOCK_BYTES),
            settings.count(Settings.BLOCK_ROWS), settings.count(Settings.RING_SLOTS),
            settings.stateBytes(machineBytes), maxRowBytes,
            logBytes(settings),
            settings.number(Settings.IDLE_TIMEOUT), sideFolder, ErrorHandling.of(settings));
    }

    private static int logBytes(final Settings settings)
    {
        return Math.max(
            settings.count(Settings.LOG_BYTES), Integer.highestOneBit(settings.count(Settings.MAX_ROW_BYTES)) * 8);
    }

    /** Longest record that a journal or an output log must take: a block with a row that enlarged it, a batch. */
    public static int maxRecordBytes(final Settings settings)
    {
        final int block = settings.count(Settings.BLOCK_BYTES) + 2 * settings.count(Settings.MAX_ROW_BYTES);
        return Math.max(block + BlockDescriptor.HEADER_LENGTH + LOG_SLACK, logBytes(settings) / 2);
    }

    /** Most rows of a block of this size. */
    public int rowsOfBlock()
    {
        return Math.max(1, Math.min(maxBlockRows, blockBytes / MIN_ROW_BYTES));
    }

    /** Bytes that the ring of such a job takes at first; rows larger than a block take more. */
    public long ringBytes(final JobPlan plan)
    {
        return (blockBytes + Sidecar.bytes(rowsOfBlock(), plan.mostPipelinesOfTable(), shards)) * ringSlots;
    }

    /** Most bytes that the blocks of a ring take that is full of rows which enlarge them. */
    public static long maxRingBytes(final Settings settings)
    {
        return (long)settings.count(Settings.RING_SLOTS) *
            (settings.count(Settings.BLOCK_BYTES) + settings.count(Settings.MAX_ROW_BYTES));
    }

    /** How agents are mapped to threads. */
    public enum Placement
    {
        /** Every agent on one thread. */
        FUSED,
        /** Sources and, where there is one, the shard on one thread; sinks on another; several shards on their own. */
        BALANCED,
        /** A thread for each agent. */
        DEDICATED
    }
}
