package io.millrace.engine.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class MemoryLogTest
{
    private static final int RECORDS = 200_000;

    @Test
    void shouldRefuseWhenFullAndTakeMoreOnceTruncated()
    {
        final long record = Memory.allocate(512);
        try (MemoryLog log = new MemoryLog(1024))
        {
            int appended = 0;
            while (log.tryAppend(record, 200) != Log.BACK_PRESSURE)
            {
                appended++;
            }
            assertEquals(4, appended);
            final Log.Reader reader = log.newReader(0);
            reader.poll((address, length) ->
            {
                assertEquals(200, length);
                return true;
            }, 2);
            reader.release(reader.position());
            assertTrue(log.tryAppend(record, 200) > 0);
            assertThrows(IllegalArgumentException.class, () -> log.tryAppend(record, 600));
        }
        Memory.free(record);
    }

    @Test
    void shouldHandOverEveryRecordInOrderAcrossThreads() throws InterruptedException
    {
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        try (MemoryLog log = new MemoryLog(16 * 1024))
        {
            final Thread writer = new Thread(() -> write(log));
            final Log.Reader readerOf = log.newReader(0);
            final Thread reader = new Thread(() -> read(readerOf, failure));
            writer.start();
            reader.start();
            writer.join();
            reader.join();
        }
        assertNull(failure.get());
    }

    private static void write(final MemoryLog log)
    {
        final SplittableRandom random = new SplittableRandom(3);
        final long record = Memory.allocate(4096);
        for (int i = 0; i < RECORDS; i++)
        {
            final int length = 8 * random.nextInt(1, 200);
            Memory.putLong(record, i);
            Memory.putLong(record + length - 8, length == 8 ? i : ~i);
            while (log.tryAppend(record, length) == Log.BACK_PRESSURE)
            {
                Thread.onSpinWait();
                Thread.yield();
            }
        }
        Memory.free(record);
    }

    private static void read(final Log.Reader reader, final AtomicReference<Throwable> failure)
    {
        final SplittableRandom random = new SplittableRandom(3);
        final int[] next = {0};
        try
        {
            while (next[0] < RECORDS)
            {
                reader.poll((address, length) ->
                {
                    assertEquals(8 * random.nextInt(1, 200), length);
                    assertEquals(next[0], Memory.getLong(address));
                    assertEquals(length == 8 ? next[0] : ~next[0], (int)Memory.getLong(address + length - 8));
                    next[0]++;
                    return true;
                }, 5);
                reader.release(reader.position());
                Thread.yield();
            }
        }
        catch (final AssertionError e)
        {
            failure.set(e);
            reader.release(Long.MAX_VALUE / 2);
        }
    }
}
