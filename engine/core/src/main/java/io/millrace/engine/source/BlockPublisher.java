package io.millrace.engine.source;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.engine.ring.BlockRing;

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

    BlockPublisher(final BlockRing ring, final BlockFiller filler)
    {
        this.ring = ring;
        this.filler = filler;
    }

    /** The filler's rows: whether there was room. */
    boolean rows()
    {
        final Block empty = ring.tryPublish(filler.seal());
        if (empty == null)
        {
            return false;
        }
        filler.rememberPlace();
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
