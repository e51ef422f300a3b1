package io.millrace.engine.source;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.engine.ring.BlockRing;
import org.jspecify.annotations.Nullable;

/**
 * Puts what the filler holds into the ring, and entries without rows.
 *
 * <p><b>Threading:</b> the source agent's thread, in which entries are made again too. <b>Limits:</b> where the ring is
 * full nothing happens and the caller tries again.
 */
final class BlockPublisher
{
    private final BlockRing ring;
    private final BlockFiller filler;
    private final @Nullable Acknowledgements acknowledgements;
    private final long[] place = new long[1];

    /**
     * @param acknowledgements take note of what is published; null where nobody wants to be told.
     */
    BlockPublisher(
        final BlockRing ring, final BlockFiller filler, final @Nullable Acknowledgements acknowledgements)
    {
        this.ring = ring;
        this.filler = filler;
        this.acknowledgements = acknowledgements;
    }

    /** The filler's rows: whether there was room. */
    boolean rows()
    {
        if (acknowledgements != null && acknowledgements.isFull())
        {
            return false;
        }
        final Block empty = ring.tryPublish(filler.seal(), place);
        if (empty == null)
        {
            return false;
        }
        final PartitionState from = filler.rememberPlace();
        if (acknowledgements != null && from != null)
        {
            acknowledgements.add(place[0], from);
        }
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
        final Block empty = ring.tryPublish(block);
        if (empty == null)
        {
            return false;
        }
        filler.nextAfterControl(empty, ring.blockCapacity());
        return true;
    }
}
