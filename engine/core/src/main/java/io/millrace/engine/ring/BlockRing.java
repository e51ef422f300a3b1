package io.millrace.engine.ring;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.YieldingWaitStrategy;
import io.millrace.codecs.Block;
import io.millrace.codecs.Sidecar;
import org.jspecify.annotations.Nullable;

/**
 * The ring: every block of the job in one total order, seen by every shard.
 *
 * <p><b>Ownership:</b> a slot owns a block; publishing exchanges the source's full block for the slot's empty one, so
 * nothing is copied. <b>Threading:</b> any number of sources publish; each shard reads by a {@link Cursor} of its own,
 * and a slot is used again once all of them have passed it. The Disruptor's sequences order writes before reads.
 */
public final class BlockRing implements AutoCloseable
{
    /** One place of the ring. */
    private static final class Slot
    {
        private Block block;
        /** When it was published, by the clock of who takes times; a reader sees it as it sees the block. */
        private long publishedNs;

        private Slot(final Block block)
        {
            this.block = block;
        }
    }

    /** Sees each block as it is published, in the order of publishing; for tests and traces. */
    @FunctionalInterface
    public interface Observer
    {
        /** Sees nothing. */
        Observer NONE = (sequence, block) ->
        {
        };

        /** On the publishing thread; the block is complete and must not be kept. */
        void onPublish(long sequence, Block block);
    }

    private final RingBuffer<Slot> ring;
    private final Observer observer;
    private final int blockCapacity;

    /**
     * @param slots         blocks in the ring, a power of two.
     * @param blockCapacity usual bytes of a block.
     * @param hasOneSource  whether one thread alone publishes.
     */
    public BlockRing(
        final int slots, final int blockCapacity, final int maxRows, final int pipelines, final int shards,
        final boolean hasOneSource, final Observer observer)
    {
        this.observer = observer;
        this.blockCapacity = blockCapacity;
        ring = hasOneSource ?
            RingBuffer.createSingleProducer(
            () -> new Slot(new Block(blockCapacity, new Sidecar(maxRows, pipelines, shards))), slots,
            new YieldingWaitStrategy()) :
            RingBuffer.createMultiProducer(
            () -> new Slot(new Block(blockCapacity, new Sidecar(maxRows, pipelines, shards))), slots,
            new YieldingWaitStrategy());
    }

    /** Usual bytes of a block. */
    public int blockCapacity()
    {
        return blockCapacity;
    }

    /** A reader that sees every block from now on. Made before the first block is published. */
    public Cursor newCursor()
    {
        final Cursor cursor = new Cursor(ring);
        ring.addGatingSequences(cursor.sequence);
        return cursor;
    }

    /** Publishes a block whose time nobody takes. */
    public @Nullable Block tryPublish(final Block block)
    {
        return tryPublish(block, 0, null);
    }

    /**
     * Publishes a block: the empty one in exchange, or null where the ring is full and nothing has changed.
     *
     * @param nowNs what {@link Cursor#publishedNs()} will say; no part of the block.
     * @param place whose first element becomes the block's sequence.
     */
    public @Nullable Block tryPublish(final Block block, final long nowNs, final long @Nullable [] place)
    {
        if (!ring.hasAvailableCapacity(1))
        {
            return null;
        }
        final long sequence;
        try
        {
            sequence = ring.tryNext();
        }
        catch (final InsufficientCapacityException e)
        {
            return null;
        }
        final Slot slot = ring.get(sequence);
        final Block empty = slot.block;
        slot.block = block;
        slot.publishedNs = nowNs;
        if (place != null)
        {
            place[0] = sequence;
        }
        observer.onPublish(sequence, block);
        ring.publish(sequence);
        return empty;
    }

    /** Sequence of the last block claimed, −1 before the first. */
    public long published()
    {
        return ring.getCursor();
    }

    /** Blocks that the ring holds. */
    public int capacity()
    {
        return ring.getBufferSize();
    }

    /** Blocks in it that some reader has yet to pass. */
    public long used()
    {
        return ring.getBufferSize() - ring.remainingCapacity();
    }

    /** Whether every shard has passed every block. */
    public boolean isDrained()
    {
        return ring.remainingCapacity() == ring.getBufferSize();
    }

    @Override
    public void close()
    {
        for (int i = 0; i < ring.getBufferSize(); i++)
        {
            ring.get(i).block.close();
        }
    }

    /** A shard's place in the ring. */
    public static final class Cursor
    {
        private final RingBuffer<Slot> ring;
        private final Sequence sequence = new Sequence();
        private long next;

        private Cursor(final RingBuffer<Slot> ring)
        {
            this.ring = ring;
        }

        /** Whether a block is there to be read. */
        public boolean hasNext()
        {
            return ring.isAvailable(next);
        }

        /** The next block; the shard's to read until {@link #release()}. */
        public Block block()
        {
            return ring.get(next).block;
        }

        /** When the next block was published, by the clock of who takes times. */
        public long publishedNs()
        {
            return ring.get(next).publishedNs;
        }

        /** Sequence of the next block. */
        public long next()
        {
            return next;
        }

        /** Passes the block: its memory may be written again. */
        public void release()
        {
            sequence.set(next++);
        }
    }
}
