package io.millrace.engine.source;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.engine.live.LatencyCounts;
import io.millrace.engine.ring.BlockRing;
import org.jspecify.annotations.Nullable;

/**
 * Puts what the filler holds into the ring, and entries without rows.
 *
 * <p><b>Threading:</b> the source agent's thread, and before that the one in which entries are made again.
 * <b>Limits:</b> where the ring is full nothing happens and the caller tries again.
 */
final class BlockPublisher
{
    private final BlockRing ring;
    private final BlockFiller filler;
    private final @Nullable Acknowledgements acknowledgements;
    private final SourceCounters counters;
    private final long[] place = new long[1];
    /** From where the last rows came. */
    private @Nullable PartitionState last;
    /** Where the time of blocks is taken; null where it isn't. */
    private @Nullable LatencyCounts ingest;

    /**
     * @param acknowledgements take note of what is published; null where nobody wants to be told.
     */
    BlockPublisher(
        final BlockRing ring, final BlockFiller filler, final SourceCounters counters,
        final @Nullable Acknowledgements acknowledgements)
    {
        this.counters = counters;
        this.ring = ring;
        this.filler = filler;
        this.acknowledgements = acknowledgements;
    }

    /** Has the time of blocks taken; before the first duty cycle. */
    void time(final LatencyCounts counts)
    {
        ingest = counts;
    }

    /** The filler's rows: whether there was room. */
    boolean rows()
    {
        if (acknowledgements != null && acknowledgements.isFull() || !rowsAgain())
        {
            return false;
        }
        final PartitionState from = last;
        if (acknowledgements != null && from != null)
        {
            acknowledgements.add(place[0], from);
        }
        return true;
    }

    /** As {@link #rows}, but the journal has them: who sent them is told so when the source is told where to go on. */
    boolean rowsAgain()
    {
        final LatencyCounts timed = ingest;
        final long nowNs = timed == null ? 0 : timed.nowNs();
        final Block empty = ring.tryPublish(filler.seal(), nowNs, place);
        if (empty == null)
        {
            counters.refused().add(1);
            return false;
        }
        if (timed != null)
        {
            timed.record(nowNs - filler.openedNs());
        }
        last = filler.rememberPlace();
        filler.next(empty, ring.blockCapacity());
        return true;
    }

    /** An entry without rows: whether there was room. */
    boolean control(final byte kind, final short code, final int partition)
    {
        return publish(filler.control(kind, code, partition));
    }

    /** The cut of a checkpoint: whether there was room. */
    boolean checkpoint(final long id)
    {
        final Block block = filler.control(BlockDescriptor.KIND_CONTROL, BlockDescriptor.CONTROL_CHECKPOINT, 0);
        block.putCheckpoint(id);
        return publish(block);
    }

    private boolean publish(final Block block)
    {
        final Block empty = ring.tryPublish(block, ingest == null ? 0 : ingest.nowNs(), null);
        if (empty == null)
        {
            return false;
        }
        filler.nextAfterControl(empty, ring.blockCapacity());
        return true;
    }
}
