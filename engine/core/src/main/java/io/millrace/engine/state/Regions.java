package io.millrace.engine.state;

import io.millrace.codecs.Memory;
import java.util.Arrays;

/**
 * Zeroed memory from the platform, at multiples of 64, cut from arenas that begin at multiples of 2 MiB, so that its
 * pages may be huge: a first touch costs 11 to 16 µs for each 4 KiB where they are not.
 *
 * <p><b>Ownership:</b> all that was cut, until closed. <b>Threading:</b> one thread.
 */
final class Regions implements AutoCloseable
{
    private static final int ALIGNMENT = 64;
    private static final long HUGE_PAGE = 2L << 20;
    private static final long FIRST_ARENA = 2 * HUGE_PAGE;
    private static final long MOST_ARENA = 32L << 20;

    private long[] arenas = new long[8];
    private int count;
    private long at;
    private long end;

    /** Cuts and touches a region of at least {@code size} bytes and slack. */
    long allocate(final long size)
    {
        final long length = size + 2 * ALIGNMENT - 1 & -ALIGNMENT;
        if (length > end - at)
        {
            begin(Math.max(length, Math.min(MOST_ARENA, FIRST_ARENA << Math.min(count, 4))));
        }
        final long region = at;
        at += length;
        Memory.fill(region, length, (byte)0);
        return region;
    }

    private void begin(final long length)
    {
        // What is left of the arena before has not been touched: it takes addresses, no memory.
        final long arena = Memory.allocate(length + HUGE_PAGE);
        if (count == arenas.length)
        {
            arenas = Arrays.copyOf(arenas, 2 * count);
        }
        arenas[count++] = arena;
        at = arena + HUGE_PAGE - 1 & -HUGE_PAGE;
        end = at + length;
    }

    @Override
    public void close()
    {
        for (int i = 0; i < count; i++)
        {
            Memory.free(arenas[i]);
        }
        count = 0;
        at = 0;
        end = 0;
    }
}
