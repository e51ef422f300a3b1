package io.millrace.engine.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RegionPoolTest
{
    private static final long SEED = 7;
    private static final int TAKERS = 3;
    private static final long BYTES_EACH = 48L << 20;
    private static final long STEP = 4096;

    @Test
    void shouldGiveEachTakerZeroedMemoryOfItsOwnWhenSeveralTakeMoreThanIsReady() throws Exception
    {
        final ExecutorService threads = Executors.newFixedThreadPool(TAKERS);
        final TreeMap<Long, Long> all = new TreeMap<>();
        try (RegionPool pool = new RegionPool(1L << 30))
        {
            final List<Callable<TreeMap<Long, Long>>> takers = new ArrayList<>();
            for (int taker = 0; taker < TAKERS; taker++)
            {
                final Random random = new Random(SEED + taker);
                takers.add(() -> take(pool, random));
            }
            for (final Future<TreeMap<Long, Long>> taken : threads.invokeAll(takers))
            {
                all.putAll(taken.get());
            }
            long end = 0;
            for (final var piece : all.entrySet())
            {
                assertTrue(piece.getKey() >= end, "pieces overlap, seed " + SEED);
                end = piece.getKey() + piece.getValue();
                for (long at = 0; at < piece.getValue(); at += STEP)
                {
                    assertEquals(-1, Memory.getLong(piece.getKey() + at), "what was written is gone, seed " + SEED);
                }
            }
        }
        finally
        {
            threads.shutdownNow();
        }
    }

    /** Takes pieces of up to the largest size; each is found to be zero, then written into. Their lengths. */
    private static TreeMap<Long, Long> take(final RegionPool pool, final Random random)
    {
        final TreeMap<Long, Long> pieces = new TreeMap<>();
        for (long bytes = 0; bytes < BYTES_EACH;)
        {
            final long length = 64L * (1 + random.nextInt((int)(RegionPool.MOST_LENGTH / 64)));
            final long piece = pool.take(length);
            assertEquals(0, piece & 63, "not at a multiple of 64");
            for (long at = 0; at < length; at += STEP)
            {
                assertEquals(0, Memory.getLong(piece + at), "byte " + at + " of a piece of " + length);
                Memory.putLong(piece + at, -1);
            }
            assertEquals(0, Memory.getLong(piece + length - 8));
            Memory.putLong(piece + length - 8, -1);
            pieces.put(piece, length);
            bytes += length;
        }
        return pieces;
    }

    @Test
    void shouldHaveNothingWhenAPieceIsTooLong()
    {
        try (RegionPool pool = new RegionPool(1L << 30))
        {
            assertEquals(0, pool.take(RegionPool.MOST_LENGTH + 64));
        }
    }

    @Test
    void shouldGiveBackAllMemoryWhenClosed()
    {
        final long before = Memory.held();
        try (RegionPool pool = new RegionPool(1L << 30))
        {
            for (int i = 0; i < 40; i++)
            {
                assertTrue(pool.take(RegionPool.MOST_LENGTH) != 0);
            }
            assertTrue(Memory.held() > before);
        }
        assertEquals(before, Memory.held());
    }
}
