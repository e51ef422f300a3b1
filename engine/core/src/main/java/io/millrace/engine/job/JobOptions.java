package io.millrace.engine.job;

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
            Math.max(settings.count(Settings.LOG_BYTES), Integer.highestOneBit(maxRowBytes) * 8),
            settings.number(Settings.IDLE_TIMEOUT), sideFolder, ErrorHandling.of(settings));
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
