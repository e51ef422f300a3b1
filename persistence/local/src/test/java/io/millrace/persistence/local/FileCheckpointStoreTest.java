package io.millrace.persistence.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.engine.checkpoint.CheckpointStore;
import io.millrace.engine.checkpoint.DamagedCheckpointException;
import io.millrace.engine.snapshot.Manifest;
import io.millrace.engine.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileCheckpointStoreTest
{
    private static final int ROOM = 1 << 20;

    @TempDir
    private Path root;
    private FileStorage storage;
    private FileCheckpointStore store;
    private long record;

    @BeforeEach
    void open()
    {
        storage = new FileStorage(root);
        store = new FileCheckpointStore(storage, "checkpoints");
        record = Memory.allocate(ROOM);
    }

    @AfterEach
    void close()
    {
        store.close();
        storage.close();
        Memory.free(record);
    }

    private int fill(final String part, final int ordinal, final int most)
    {
        final SplittableRandom random = new SplittableRandom(31L * part.hashCode() + ordinal);
        final int length = random.nextInt(most);
        for (int i = 0; i < length; i += 8)
        {
            Memory.putLong(record + i, random.nextLong());
        }
        return length;
    }

    private void write(final long id, final int records, final int most, final String... parts)
    {
        final CheckpointStore.Draft draft = store.begin(id);
        for (int i = 0; i < records; i++)
        {
            for (final String part : parts)
            {
                draft.append(part, record, fill(part, i, most));
            }
        }
        draft.complete(new Manifest(id, Map.of("entry", "17", "job", "SELECT 1, 'ü=x'")));
        draft.force();
        draft.close();
    }

    private int read(final CheckpointStore.Checkpoint checkpoint, final String part, final int most)
    {
        final int[] count = {0};
        checkpoint.read(part, (address, length) ->
        {
            assertEquals(fill(part, count[0]++, most), length);
            assertTrue(Memory.isEqual(record, address, length));
            return true;
        });
        return count[0];
    }

    @Test
    void shouldReadWhatWasWritten() throws IOException
    {
        write(7, 300, 20_000, "shard-0", "shard-1.table-0");
        write(9, 2, ROOM, "shard-0");
        assertEquals(List.of(7L, 9L), store.ids());
        final CheckpointStore.Checkpoint checkpoint = store.open(7);
        assertEquals(List.of("shard-0", "shard-1.table-0"), checkpoint.parts());
        assertEquals(17, checkpoint.manifest().number("entry"));
        assertEquals("SELECT 1, 'ü=x'", checkpoint.manifest().text("job"));
        assertEquals(300, read(checkpoint, "shard-0", 20_000));
        assertEquals(300, read(checkpoint, "shard-1.table-0", 20_000));
        assertEquals(0, read(checkpoint, "shard-2", 20_000));
        assertEquals(2, read(store.open(9), "shard-0", ROOM));
        try (Stream<Path> files = Files.list(root.resolve("checkpoints/7")))
        {
            assertEquals(files.mapToLong(file -> file.toFile().length()).sum(), checkpoint.bytes());
        }
    }

    private FileCheckpointStore startedAs(final String systemStart)
    {
        return new FileCheckpointStore(storage, "checkpoints", null, null, systemStart);
    }

    @Test
    void shouldKeepOneThatWasNotForcedUntilTheSystemEnds()
    {
        store = startedAs("monday");
        write(1, 2, 100, "a");
        final CheckpointStore.Draft draft = store.begin(2);
        draft.append("a", record, fill("a", 0, 20_000));
        draft.complete(new Manifest(2, Map.of("entry", "20")));
        draft.close();
        final FileCheckpointStore again = startedAs("monday");
        assertEquals(List.of(1L), again.ids());
        assertEquals(List.of(2L), again.unforcedIds());
        assertEquals(20, again.open(2).manifest().number("entry"));
        assertEquals(1, read(again.open(2), "a", 20_000));
        final FileCheckpointStore tomorrow = startedAs("tuesday");
        assertEquals(List.of(), tomorrow.unforcedIds());
        assertEquals(List.of(1L), tomorrow.ids());
        assertFalse(Files.exists(root.resolve("checkpoints/2")));
        assertEquals(List.of(), startedAs("monday").unforcedIds());
    }

    @Test
    void shouldDeleteOneThatWasNotForced()
    {
        store = startedAs("monday");
        final CheckpointStore.Draft draft = store.begin(2);
        draft.append("a", record, 8);
        draft.complete(new Manifest(2, Map.of()));
        draft.close();
        store.deleteUnforced(2);
        assertEquals(List.of(), store.unforcedIds());
        assertFalse(Files.exists(root.resolve("checkpoints/2")));
    }

    @Test
    void shouldTrustNothingThatWasNotForcedWhereTheSystemHasNoName()
    {
        store = startedAs("");
        store.begin(2).complete(new Manifest(2, Map.of()));
        assertEquals(List.of(), store.unforcedIds());
    }

    @Test
    void shouldReadTheSameAhead() throws IOException
    {
        final int records = 400;
        write(1, records, 100_000, "a");
        final FileCheckpointStore ahead = new FileCheckpointStore(storage, "checkpoints", null, Thread::new);
        for (int i = 0; i < 20; i++)
        {
            assertEquals(records, read(ahead.open(1), "a", 100_000));
        }
        final Path file = root.resolve("checkpoints/1/a.part");
        final byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 9] ^= 1;
        Files.write(file, bytes);
        final DamagedCheckpointException e =
            assertThrows(DamagedCheckpointException.class, () -> ahead.open(1).verify());
        assertTrue(e.getMessage().contains("record " + (records - 1)), e.getMessage());
    }

    @Test
    void shouldForgetADraftThatWasNotCompleted()
    {
        write(1, 3, 100, "a");
        final CheckpointStore.Draft draft = store.begin(2);
        draft.append("a", record, 50);
        assertTrue(Files.exists(root.resolve("checkpoints/2/a.part")));
        assertEquals(List.of(1L), new FileCheckpointStore(storage, "checkpoints").ids());
        assertFalse(Files.exists(root.resolve("checkpoints/2")));
        final CheckpointStore.Draft other = store.begin(3);
        other.append("a", record, 50);
        other.abandon();
        assertFalse(Files.exists(root.resolve("checkpoints/3")));
        draft.abandon();
    }

    @Test
    void shouldDeleteACheckpointWhole()
    {
        write(1, 3, 100, "a", "b");
        store.delete(1);
        assertEquals(List.of(), store.ids());
        assertFalse(Files.exists(root.resolve("checkpoints/1")));
        store.delete(1);
        assertEquals(StorageException.Kind.DAMAGED,
            assertThrows(StorageException.class, () -> store.open(1)).kind());
    }

    @Test
    void shouldMakeLastWhatAnEarlierProcessCouldNot()
    {
        final MemoryStorageFixture memory = new MemoryStorageFixture();
        store = new FileCheckpointStore(memory, "checkpoints");
        write(1, 3, 100, "a");
        write(2, 3, 100, "a");
        memory.isSyncBroken = true;
        assertThrows(StorageException.class, () -> store.delete(1));
        assertThrows(StorageException.class, () -> write(3, 3, 100, "a"));
        assertThrows(StorageException.class, () -> store.ids());
        assertTrue(memory.exists("checkpoints/1/a.part"), "its manifest may come back");
        memory.isSyncBroken = false;
        assertEquals(List.of(2L), store.ids());
        assertEquals(Set.of(), unsyncedBut(memory, "checkpoints/1", "checkpoints/3"));
        memory.files.put("checkpoints/4/MANIFEST", memory.files.get("checkpoints/2/MANIFEST"));
        memory.unsynced.add("checkpoints/4");
        memory.unsynced.add("checkpoints");
        assertEquals(List.of(2L, 4L), store.ids());
        assertEquals(Set.of(), unsyncedBut(memory, "checkpoints/1", "checkpoints/3"));
    }

    private static Set<String> unsyncedBut(final MemoryStorageFixture memory, final String... gone)
    {
        final Set<String> unsynced = new TreeSet<>(memory.unsynced);
        List.of(gone).forEach(unsynced::remove);
        return unsynced;
    }

    @Test
    void shouldRefuseNamesThatAreNone()
    {
        final CheckpointStore.Draft draft = store.begin(1);
        for (final String name : List.of("", "../a", "a/b", ".", "-a", "é"))
        {
            assertThrows(IllegalArgumentException.class, () -> draft.append(name, record, 8), name);
        }
        assertThrows(IllegalArgumentException.class, () -> draft.complete(new Manifest(2, Map.of())));
        assertThrows(IllegalArgumentException.class, () -> draft.complete(new Manifest(1, Map.of("part.x", "y"))));
        draft.abandon();
    }

    @Test
    void shouldFindAnyByteThatIsDamaged()
    {
        final MemoryStorageFixture memory = new MemoryStorageFixture();
        store = new FileCheckpointStore(memory, "checkpoints");
        write(1, 4, 60, "a", "b");
        final Map<String, byte[]> whole = memory.copy();
        whole.forEach((name, bytes) ->
        {
            for (int i = 0; i < bytes.length; i++)
            {
                memory.restore(whole);
                memory.bytes(name)[i] ^= (byte)(1 << (i & 7));
                final int at = i;
                final StorageException e = assertThrows(
                    StorageException.class, () -> store.open(1).verify(), () -> name + " at " + at + " went unnoticed");
                assertEquals(StorageException.Kind.DAMAGED, e.kind(), e.getMessage());
                assertTrue(e.getMessage().contains(name + ", offset "), e.getMessage());
            }
            for (final int length : new int[]{0, 1, bytes.length / 2, bytes.length - 1})
            {
                memory.restore(whole);
                memory.files.get(name).bytes = Arrays.copyOf(bytes, length);
                assertEquals(StorageException.Kind.DAMAGED,
                    assertThrows(StorageException.class, () -> store.open(1).verify()).kind());
            }
        });
        memory.restore(whole);
        assertEquals(4, read(store.open(1), "a", 60));
        memory.delete("checkpoints/1/b.part");
        final DamagedCheckpointException e =
            assertThrows(DamagedCheckpointException.class, () -> store.open(1).verify());
        assertEquals(1, e.id());
        assertTrue(e.getMessage().contains("b.part"));
    }

    @Test
    void shouldLeaveWhatWasThereWhenTheDiskIsFull()
    {
        final MemoryStorageFixture memory = new MemoryStorageFixture();
        store = new FileCheckpointStore(memory, "checkpoints");
        write(1, 4, 60, "a");
        final Map<String, byte[]> whole = memory.copy();
        memory.capacity = whole.values().stream().mapToLong(bytes -> bytes.length).sum();
        final CheckpointStore.Draft draft = store.begin(2);
        draft.append("a", record, 100);
        final StorageException e =
            assertThrows(StorageException.class, () -> draft.complete(new Manifest(2, Map.of())));
        assertEquals(StorageException.Kind.FULL, e.kind());
        draft.abandon();
        assertEquals(whole.keySet(), memory.copy().keySet());
        assertEquals(List.of(1L), store.ids());
    }

    @Test
    void shouldBeOneThatIsNotForcedForADyingProcessWhileItIsBeingForced()
    {
        final FileCheckpointStore dying = new FileCheckpointStore(storage, "checkpoints", null, null, "start");
        final Manifest manifest = new Manifest(4, Map.of("entry", "17"));
        final CheckpointStore.Draft draft = dying.begin(4);
        for (int i = 0; i < 100; i++)
        {
            draft.append("shard-0", record, fill("shard-0", i, 20_000));
        }
        draft.complete(manifest);
        try (FileCheckpointStore next = new FileCheckpointStore(storage, "checkpoints", null, null, "start"))
        {
            assertEquals(List.of(), next.ids());
            assertEquals(List.of(4L), next.unforcedIds());
            assertEquals(100, read(next.open(4), "shard-0", 20_000));
        }
        draft.force();
        draft.close();
        assertEquals(List.of(), dying.unforcedIds());
        assertEquals(List.of(4L), dying.ids());
        assertEquals(Set.of("MANIFEST", "shard-0.part"), Set.copyOf(storage.list("checkpoints/4")));
        dying.close();
    }

    @Test
    void shouldRefuseAVersionThatIsNewer()
    {
        final MemoryStorageFixture memory = new MemoryStorageFixture();
        store = new FileCheckpointStore(memory, "checkpoints");
        write(1, 4, 60, "a");
        final String text = new String(memory.bytes("checkpoints/1/MANIFEST"), StandardCharsets.UTF_8);
        final String body = text.substring(0, text.indexOf("crc32c=")).replace("format=1\n", "format=2\n");
        final CRC32C crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        memory.files.get("checkpoints/1/MANIFEST").bytes =
            (body + String.format("crc32c=%08x%n", crc.getValue())).getBytes(StandardCharsets.UTF_8);
        final StorageException e = assertThrows(StorageException.class, () -> store.open(1));
        assertEquals(StorageException.Kind.OTHER_VERSION, e.kind());
        assertTrue(e.getMessage().contains("format version 2"), e.getMessage());
    }
}
