package io.millrace.engine.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every provider of a log must do; a provider's own test extends it. */
public abstract class LogContract
{
    private static final int RECORDS = 200_000;
    private static final int ROOM = 1 << 20;

    private final List<Log> opened = new ArrayList<>();
    private long record;

    /** Opens the log of this test: an empty one at first, then what a closed one has left. At most 4 MiB. */
    protected abstract Log open();

    /** Whether what was appended is there again when the log is opened the next time. */
    protected abstract boolean isDurable();

    @BeforeEach
    final void allocate()
    {
        record = Memory.allocate(ROOM);
    }

    @AfterEach
    final void free()
    {
        opened.forEach(Log::close);
        Memory.free(record);
    }

    private Log opened()
    {
        final Log log = open();
        opened.add(log);
        return log;
    }

    /** Appends the record number {@code number}; its length and bytes follow from it. */
    protected final long append(final Log log, final int number)
    {
        final int length = fill(number);
        return log.tryAppend(record, length);
    }

    private int fill(final int number)
    {
        final SplittableRandom random = new SplittableRandom(number);
        final int length = 8 + random.nextInt(random.nextInt(10) == 0 ? 20_000 : 300);
        for (int i = 0; i < length; i += 8)
        {
            Memory.putLong(record + i, random.nextLong());
        }
        Memory.putInt(record, number);
        return length;
    }

    /** Reads what is committed and checks it: the number of the record behind the last. */
    protected final int readAll(final Log log, final Log.Reader reader, final int from)
    {
        final int[] next = {from};
        final Log.RecordConsumer consumer = (address, length) ->
        {
            assertEquals(fill(next[0]), length, () -> "length of record " + next[0]);
            assertTrue(Memory.isEqual(record, address, length), () -> "bytes of record " + next[0]);
            next[0]++;
            return true;
        };
        take(log, reader, consumer, Integer.MAX_VALUE);
        return next[0];
    }

    /** Polls until that many records were taken or all that was committed: a provider may hand them over later. */
    private static int take(
        final Log log, final Log.Reader reader, final Log.RecordConsumer consumer, final int limit)
    {
        final long deadline = System.nanoTime() + 60_000_000_000L;
        final long end = log.commitPosition();
        int taken = 0;
        while (taken < limit && reader.position() < end)
        {
            taken += reader.poll(consumer, Math.min(7, limit - taken));
            assertTrue(System.nanoTime() < deadline, "no record within a minute");
        }
        return taken;
    }

    /** Does the work that is there, and as much again as a provider of its own threads may need. */
    protected static void work(final Log log)
    {
        final long deadline = System.nanoTime() + 60_000_000_000L;
        final long end = log.endPosition();
        while (log.doWork() > 0 || log.commitPosition() < end)
        {
            assertTrue(System.nanoTime() < deadline, "no commit within a minute");
            Thread.onSpinWait();
        }
    }

    /** Appends, if need be after the work that there is: whether it could. */
    private boolean appendOrWait(final Log log, final int number)
    {
        if (append(log, number) != Log.BACK_PRESSURE)
        {
            return true;
        }
        work(log);
        // A provider with threads of its own may need a moment to see that there is room.
        final long deadline = System.nanoTime() + 100_000_000L;
        while (append(log, number) == Log.BACK_PRESSURE)
        {
            log.doWork();
            if (System.nanoTime() - deadline > 0)
            {
                return false;
            }
        }
        return true;
    }

    private void appendAll(final Log log, final int from, final int to)
    {
        for (int i = from; i < to; i++)
        {
            assertTrue(appendOrWait(log, i), "the log takes no more, at record " + i);
        }
    }

    @Test
    void shouldHandOverRecordsInTheirOrderOnceCommitted()
    {
        final Log log = opened();
        final Log.Reader reader = log.newReader(log.endPosition());
        assertEquals(0, readAll(log, reader, 0));
        appendAll(log, 0, 500);
        work(log);
        assertEquals(log.endPosition(), log.commitPosition());
        assertEquals(500, readAll(log, reader, 0));
        assertEquals(log.endPosition(), reader.position());
        assertFalse(reader.hasMore());
        appendAll(log, 500, 501);
        work(log);
        assertTrue(reader.hasMore());
        assertEquals(501, readAll(log, reader, 500));
    }

    @Test
    void shouldReturnAscendingEndPositions()
    {
        final Log log = opened();
        long last = log.endPosition();
        for (int i = 0; i < 100; i++)
        {
            appendAll(log, i, i + 1);
            assertTrue(log.endPosition() > last);
            last = log.endPosition();
        }
    }

    @Test
    void shouldOfferARefusedRecordAgain()
    {
        final Log log = opened();
        final Log.Reader reader = log.newReader(log.endPosition());
        appendAll(log, 0, 3);
        work(log);
        assertEquals(0, reader.poll((address, length) -> false, 10));
        final long before = reader.position();
        assertEquals(1, take(log, reader, (address, length) -> true, 1));
        assertNotEquals(before, reader.position());
        assertEquals(3, readAll(log, reader, 1));
    }

    @Test
    void shouldStopAtTheLimitOfAPoll()
    {
        final Log log = opened();
        final Log.Reader reader = log.newReader(log.endPosition());
        appendAll(log, 0, 10);
        work(log);
        assertEquals(4, take(log, reader, (address, length) -> true, 4));
        assertEquals(10, readAll(log, reader, 4));
    }

    @Test
    void shouldGoBackToWhatIsNotReleased()
    {
        final Log log = opened();
        final Log.Reader reader = log.newReader(log.endPosition());
        appendAll(log, 0, 50);
        work(log);
        take(log, reader, (address, length) -> true, 10);
        final long tenth = reader.position();
        reader.release(tenth);
        assertEquals(50, readAll(log, reader, 10));
        reader.seek(tenth);
        assertEquals(tenth, reader.position());
        assertEquals(50, readAll(log, reader, 10));
        assertThrows(IllegalArgumentException.class, () -> reader.seek(tenth - 8));
        assertThrows(IllegalArgumentException.class, () -> reader.seek(log.endPosition() + 8));
    }

    @Test
    void shouldRefuseARecordThatIsTooLong()
    {
        final Log log = opened();
        if (log.maxRecordLength() < ROOM)
        {
            assertThrows(
                IllegalArgumentException.class, () -> log.tryAppend(record, log.maxRecordLength() + 1));
        }
        assertTrue(log.tryAppend(record, Math.min(ROOM, log.maxRecordLength())) > 0);
    }

    @Test
    void shouldRefuseWhenFullAndGoOnOnceReleased()
    {
        final Log log = opened();
        final Log.Reader slow = log.newReader(log.endPosition());
        final Log.Reader quick = log.newReader(log.endPosition());
        int appended = 0;
        while (appendOrWait(log, appended))
        {
            appended++;
            assertTrue(appended < 1_000_000, "no bound");
        }
        work(log);
        final int half = appended;
        assertEquals(half, readAll(log, quick, 0));
        quick.release(quick.position());
        log.retainFrom(log.endPosition());
        log.doWork();
        assertEquals(Log.BACK_PRESSURE, append(log, half), "the slow reader is not done");
        assertEquals(half, readAll(log, slow, 0));
        slow.release(slow.position());
        log.retainFrom(log.endPosition());
        work(log);
        appendAll(log, half, half + 5);
        work(log);
        assertEquals(half + 5, readAll(log, slow, half));
        assertEquals(half + 5, readAll(log, quick, half));
    }

    @Test
    void shouldHoldTheSameRecordsWhenOpenedAgain()
    {
        if (!isDurable())
        {
            return;
        }
        long end = 0;
        long middle = 0;
        int appended = 0;
        for (int run = 0; run < 4; run++)
        {
            final Log log = opened();
            assertEquals(end, log.endPosition());
            assertEquals(end, log.commitPosition());
            final Log.Reader all = log.newReader(log.beginPosition());
            final Log.Reader rest = log.newReader(middle);
            appendAll(log, appended, appended + 100);
            work(log);
            assertEquals(appended + 100, readAll(log, all, 0));
            assertEquals(appended + 100, readAll(log, rest, appended));
            appended += 100;
            end = log.endPosition();
            middle = end;
            log.close();
        }
    }

    @Test
    void shouldKeepWhatIsRetainedAcrossOpenings()
    {
        if (!isDurable())
        {
            return;
        }
        final Log first = opened();
        appendAll(first, 0, 300);
        work(first);
        final Log.Reader reader = first.newReader(first.beginPosition());
        take(first, reader, (address, length) -> true, 200);
        final long kept = reader.position();
        reader.release(first.endPosition());
        first.retainFrom(kept);
        work(first);
        first.close();
        final Log again = opened();
        assertTrue(again.beginPosition() <= kept);
        assertEquals(300, readAll(again, again.newReader(kept), 200));
    }

    @Test
    void shouldHandOverEveryRecordAcrossThreads() throws InterruptedException
    {
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final AtomicBoolean isDone = new AtomicBoolean();
        final Log log = opened();
        final Log.Reader reader = log.newReader(log.endPosition());
        final Thread writer = thread(failure, () -> write(log, failure));
        final Thread taker = thread(failure, () -> read(log, reader, failure));
        final Thread worker = thread(failure, () ->
        {
            while (!isDone.get() && failure.get() == null)
            {
                if (log.doWork() == 0)
                {
                    Thread.yield();
                }
            }
        });
        writer.join();
        taker.join();
        isDone.set(true);
        worker.join();
        assertNull(failure.get());
        assertFalse(log.beginPosition() > log.endPosition());
    }

    private static Thread thread(final AtomicReference<Throwable> failure, final Runnable work)
    {
        final Thread thread = new Thread(work);
        thread.setUncaughtExceptionHandler((t, e) -> failure.compareAndSet(null, e));
        thread.start();
        return thread;
    }

    private static void write(final Log log, final AtomicReference<Throwable> failure)
    {
        final SplittableRandom random = new SplittableRandom(3);
        final long bytes = Memory.allocate(4096);
        for (int i = 0; i < RECORDS && failure.get() == null; i++)
        {
            final int length = 8 * random.nextInt(1, 40);
            Memory.putLong(bytes, i);
            Memory.putLong(bytes + length - 8, length == 8 ? i : ~i);
            while (log.tryAppend(bytes, length) == Log.BACK_PRESSURE && failure.get() == null)
            {
                Thread.yield();
            }
        }
        Memory.free(bytes);
    }

    private static void read(final Log log, final Log.Reader reader, final AtomicReference<Throwable> failure)
    {
        final SplittableRandom random = new SplittableRandom(3);
        final int[] next = {0};
        while (next[0] < RECORDS && failure.get() == null)
        {
            final int taken = reader.poll((address, length) ->
            {
                assertEquals(8 * random.nextInt(1, 40), length);
                assertEquals(next[0], Memory.getLong(address));
                assertEquals(length == 8 ? next[0] : ~next[0], Memory.getLong(address + length - 8));
                next[0]++;
                return true;
            }, 100);
            reader.release(reader.position());
            log.retainFrom(reader.position());
            if (taken == 0)
            {
                Thread.yield();
            }
        }
    }
}
