package io.millrace.persistence.tink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.engine.checkpoint.CheckpointStore;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.LogContract;
import io.millrace.engine.snapshot.Manifest;
import io.millrace.engine.storage.StorageException;
import io.millrace.persistence.local.Durability;
import io.millrace.persistence.local.FileCheckpointStore;
import io.millrace.persistence.local.FileStorage;
import io.millrace.persistence.local.KeyProvider;
import io.millrace.persistence.local.SegmentLog;
import io.millrace.persistence.local.SegmentLogContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeysetFileTest
{
    private static final String MARKER = "millrace-secret-marker";
    private static final int RECORDS = 30;

    @TempDir
    private Path root;
    private KeysetFile keys;

    @BeforeEach
    void makeKey()
    {
        keys = KeysetFile.create(root.resolve("key.json"));
    }

    @Nested
    final class EncryptedLog extends LogContract
    {
        @Override
        protected Log open()
        {
            return new SegmentLog(new FileStorage(root), new SegmentLogContext().folder("log")
                .segmentLength(64 * 1024).maxSegments(24).maxRecordLength(32 * 1024).keys(keys));
        }

        @Override
        protected boolean isDurable()
        {
            return true;
        }
    }

    private SegmentLog log(final @Nullable KeyProvider provider)
    {
        return new SegmentLog(new FileStorage(root.resolve("state")), new SegmentLogContext().folder("log")
            .segmentLength(4096).maxSegments(24).durability(Durability.NONE).keys(provider).systemStart("start"));
    }

    private static void append(final Log log, final int from, final int to)
    {
        for (int i = from; i < to; i++)
        {
            final byte[] bytes = (MARKER + i).getBytes(StandardCharsets.UTF_8);
            final long record = Memory.allocate(bytes.length);
            Memory.copy(bytes, 0, record, bytes.length);
            log.doWork();
            assertTrue(log.tryAppend(record, bytes.length) > 0);
            Memory.free(record);
        }
    }

    private static int read(final Log log)
    {
        final int[] count = {0};
        log.newReader(log.beginPosition()).poll((address, length) ->
        {
            final byte[] bytes = new byte[length];
            Memory.copy(address, bytes, 0, length);
            assertEquals(MARKER + count[0]++, new String(bytes, StandardCharsets.UTF_8));
            return true;
        }, 1000);
        return count[0];
    }

    private void writeCheckpoint(final @Nullable KeyProvider provider)
    {
        final CheckpointStore.Draft draft =
            new FileCheckpointStore(new FileStorage(root.resolve("state")), "checkpoints", provider).begin(1);
        final byte[] bytes = MARKER.repeat(10).getBytes(StandardCharsets.UTF_8);
        final long record = Memory.allocate(bytes.length);
        Memory.copy(bytes, 0, record, bytes.length);
        for (int i = 0; i < 4; i++)
        {
            draft.append("a", record, bytes.length);
        }
        draft.complete(new Manifest(1, Map.of("job", MARKER)));
        draft.force();
        draft.close();
        Memory.free(record);
    }

    private CheckpointStore.Checkpoint openCheckpoint(final @Nullable KeyProvider provider)
    {
        final CheckpointStore.Checkpoint checkpoint =
            new FileCheckpointStore(new FileStorage(root.resolve("state")), "checkpoints", provider).open(1);
        checkpoint.verify();
        return checkpoint;
    }

    private boolean holdsMarker() throws IOException
    {
        try (Stream<Path> files = Files.walk(root.resolve("state")))
        {
            return files.filter(Files::isRegularFile).anyMatch(file ->
            {
                try
                {
                    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(MARKER);
                }
                catch (final IOException e)
                {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Test
    void shouldNotLeavePlainTextInAnyFile() throws IOException
    {
        try (SegmentLog log = log(keys))
        {
            append(log, 0, RECORDS);
            assertEquals(RECORDS, read(log));
        }
        writeCheckpoint(keys);
        assertFalse(holdsMarker());
        try (SegmentLog log = log(new KeysetFile(root.resolve("key.json"))))
        {
            assertEquals(RECORDS, read(log));
        }
        assertEquals(MARKER, openCheckpoint(keys).manifest().text("job"));
        final int[] count = {0};
        openCheckpoint(keys).read("a", (address, length) ->
        {
            final byte[] bytes = new byte[length];
            Memory.copy(address, bytes, 0, length);
            assertArrayEquals(MARKER.repeat(10).getBytes(StandardCharsets.UTF_8), bytes);
            count[0]++;
            return true;
        });
        assertEquals(4, count[0]);
    }

    @Test
    void shouldShowThatTheMarkerWouldBeSeen() throws IOException
    {
        try (SegmentLog log = log(null))
        {
            append(log, 0, 1);
        }
        assertTrue(holdsMarker());
    }

    @Test
    void shouldSayWhichKeyIsMissing()
    {
        try (SegmentLog log = log(keys))
        {
            append(log, 0, RECORDS);
        }
        writeCheckpoint(keys);
        final KeysetFile other = KeysetFile.create(root.resolve("other.json"));
        for (final KeyProvider wrong : new KeyProvider[]{null, other})
        {
            for (final StorageException e : new StorageException[]{
                assertThrows(StorageException.class, () -> log(wrong).close()),
                assertThrows(StorageException.class, () -> openCheckpoint(wrong))})
            {
                assertEquals(StorageException.Kind.FAILED, e.kind());
                assertTrue(e.getMessage().contains(wrong == null ? "no key is configured" : "other.json"),
                    e.getMessage());
            }
        }
        try (SegmentLog log = log(keys))
        {
            assertEquals(RECORDS, read(log));
        }
    }

    @Test
    void shouldGoOnEncryptedWhereAKeyIsConfiguredLater() throws IOException
    {
        try (SegmentLog log = log(null))
        {
            append(log, 0, 3);
        }
        try (SegmentLog log = log(keys))
        {
            append(log, 3, 10);
            assertEquals(10, read(log));
        }
        final String second = new String(
            Files.readAllBytes(root.resolve("state/log/000000000001.segment")), StandardCharsets.ISO_8859_1);
        assertFalse(second.contains(MARKER));
    }

    @Test
    void shouldFindAFlippedByteOfWhatIsEncrypted() throws IOException
    {
        writeCheckpoint(keys);
        for (final String name : new String[]{"a.part", "MANIFEST"})
        {
            final Path file = root.resolve("state/checkpoints/1/" + name);
            final byte[] whole = Files.readAllBytes(file);
            for (int i = 0; i < whole.length; i += 3)
            {
                whole[i] ^= 4;
                Files.write(file, whole);
                whole[i] ^= 4;
                assertEquals(StorageException.Kind.DAMAGED,
                    assertThrows(StorageException.class, () -> openCheckpoint(keys)).kind());
            }
            Files.write(file, whole);
        }
        openCheckpoint(keys);
    }

    @Test
    void shouldRefuseBytesOfAnotherPlace()
    {
        final KeyProvider.DataKey key = keys.newDataKey();
        final byte[] sealed = key.sealer().seal(new byte[]{1, 2, 3}, 7);
        assertTrue(sealed.length <= 3 + KeyProvider.MOST_OVERHEAD);
        assertTrue(key.sealedKey().length <= KeyProvider.MOST_KEY_LENGTH);
        final KeyProvider.Sealer opened = keys.open(key.sealedKey(), "a test");
        assertArrayEquals(new byte[]{1, 2, 3}, opened.open(sealed, 7));
        assertThrows(StorageException.class, () -> opened.open(sealed, 8));
        sealed[sealed.length - 1]++;
        assertThrows(StorageException.class, () -> opened.open(sealed, 7));
    }

    @Test
    void shouldRefuseAKeyFileThatOthersMayRead() throws IOException
    {
        final Path path = root.resolve("key.json");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
        final StorageException e = assertThrows(StorageException.class, () -> new KeysetFile(path));
        assertTrue(e.getMessage().contains("chmod 600"), e.getMessage());
        assertThrows(StorageException.class, () -> KeysetFile.create(path));
        assertThrows(StorageException.class, () -> new KeysetFile(root.resolve("nowhere.json")));
    }
}
