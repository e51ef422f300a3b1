package io.millrace.node.simulation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.storage.StorageException.Kind;
import io.millrace.engine.storage.StorageFile;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The model disk keeps what a disk keeps, and loses what a disk may lose. */
final class SimulatedStorageTest
{
    private static final int SEEDS = 200;
    private static final int SECTOR = SimulatedDisk.SECTOR;

    private final long buffer = Memory.allocate(64 * 1024);
    private FaultCounts counts = new FaultCounts();
    private long steps;
    private SimulatedDisk disk = disk(1);
    private SimulatedStorage storage = storage(1);

    @AfterEach
    void free()
    {
        Memory.free(buffer);
    }

    private SimulatedDisk disk(final long seed)
    {
        return new SimulatedDisk(new SplittableRandom(seed), counts, 1 << 20);
    }

    private static DiskFaults faults(
        final int write, final int shortWrite, final int read, final int force, final int full)
    {
        return new DiskFaults(write, shortWrite, read, force, full, 1, "", 0, false, true);
    }

    private SimulatedStorage storage(final long seed)
    {
        return new SimulatedStorage(disk, new SplittableRandom(seed), counts, new Trace(false), () -> steps);
    }

    private void begin(final long seed)
    {
        disk = disk(seed);
        storage = storage(seed);
    }

    private void write(final StorageFile file, final long offset, final String text)
    {
        Memory.copy(text.getBytes(US_ASCII), 0, buffer, text.length());
        file.write(offset, buffer, text.length());
    }

    private String read(final String name)
    {
        final StorageFile file = storage.open(name);
        final byte[] bytes = new byte[(int)file.length()];
        assertEquals(bytes.length, file.read(0, buffer, 64 * 1024));
        Memory.copy(buffer, bytes, 0, bytes.length);
        return new String(bytes, US_ASCII);
    }

    private void assertFails(final Kind kind, final Runnable operation)
    {
        assertEquals(kind, assertThrows(StorageException.class, operation::run).kind());
    }

    @Test
    void shouldReadWhatWasWrittenWhenNothingFails()
    {
        final StorageFile file = storage.create("a/b/file", 4);
        assertEquals(4, file.length());
        assertEquals("\0\0\0\0", read("a/b/file"));
        write(file, 2, "hello");
        assertEquals("\0\0hello", read("a/b/file"));
        assertEquals(0, file.read(7, buffer, 10), "the end");
        assertEquals(3, file.read(4, buffer, 10), "as many as there are");
        assertEquals(List.of("a"), storage.list(""));
        assertEquals(List.of("b"), storage.list("a"));
        assertEquals(List.of("file"), storage.list("a/b"));
        assertEquals(List.of(), storage.list("c"));
        storage.rename("a/b/file", "a/other");
        assertFalse(storage.exists("a/b/file"));
        assertEquals("\0\0hello", read("a/other"));
        storage.delete("a/b");
        storage.delete("nothing");
        assertEquals(List.of("other"), storage.list("a"));
        assertFails(Kind.FAILED, () -> storage.delete("a"));
        assertFails(Kind.FAILED, () -> storage.open("a/b/file"));
        storage.create("a/other", 0);
        assertEquals("", read("a/other"), "an existing file is replaced");
    }

    @Test
    void shouldKeepWhatWasWrittenWhenTheProcessDies()
    {
        write(storage.create("file", 0), 0, "kept");
        storage.crashAfter(1, "");
        storage.syncFolder("");
        assertThrows(SimulatedCrash.class, () -> storage.delete("file"));
        storage.delete("file");
        disk.afterCrash();
        storage = storage(2);
        assertEquals("kept", read("file"), "the dead change nothing");
    }

    @Test
    void shouldKeepWhatWasForcedWhenTheMachineDies()
    {
        for (int seed = 0; seed < SEEDS; seed++)
        {
            begin(seed);
            final StorageFile file = storage.create("file", 0);
            write(file, 0, "x".repeat(3 * SECTOR));
            file.force();
            storage.syncFolder("");
            write(file, SECTOR, "y".repeat(SECTOR));
            disk.afterPowerLoss();
            storage = storage(seed);
            final String text = read("file");
            assertTrue(text.equals("x".repeat(3 * SECTOR)) ||
                text.equals("x".repeat(SECTOR) + "y".repeat(SECTOR) + "x".repeat(SECTOR)), "seed " + seed);
        }
    }

    @Test
    void shouldLoseAnySectorsAndNamesThatWereNotForcedWhenTheMachineDies()
    {
        final Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++)
        {
            begin(seed);
            final StorageFile file = storage.create("file", 3L * SECTOR);
            file.force();
            storage.create("old", 0).force();
            storage.syncFolder("");
            write(file, 0, "a".repeat(2 * SECTOR));
            write(file, 2 * SECTOR, "b".repeat(SECTOR));
            storage.create("new", 0);
            storage.rename("old", "renamed");
            disk.afterPowerLoss();
            storage = storage(seed);
            final String text = read("file");
            seen.add("" + text.charAt(0) + text.charAt(SECTOR) + text.charAt(2 * SECTOR) + storage.exists("new") +
                storage.exists("old"));
            assertTrue(storage.exists("old") != storage.exists("renamed"), "a rename is one step, seed " + seed);
        }
        assertTrue(seen.size() >= 28, "of 32 outcomes only " + seen.size());
        for (final Fault fault : List.of(Fault.WRITES_DROPPED, Fault.WRITE_TORN, Fault.WRITES_REORDERED,
            Fault.CREATE_UNDONE, Fault.RENAME_UNDONE))
        {
            assertTrue(counts.of(fault) > 0, fault + " never fired");
        }
    }

    @Test
    void shouldForgetWhatAFailedForceShouldHaveKept()
    {
        boolean isLost = false;
        boolean isKept = false;
        for (int seed = 0; seed < SEEDS; seed++)
        {
            begin(seed);
            final StorageFile file = storage.create("file", SECTOR);
            file.force();
            storage.syncFolder("");
            write(file, 0, "x".repeat(SECTOR));
            storage.failWith(faults(0, 0, 0, 1_000_000, 0));
            assertFails(Kind.FAILED, file::force);
            storage.failWith(DiskFaults.NONE);
            file.force();
            assertEquals("x".repeat(SECTOR), read("file"), "the cache still has it");
            disk.afterPowerLoss();
            storage = storage(seed);
            isLost |= read("file").charAt(0) == '\0';
            isKept |= read("file").charAt(0) == 'x';
        }
        assertTrue(isLost && isKept);
    }

    @Test
    void shouldFailAsItIsTold()
    {
        final StorageFile file = storage.create("file", 4);
        storage.failWith(faults(0, 0, 0, 0, 1_000_000));
        assertFails(Kind.FULL, () -> storage.create("more", 1));
        assertFalse(storage.exists("more"));
        assertEquals(0, storage.freeBytes());
        write(file, 0, "full");
        assertFails(Kind.FULL, () -> write(file, 2, "full"));
        storage.failWith(DiskFaults.NONE);
        assertFails(Kind.FULL, () -> storage.create("more", 1));
        steps++;
        storage.create("more", 1);
        storage.failWith(faults(0, 1_000_000, 0, 0, 0));
        assertFails(Kind.FAILED, () -> write(file, 0, "1234"));
        storage.failWith(faults(0, 0, 1_000_000, 0, 0));
        assertFails(Kind.FAILED, () -> file.read(0, buffer, 4));
        storage.failWith(faults(1_000_000, 0, 0, 0, 0));
        assertFails(Kind.FAILED, () -> write(file, 0, "1234"));
        storage.failWith(DiskFaults.NONE);
        assertFails(Kind.FULL, () -> storage.create("large", 2 << 20));
        assertEquals((1 << 20) - 5, storage.freeBytes());
    }

    @Test
    void shouldDieSoonAfterAFileHasTakenItsPlace()
    {
        storage.create("a/file.tmp", 1);
        storage.create("b/file.tmp", 1);
        storage.crashSoonAfter(1, "b/");
        storage.rename("a/file.tmp", "a/file");
        for (int i = 0; i < 100; i++)
        {
            storage.syncFolder("a");
        }
        storage.rename("b/file.tmp", "b/file");
        assertThrows(SimulatedCrash.class, () ->
        {
            for (int i = 0; i < 100; i++)
            {
                storage.syncFolder("a");
            }
        });
        assertTrue(disk.names().containsKey("b/file"));
    }

    @Test
    void shouldFailBelowAFolderAlone()
    {
        storage.failWith(new DiskFaults(0, 0, 0, 1_000_000, 0, 1, "a", 0, false, false));
        storage.create("b/file", 0).force();
        assertFails(Kind.FAILED, storage.create("a/file", 0)::force);
    }

    @Test
    void shouldSayWhetherAnythingWasTorn()
    {
        final StorageFile file = storage.create("file", 4);
        write(file, 0, "1234");
        disk.afterCrash();
        assertFalse(disk.hasTorn());
        storage.failWith(faults(0, 1_000_000, 0, 0, 0));
        assertFails(Kind.FAILED, () -> write(file, 0, "5678"));
        assertTrue(disk.hasTorn());
        assertFalse(disk.hasTorn());
    }

    @Test
    void shouldPutABackupBackWhenABitHasTurned()
    {
        write(storage.create("file", 0), 0, "hello");
        final SimulatedDisk.Backup backup = disk.backup();
        assertNotNull(new BitRot(disk, new SplittableRandom(1)).turnBelow(""));
        assertFalse(read("file").equals("hello"));
        disk.restore(backup);
        assertEquals("hello", read("file"));
        disk.afterPowerLoss();
        assertEquals("hello", read("file"));
    }
}
