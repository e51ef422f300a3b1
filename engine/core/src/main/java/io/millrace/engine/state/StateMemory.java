package io.millrace.engine.state;

import io.millrace.codecs.Memory;
import io.millrace.engine.Counter;

/**
 * The memory of one shard's state, within a hard budget. Pieces are carved from regions of {@link #REGION_LENGTH}
 * bytes, which arrive touched and zeroed; a piece given back goes to a free list of its size and is used again.
 *
 * <p><b>Ownership:</b> one shard. <b>Threading:</b> the shard's thread; {@link #usedBytes()} may be read by any.
 * <b>Limits:</b> beyond the budget {@link #allocate} throws {@link StateExhaustedException}, which fails the job.
 * <b>Layout:</b> every piece begins at a multiple of 64 and is zero when handed out: who gives one back has cleared it.
 * Sizes are rounded up to a multiple of 64 bytes, beyond 512 to an eighth of their power of two.
 */
public final class StateMemory implements AutoCloseable
{
    /** Bytes of a region. */
    public static final int REGION_LENGTH = 1 << 20;

    private static final int ALIGNMENT = 64;
    private static final int CLASSES = 60 * 8;
    /** Addresses that a piece holds in a free list, besides that of the next such piece. */
    private static final int LISTED = 7;

    private final long budget;
    private final RegionSupplier supplier;
    /** Free lists: the first piece of each, and how many addresses that one holds. */
    private final long[] free = new long[CLASSES];
    private final int[] listed = new int[CLASSES];
    private final Regions regions = new Regions();
    private long regionAt;
    private long regionEnd;
    private long reserved;
    private final Counter used = new Counter();

    /** Where zeroed regions come from. */
    public interface RegionSupplier
    {
        /**
         * Zeroed memory of so many bytes, a multiple of 64, and slack, at a multiple of 64, which stays the supplier's;
         * or 0 where it has none.
         */
        long take(long length);
    }

    /**
     * @param budget   most bytes of regions.
     * @param supplier of regions; where it has none the shard takes its own from the platform.
     */
    public StateMemory(final long budget, final RegionSupplier supplier)
    {
        this.budget = budget;
        this.supplier = supplier;
    }

    /** A zeroed piece of at least {@code bytes} bytes and slack. */
    public long allocate(final long bytes)
    {
        final int sizeClass = sizeClass(bytes);
        final long size = classBytes(sizeClass);
        final long piece = free[sizeClass] != 0 ? pop(sizeClass) :
            size > REGION_LENGTH / 2 ? newRegion(size) : carve(size);
        used.add(size);
        return piece;
    }

    /** Takes a piece off a free list. Few are read for it, since what has lain there is in no cache. */
    private long pop(final int sizeClass)
    {
        final long head = free[sizeClass];
        final int count = listed[sizeClass];
        if (count == 0)
        {
            final long next = Memory.getLong(head);
            Memory.putLong(head, 0);
            free[sizeClass] = next;
            listed[sizeClass] = next == 0 ? 0 : LISTED;
            return head;
        }
        final long piece = Memory.getLong(head + 8L * count);
        Memory.putLong(head + 8L * count, 0);
        listed[sizeClass] = count - 1;
        return piece;
    }

    private void push(final int sizeClass, final long piece)
    {
        final long head = free[sizeClass];
        final int count = listed[sizeClass];
        if (head == 0 || count == LISTED)
        {
            Memory.putLong(piece, head);
            free[sizeClass] = piece;
            listed[sizeClass] = 0;
            return;
        }
        Memory.putLong(head + 8L * (count + 1), piece);
        listed[sizeClass] = count + 1;
    }

    /** Takes back a piece allocated for {@code bytes} bytes; it must be zero. */
    public void release(final long piece, final long bytes)
    {
        final int sizeClass = sizeClass(bytes);
        push(sizeClass, piece);
        used.add(-classBytes(sizeClass));
    }

    /** Clears and takes back. */
    public void clearAndRelease(final long piece, final long bytes)
    {
        Memory.fill(piece, classBytes(sizeClass(bytes)), (byte)0);
        release(piece, bytes);
    }

    /** Bytes handed out now. */
    public long usedBytes()
    {
        return used.get();
    }

    private long carve(final long size)
    {
        if (regionAt + size > regionEnd)
        {
            giveBackRest();
            regionAt = newRegion(REGION_LENGTH);
            regionEnd = regionAt + REGION_LENGTH;
        }
        final long piece = regionAt;
        regionAt += size;
        return piece;
    }

    private void giveBackRest()
    {
        for (int sizeClass = sizeClass(REGION_LENGTH / 2); sizeClass >= 0; sizeClass--)
        {
            final long size = classBytes(sizeClass);
            while (regionEnd - regionAt >= size)
            {
                push(sizeClass, regionAt);
                regionAt += size;
            }
        }
    }

    private long newRegion(final long size)
    {
        if (reserved + size > budget)
        {
            throw new StateExhaustedException(reserved + size, budget);
        }
        reserved += size;
        final long supplied = supplier.take(size);
        return supplied != 0 ? supplied : regions.allocate(size);
    }

    /** Bytes that a piece allocated for {@code bytes} bytes really has. */
    static long roomFor(final long bytes)
    {
        return classBytes(sizeClass(bytes));
    }

    /** One class for each multiple of 64 bytes up to 512, then eight for each power of two. */
    static int sizeClass(final long bytes)
    {
        final long units = Math.max(1, (bytes + ALIGNMENT - 1) / ALIGNMENT);
        if (units <= 8)
        {
            return (int)units - 1;
        }
        final int log = 63 - Long.numberOfLeadingZeros(units - 1);
        return (log - 2) * 8 + (int)((units - 1) >>> (log - 3)) - 8;
    }

    static long classBytes(final int sizeClass)
    {
        if (sizeClass < 8)
        {
            return (sizeClass + 1L) * ALIGNMENT;
        }
        return ((sizeClass & 7) + 9L << ((sizeClass >> 3) - 1)) * ALIGNMENT;
    }

    @Override
    public void close()
    {
        regions.close();
    }
}
