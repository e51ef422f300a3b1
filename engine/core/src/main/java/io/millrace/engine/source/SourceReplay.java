package io.millrace.engine.source;

import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Memory;
import io.millrace.engine.connector.ConnectorException;

/**
 * Makes one table's entries again from the journal: blocks that were kept are copied, those of which the header was
 * kept are read again from where they came from, and must come out byte for byte as they were.
 *
 * <p><b>Threading:</b> the replay agent's thread until the journal is worked off, the source agent's from then on.
 */
final class SourceReplay
{
    private final String table;
    private final BlockFiller filler;
    private final BlockPublisher publisher;
    private final PartitionState[] partitions;
    private final WindowGrid grid;
    private final SourceCounters counters;
    /** Whether a journaled block is half made. */
    private boolean isInEntry;
    private int replayedFrames;
    private long replayedFrame;

    SourceReplay(
        final String table, final BlockFiller filler, final BlockPublisher publisher,
        final PartitionState[] partitions, final WindowGrid grid, final SourceCounters counters)
    {
        this.table = table;
        this.filler = filler;
        this.publisher = publisher;
        this.partitions = partitions;
        this.grid = grid;
        this.counters = counters;
    }

    /** Takes up where an earlier run was; in the thread that builds the job. */
    void restore(final SourceProgress progress)
    {
        filler.beginAt(progress.nextOrdinal());
        counters.restore(progress);
        for (final PartitionState state : partitions)
        {
            if (state.index >= progress.partitions())
            {
                continue;
            }
            state.restore(progress, grid);
            final String identity = progress.identity[state.index];
            if (!progress.isEnded[state.index] && !identity.isEmpty())
            {
                state.partition.expect(progress.high[state.index], progress.low[state.index], identity);
            }
            if (progress.hasRows[state.index] && !progress.isEnded[state.index] && state.partition.isRereadable())
            {
                state.partition.resumeAfter(progress.high[state.index], progress.low[state.index]);
            }
        }
    }

    /**
     * Makes a journaled entry again and publishes it.
     *
     * @param block   its header, and its frames where {@code isWhole}.
     * @return false where it must be offered again, unchanged.
     * @throws ConnectorException where the source no longer holds what it held.
     */
    boolean entry(final long block, final boolean isWhole)
    {
        final byte kind = Memory.getByte(block + BlockDescriptor.KIND_OFFSET);
        final int partition = Memory.getShort(block + BlockDescriptor.PARTITION_OFFSET);
        final long ordinal = Memory.getLong(block + BlockDescriptor.ORDINAL_OFFSET);
        if (kind == BlockDescriptor.KIND_ROWS)
        {
            return replayRows(partitions[partition], block, isWhole);
        }
        final short code = Memory.getShort(block + BlockDescriptor.FLAGS_OFFSET);
        final boolean isCheckpoint = kind == BlockDescriptor.KIND_CONTROL && code == BlockDescriptor.CONTROL_CHECKPOINT;
        filler.beginAt(ordinal);
        // A checkpoint is not taken again; to all that is derived from the ring its entry is a tick.
        if (!publisher.control(isCheckpoint ? BlockDescriptor.KIND_TICK : kind, isCheckpoint ? 0 : code, partition))
        {
            return false;
        }
        if (kind == BlockDescriptor.KIND_CONTROL && !isCheckpoint)
        {
            final PartitionState state = partitions[partition];
            state.isIdle |= code == BlockDescriptor.CONTROL_IDLE;
            if (code == BlockDescriptor.CONTROL_END)
            {
                state.isEnded = true;
                state.watermark = Long.MAX_VALUE;
            }
        }
        return true;
    }

    private boolean replayRows(final PartitionState state, final long block, final boolean isWhole)
    {
        if (!isInEntry)
        {
            isInEntry = true;
            filler.beginReplay(Memory.getLong(block + BlockDescriptor.ORDINAL_OFFSET),
                Memory.getInt(block + BlockDescriptor.LENGTH_OFFSET),
                Memory.getInt(block + BlockDescriptor.COUNT_OFFSET), isWhole,
                Memory.getLong(block + BlockDescriptor.POSITION_HIGH_OFFSET));
            filler.turnTo(state);
            replayedFrames = 0;
            replayedFrame = BlockDescriptor.HEADER_LENGTH;
        }
        if (filler.lackingRows() > 0 && !(isWhole ? refill(block) : readOn(state, block)))
        {
            return false;
        }
        filler.seal();
        if (!filler.isSealedAs(block))
        {
            throw changed(state, block);
        }
        if (!publisher.rowsAgain())
        {
            return false;
        }
        filler.endReplay();
        isInEntry = false;
        state.isIdle = false;
        PartitionState.showWatermark(partitions, counters);
        return true;
    }

    private boolean readOn(final PartitionState state, final long block)
    {
        state.partition.poll(filler, filler.lackingRows());
        if (filler.lackingRows() > 0 && state.partition.isEnded())
        {
            throw changed(state, block);
        }
        return filler.lackingRows() == 0;
    }

    private boolean refill(final long block)
    {
        final int count = Memory.getInt(block + BlockDescriptor.COUNT_OFFSET);
        for (; replayedFrames < count; replayedFrames++)
        {
            final long frame = block + replayedFrame;
            if (!filler.replayFrame(frame))
            {
                throw new IllegalStateException("frame " + replayedFrames + " of a kept block does not fit again");
            }
            replayedFrame = BlockDescriptor.align((int)replayedFrame + Memory.getInt(frame));
        }
        return filler.lackingRows() == 0;
    }

    private ConnectorException changed(final PartitionState state, final long block)
    {
        return new ConnectorException(ConnectorException.Kind.ENVIRONMENT, "table " + table +
            ": the input has changed since it was read: the " + Memory.getInt(block + BlockDescriptor.COUNT_OFFSET) +
            " rows from " + state.partition.describe(Memory.getLong(block + BlockDescriptor.POSITION_HIGH_OFFSET),
            Memory.getLong(block + BlockDescriptor.POSITION_LOW_OFFSET)) +
            " on are not what they were; bring the old input back, or begin again with an empty state folder");
    }

    /** The journal has been made again: sources that can't be read again are told where to go on. */
    void goLive()
    {
        for (final PartitionState state : partitions)
        {
            if (state.hasRows && !state.isEnded && !state.partition.isRereadable())
            {
                state.partition.resumeAfter(state.lastHigh, state.lastLow);
            }
        }
    }
}
