package io.millrace.engine.kernel;

import io.millrace.codecs.Memory;

/**
 * Working memory of one kernel: a bump pointer over a few off-heap regions, emptied for each row, and the fields by
 * which functions return more than one value without allocating.
 *
 * <p><b>Threading:</b> one thread. <b>Limits:</b> a row's intermediate values take at most {@link #MAX_BYTES}; beyond
 * that {@link #allocate} answers {@link #REFUSED} and the expression fails as STRING_TOO_LONG. Growth happens when a
 * row needs more than any before it, never in steady state.
 */
public final class Scratch
{
    /** Most bytes that one row's intermediate values may take. */
    public static final int MAX_BYTES = 16 * 1024 * 1024;
    /** No room. Caller must fail the row. */
    public static final long REFUSED = 0;

    private static final int FIRST_REGION = 4096;
    private static final int MAX_REGIONS = 16;

    /** High long of a 128-bit result, or nanoseconds of the millisecond of a timestamp result. */
    public long high;
    /** Length in bytes of a string result. */
    public int length;
    /** Whether the last function result was NULL. */
    public boolean isNull;
    /** Ordinal of the {@link Failure} of the last function, 0 where it succeeded. Functions set it, callers clear. */
    public int failure;

    private final long[] regions = new long[MAX_REGIONS];
    private final int[] capacities = new int[MAX_REGIONS];
    private int regionCount;
    private int region;
    private int used;

    /** Forgets the values of the row before. */
    public void reset()
    {
        region = 0;
        used = 0;
    }

    /** Memory for {@code bytes} bytes and slack until the next {@link #reset}, or {@link #REFUSED}. */
    public long allocate(final int bytes)
    {
        final int wanted = (bytes + Memory.SLACK + 7) & -8;
        while (region < regionCount)
        {
            if (used + wanted <= capacities[region])
            {
                final long address = regions[region] + used;
                used += wanted;
                return address;
            }
            region++;
            used = 0;
        }
        return grow(wanted);
    }

    private long grow(final int wanted)
    {
        if (wanted > MAX_BYTES || wanted < 0 || regionCount == MAX_REGIONS)
        {
            return REFUSED;
        }
        long total = 0;
        for (int i = 0; i < regionCount; i++)
        {
            total += capacities[i];
        }
        int capacity = regionCount == 0 ? FIRST_REGION : capacities[regionCount - 1] * 2;
        while (capacity < wanted)
        {
            capacity *= 2;
        }
        if (total + capacity > 2L * MAX_BYTES)
        {
            return REFUSED;
        }
        regions[regionCount] = Memory.allocate(capacity);
        capacities[regionCount] = capacity;
        region = regionCount++;
        used = wanted;
        return regions[region];
    }

    /** Frees the regions. */
    public void close()
    {
        for (int i = 0; i < regionCount; i++)
        {
            Memory.free(regions[i]);
        }
        regionCount = 0;
        reset();
    }
}
