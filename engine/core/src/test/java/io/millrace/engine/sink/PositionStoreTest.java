package io.millrace.engine.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.storage.DiskFixture;
import io.millrace.engine.storage.StorageException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class PositionStoreTest
{
    private static final String FILE = "sinks/by%2Fhour.position";

    private final DiskFixture.Fuse fuse = new DiskFixture.Fuse();
    private final DiskFixture disk = new DiskFixture(fuse);
    private final PositionStore store = new PositionStore(disk);

    private static SinkPosition position(final long commit)
    {
        return new SinkPosition(commit, commit * 100, "token;=" + commit, Map.of("results.0", commit * 7, "late", 0L));
    }

    @Test
    void shouldGiveBackWhatWasStoredLast()
    {
        assertNull(store.load("by/hour"));
        for (long commit = 1; commit <= 3; commit++)
        {
            store.store("by/hour", position(commit));
            assertEquals(position(commit), store.load("by/hour"));
        }
        assertNull(store.load("other"));
        assertEquals(position(2).position(), 200);
        assertTrue(disk.exists(FILE + ".previous"));
    }

    @Test
    void shouldSayThatAnyByteIsDamagedAndNotFallBack()
    {
        store.store("by/hour", position(1));
        store.store("by/hour", position(2));
        final byte[] whole = disk.bytes(FILE);
        for (int i = 0; i < whole.length; i++)
        {
            final byte[] damaged = whole.clone();
            damaged[i] ^= 0x10;
            disk.replace(FILE, damaged);
            refuse(i);
            disk.replace(FILE, Arrays.copyOf(whole, i));
            refuse(i);
        }
        disk.replace(FILE, whole);
        assertEquals(position(2), store.load("by/hour"));
        disk.delete(FILE);
        refuse(-1);
    }

    @Test
    void shouldRefuseAPositionOfAnotherVersion()
    {
        store.store("by/hour", position(1));
        final String text = new String(disk.bytes(FILE), UTF_8);
        final String body = text.substring(0, text.indexOf("crc32c=")).replace("format=1\n", "format=2\n");
        final CRC32C sum = new CRC32C();
        sum.update(body.getBytes(UTF_8));
        disk.replace(FILE, (body + String.format(Locale.ROOT, "crc32c=%08x\n", sum.getValue())).getBytes(UTF_8));
        final StorageException e = assertThrows(StorageException.class, () -> store.load("by/hour"));
        assertEquals(StorageException.Kind.OTHER_VERSION, e.kind());
        assertTrue(String.valueOf(e.getMessage()).endsWith(
            FILE + " has format version 2, this Millrace reads version 1; run the release that wrote it, or a " +
            "newer one"), e.getMessage());
    }

    private void refuse(final int at)
    {
        final StorageException e =
            assertThrows(StorageException.class, () -> store.load("by/hour"), "byte " + at);
        assertEquals(StorageException.Kind.DAMAGED, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains(FILE), e.getMessage());
    }

    @Test
    void shouldHoldTheOldOrTheNewPositionWhereverAStoreDies()
    {
        int old = 0;
        int renewed = 0;
        for (int step = 1; step <= 8; step++)
        {
            for (long seed = 1; seed <= 50; seed++)
            {
                final SplittableRandom random = new SplittableRandom(seed);
                final DiskFixture dying = new DiskFixture(fuse);
                final PositionStore before = new PositionStore(dying);
                fuse.set(Integer.MAX_VALUE);
                before.store("s", position(1));
                before.store("s", position(2));
                fuse.set(step);
                try
                {
                    before.store("s", position(3));
                }
                catch (final DiskFixture.Crash e)
                {
                    fuse.set(Integer.MAX_VALUE);
                }
                fuse.set(Integer.MAX_VALUE);
                dying.fail(random);
                final SinkPosition held = new PositionStore(dying).load("s");
                assertTrue(step <= 7 || position(3).equals(held), "what was stored lasts");
                old += position(2).equals(held) ? 1 : 0;
                renewed += position(3).equals(held) ? 1 : 0;
                dying.fail(random);
                assertEquals(held, new PositionStore(dying).load("s"), "what was told lasts");
            }
        }
        assertEquals(400, old + renewed);
        assertTrue(old > 50 && renewed > 50, old + " old, " + renewed + " new");
    }

    @Test
    void shouldHoldAPositionThatIsStoredAgainWhereverThatDies()
    {
        int died = 0;
        for (int step = 1; step <= 8; step++)
        {
            fuse.set(Integer.MAX_VALUE);
            final DiskFixture dying = new DiskFixture(fuse);
            final PositionStore before = new PositionStore(dying);
            before.store("s", position(1));
            fuse.set(step);
            try
            {
                before.store("s", position(1));
            }
            catch (final DiskFixture.Crash e)
            {
                died++;
            }
            fuse.set(Integer.MAX_VALUE);
            assertEquals(position(1), new PositionStore(dying).load("s"), "died at step " + step);
        }
        assertTrue(died >= 7, died + " times");
    }

    @Test
    void shouldNameFilesSoThatTablesComeBack()
    {
        for (final String table : List.of("a", "late$x y", "../up", "größe", "%41", ".", "a/b\\c"))
        {
            final String name = FileName.of(table);
            assertTrue(name.matches("[A-Za-z0-9_$%-]+"), name);
            assertEquals(table, FileName.tableOf(name));
        }
    }
}
