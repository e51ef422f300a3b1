package io.millrace.persistence.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.codecs.Memory;
import io.millrace.engine.log.Log;
import io.millrace.engine.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments come and go: files, descriptors, room on the disk. */
final class SegmentRecyclingTest
{
    private static final int SEGMENT = 64 * 1024;
    private static final int LENGTH = 1000;

    private final MemoryStorageFixture memory = new MemoryStorageFixture();
    private long record;

    @BeforeEach
    void allocate()
    {
        record = Memory.allocate(LENGTH);
        Memory.fill(record, LENGTH, (byte)7);
    }

    @AfterEach
    void free()
    {
        Memory.free(record);
    }

    private static SegmentLogContext context(final Durability durability)
    {
        return new SegmentLogContext().folder("log").segmentLength(SEGMENT).maxSegments(6).spareSegments(2)
            .durability(durability).systemStart("start");
    }

    /** Appends that many records, reading and releasing all on the way. */
    private void turnOver(final Log log, final Log.Reader reader, final int records)
    {
        for (int i = 0; i < records; i++)
        {
            while (log.tryAppend(record, LENGTH) == Log.BACK_PRESSURE)
            {
                log.doWork();
                reader.poll((address, length) -> true, 1000);
                reader.release(reader.position());
                log.retainFrom(reader.position());
            }
        }
        log.doWork();
        reader.poll((address, length) -> true, 10_000);
        reader.release(reader.position());
        log.retainFrom(reader.position());
        log.doWork();
    }

    @Test
    void shouldSayWhatALossOfPowerWouldTakeWhenItIsNotForced()
    {
        try (SegmentLog log = new SegmentLog(memory, context(Durability.ASYNC)))
        {
            final long begin = log.forcedPosition();
            assertTrue(log.tryAppend(record, LENGTH) >= 0);
            assertEquals(begin, log.forcedPosition());
            assertEquals(log.endPosition(), log.commitPosition());
            log.sync(log.endPosition());
            assertEquals(log.endPosition(), log.forcedPosition());
        }
    }

    @Test
    void shouldGoBackToWhatIsForcedWhenItIsMadeAgainAndThePowerFailed()
    {
        try (SegmentLog dead = new SegmentLog(memory, context(Durability.ASYNC)))
        {
            turnOver(dead, dead.newReader(0), 50);
            dead.sync(dead.endPosition());
            final long forced = dead.endPosition();
            for (int i = 0; i < 80; i++)
            {
                assertTrue(dead.tryAppend(record, LENGTH) >= 0);
                dead.doWork();
            }
            final long end = dead.endPosition();
            final Map<String, byte[]> left = memory.copy();
            assertEquals(end, endOf(context(Durability.ASYNC).madeAgain(true)), "the process died, and nothing else");
            memory.restore(left);
            assertEquals(end, endOf(context(Durability.ASYNC).systemStart("next")), "nothing makes it again");
            memory.restore(left);
            assertEquals(forced, endOf(context(Durability.ASYNC).madeAgain(true).systemStart("next")));
            try (SegmentLog log = new SegmentLog(memory, context(Durability.ASYNC).madeAgain(true)))
            {
                final Log.Reader reader = log.newReader(forced);
                assertTrue(log.tryAppend(record, LENGTH) >= 0);
                assertEquals(1, reader.poll((address, length) -> true, 1000), "of what was cut nothing comes again");
            }
            memory.restore(left);
        }
    }

    @Test
    void shouldBeRefusedUncutWhenItHasDroppedWhatIsNeeded()
    {
        try (SegmentLog dead = new SegmentLog(memory, context(Durability.ASYNC)))
        {
            turnOver(dead, dead.newReader(0), 1000);
            final Map<String, byte[]> left = memory.copy();
            final long begin = dead.beginPosition();
            assertTrue(begin > 0);
            for (final long needed : new long[]{0, begin - 1})
            {
                final StorageException e = assertThrows(StorageException.class,
                    () -> endOf(context(Durability.ASYNC).madeAgain(true).systemStart("next").scanFrom(needed)));
                assertEquals(StorageException.Kind.DAMAGED, e.kind());
                assertTrue(e.getMessage().endsWith("begins behind position " + needed +
                    ", from which on the log is needed"), e.getMessage());
                left.forEach((name, bytes) -> assertArrayEquals(bytes, memory.bytes(name), name));
            }
            assertTrue(endOf(context(Durability.ASYNC).madeAgain(true).scanFrom(begin)) > begin);
            memory.restore(left);
        }
    }

    private long endOf(final SegmentLogContext context)
    {
        try (SegmentLog log = new SegmentLog(memory, context))
        {
            assertEquals(0, log.cutBytes());
            return log.endPosition();
        }
    }

    @Test
    void shouldPutASpareAwayWhoseLengthDidNotLast()
    {
        try (SegmentLog log = new SegmentLog(memory, context(Durability.ASYNC)))
        {
            assertTrue(log.tryAppend(record, LENGTH) >= 0);
        }
        memory.create("log/spare-7", 512).close();
        try (SegmentLog log = new SegmentLog(memory, context(Durability.ASYNC)))
        {
            log.doWork();
            memory.files.forEach((name, content) -> assertTrue(
                !name.endsWith(".segment") || content.bytes.length == SEGMENT, name));
        }
    }

    @Test
    void shouldUseTheSameFilesAgainAndLeakNone(@TempDir final Path root) throws IOException
    {
        for (final Durability durability : Durability.values())
        {
            final Path files = root.toRealPath().resolve(durability.name());
            try (SegmentLog log = new SegmentLog(new FileStorage(files), context(durability)))
            {
                final Log.Reader reader = log.newReader(0);
                turnOver(log, reader, 1000);
                final Object[] first = inodes(files.resolve("log"));
                turnOver(log, reader, 3000);
                assertEquals(0, log.endPosition() - reader.position());
                assertTrue(log.endPosition() > 40L * SEGMENT);
                final Object[] last = inodes(files.resolve("log"));
                assertTrue(last.length <= 1 + 4, last.length + " files");
                assertTrue(Stream.of(last).filter(Set.of(first)::contains).count() >= last.length - 1,
                    "new files instead of those that were there");
                assertTrue(descriptors(files) > 0, "the log's descriptors are not seen");
                assertTrue(descriptors(files) <= 4, "open: " + descriptors(files));
            }
            assertEquals(0, descriptors(files));
        }
    }

    /** Open files below a folder, deleted ones too; what else this process opens meanwhile does not count. */
    private static long descriptors(final Path folder) throws IOException
    {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd")))
        {
            return open.filter(descriptor -> isBelow(descriptor, folder)).count();
        }
    }

    private static boolean isBelow(final Path descriptor, final Path folder)
    {
        try
        {
            return Files.readSymbolicLink(descriptor).startsWith(folder);
        }
        catch (final IOException e)
        {
            // Closed since it was listed.
            return false;
        }
    }

    private static Object[] inodes(final Path folder) throws IOException
    {
        try (Stream<Path> files = Files.list(folder))
        {
            return files.map(file ->
            {
                try
                {
                    return Files.getAttribute(file, "unix:ino");
                }
                catch (final IOException e)
                {
                    throw new UncheckedIOException(e);
                }
            }).toArray();
        }
    }

    @Test
    void shouldNeverTakeARecordOfBeforeForANewOne()
    {
        for (int records = 190; records < 260; records++)
        {
            memory.files.clear();
            final long end;
            final Map<String, byte[]> killed;
            try (SegmentLog log = new SegmentLog(memory, context(Durability.ASYNC)))
            {
                turnOver(log, log.newReader(0), records);
                end = log.endPosition();
                killed = memory.copy();
            }
            memory.restore(killed);
            try (SegmentLog again = new SegmentLog(memory, context(Durability.ASYNC)))
            {
                assertEquals(end, again.endPosition());
                assertEquals(0, again.cutBytes());
            }
        }
    }

    @Test
    void shouldHoldBackWhileTheDiskIsFullAndGoOnByItself()
    {
        memory.capacity = 3 * SEGMENT;
        try (SegmentLog log = new SegmentLog(memory, context(Durability.ASYNC)))
        {
            final Log.Reader reader = log.newReader(0);
            int appended = 0;
            while (log.tryAppend(record, LENGTH) != Log.BACK_PRESSURE || log.doWork() > 0)
            {
                appended++;
                assertTrue(appended < 1000, "the disk never filled");
            }
            assertTrue(log.isDiskFull());
            for (int i = 0; i < 5000; i++)
            {
                assertEquals(Log.BACK_PRESSURE, log.tryAppend(record, LENGTH));
                log.doWork();
            }
            memory.capacity = 4 * SEGMENT;
            int tries = 0;
            while (log.tryAppend(record, LENGTH) == Log.BACK_PRESSURE)
            {
                log.doWork();
                assertTrue(tries++ < 2000, "did not go on");
            }
            assertFalse(log.isDiskFull());
            assertTrue(reader.poll((address, length) -> true, 10_000) >= 2 * SEGMENT / (LENGTH + 24) - 1);
        }
    }

    @Test
    void shouldTakeAndCommitNothingAfterAForceThatFailed()
    {
        final SegmentLog log = new SegmentLog(memory, context(Durability.SYNC));
        log.tryAppend(record, LENGTH);
        log.doWork();
        final long committed = log.commitPosition();
        assertEquals(log.endPosition(), committed);
        log.tryAppend(record, LENGTH);
        memory.isForceBroken = true;
        assertThrows(StorageException.class, log::doWork);
        memory.isForceBroken = false;
        assertTrue(assertThrows(StorageException.class, log::doWork).getMessage().contains("restart the job"));
        assertThrows(StorageException.class, () -> log.tryAppend(record, LENGTH));
        assertEquals(committed, log.commitPosition());
        final int forces = memory.forces;
        log.close();
        assertEquals(forces, memory.forces, "a failed log must not be made to look whole");
        try (SegmentLog again = new SegmentLog(memory, context(Durability.SYNC)))
        {
            assertTrue(again.commitPosition() > committed);
            assertTrue(memory.forces > forces, "what is committed now was never forced");
        }
    }

    @Test
    void shouldSayWhatFailedWhenAWriteFails()
    {
        try (SegmentLog log = new SegmentLog(memory, context(Durability.ASYNC)))
        {
            memory.isWriteBroken = true;
            final StorageException first =
                assertThrows(StorageException.class, () -> log.tryAppend(record, LENGTH));
            assertEquals(StorageException.Kind.FAILED, first.kind());
            memory.isWriteBroken = false;
            assertSame(first, assertThrows(StorageException.class, () -> log.tryAppend(record, LENGTH)).getCause());
            assertEquals(0, log.commitPosition());
        }
    }

    @Test
    void shouldNotAllocateToAppendAndRead(@TempDir final Path root)
    {
        final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        try (SegmentLog log = new SegmentLog(
            new FileStorage(root), context(Durability.ASYNC).segmentLength(16 << 20)))
        {
            final Log.Reader reader = log.newReader(0);
            final Log.RecordConsumer consumer = (address, length) -> true;
            for (int round = 0; round < 3; round++)
            {
                final long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 4000; i++)
                {
                    log.tryAppend(record, LENGTH);
                    reader.poll(consumer, 10);
                }
                final long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                assertTrue(round == 0 || allocated < 4000, "allocated " + allocated);
            }
        }
    }
}
