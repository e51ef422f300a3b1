package io.millrace.persistence.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileStorageTest
{
    @TempDir
    private Path root;

    @Test
    void shouldReadWhatWasWrittenAtAnyLength()
    {
        final int room = 400_000;
        final long out = Memory.allocate(room);
        final long in = Memory.allocate(room);
        for (int i = 0; i < room; i++)
        {
            Memory.putByte(out + i, (byte)(i * 31));
        }
        final FileStorage storage = new FileStorage(root);
        try (StorageFile file = storage.create("a/b/c", 1000))
        {
            assertEquals(1000, file.length());
            file.write(500, out, room);
            assertEquals(500 + room, file.length());
            assertEquals(room, file.read(500, in, room));
            assertTrue(Memory.isEqual(out, in, room));
            assertEquals(10, file.read(490 + room, in, room));
            assertEquals(0, file.read(500 + room, in, room));
            file.force();
        }
        storage.syncFolder("a/b");
        assertEquals(List.of("b"), storage.list("a"));
        storage.rename("a/b/c", "d");
        assertEquals(List.of("a", "d"), storage.list(""));
        assertTrue(storage.exists("d"));
        storage.delete("a/b");
        storage.delete("d");
        storage.delete("d");
        assertFalse(storage.exists("d"));
        assertEquals(List.of(), storage.list("nowhere"));
        Memory.free(out);
        Memory.free(in);
    }

    @Test
    void shouldReallyAllocateWhatItMakes() throws IOException
    {
        final FileStorage storage = new FileStorage(root);
        storage.create("a", 1 << 20).close();
        final Process du = new ProcessBuilder("du", "-B1", root.resolve("a").toString()).start();
        final String text = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(Long.parseLong(text.split("\t")[0]) >= 1 << 20, text);
    }

    @Test
    void shouldNotLeaveItsFolder()
    {
        final FileStorage storage = new FileStorage(root);
        for (final String name : List.of("../a", "a/../../b", "/etc/passwd", "", ".", "a//b", "a\0b", "a/.."))
        {
            assertThrows(IllegalArgumentException.class, () -> storage.open(name), name);
        }
    }

    @Test
    void shouldSayWhichFileIsMissing()
    {
        final StorageException e = assertThrows(StorageException.class, () -> new FileStorage(root).open("x/y"));
        assertEquals(StorageException.Kind.FAILED, e.kind());
        assertTrue(e.getMessage().contains(root.resolve("x/y").toString()), e.getMessage());
    }

    @Test
    void shouldRefuseASecondHolderInOneProcess()
    {
        try (FileStorage first = new FileStorage(root))
        {
            first.lock();
            first.lock();
            final FileStorage second = new FileStorage(root.resolve("."));
            final StorageException e = assertThrows(StorageException.class, second::lock);
            assertTrue(e.getMessage().contains("this process"), e.getMessage());
            assertEquals(List.of(), first.list(""));
        }
        try (FileStorage third = new FileStorage(root))
        {
            third.lock();
        }
    }

    @Test
    void shouldNameTheProcessThatHoldsTheFolderUntilItIsKilled() throws Exception
    {
        final Process holder = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx32m", "--add-exports",
            "java.base/jdk.internal.misc=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
            LockHolderFixture.class.getName(), root.toString()).redirectErrorStream(true).start();
        try
        {
            assertEquals('L', holder.getInputStream().read());
            final FileStorage storage = new FileStorage(root);
            final StorageException e = assertThrows(StorageException.class, storage::lock);
            assertTrue(e.getMessage().contains("process " + holder.pid() + " (") &&
                e.getMessage().contains("LockHolderFixture"), e.getMessage());
        }
        finally
        {
            holder.destroyForcibly();
            assertTrue(holder.waitFor(20, TimeUnit.SECONDS));
        }
        assertTrue(Files.exists(root.resolve("lock")));
        try (FileStorage storage = new FileStorage(root))
        {
            storage.lock();
        }
    }
}
