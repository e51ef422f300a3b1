package io.millrace.engine.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.millrace.codecs.Memory;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.MemoryLog;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.log.RecordWriter;
import io.millrace.engine.snapshot.Manifest;
import io.millrace.engine.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What recovery reads off the output log. */
final class RecoveryTest
{
    private static void write(final RecordWriter writer, final long entry, final int records)
    {
        writer.turnTo(entry);
        for (int i = 0; i < records; i++)
        {
            assertTrue(writer.hasRoom(8));
            writer.commit((short)1, 0, 8);
        }
        assertTrue(writer.flush());
    }

    @Test
    void shouldTellNumbersAndLastEntryOfTheOutputLog()
    {
        try (MemoryLog output = new MemoryLog(4096);
            RecordWriter first = new RecordWriter(output, 0, 512);
            RecordWriter second = new RecordWriter(output, 2, 512))
        {
            final Recovery recovery = new Recovery(null, List.of(), List.of(), 0, null);
            assertEquals(-1, recovery.outputEnd(output, 3, 3).lastEntry());
            write(first, 3, 2);
            write(second, 8, 1);
            write(first, 5, 3);
            final Recovery.OutputEnd end = recovery.outputEnd(output, 3, 3);
            assertArrayEquals(new long[]{5, 0, 1}, end.next());
            assertEquals(8, end.lastEntry());
        }
    }

    @Test
    void shouldRefuseResultsOfAnotherVersion()
    {
        final Recovery recovery = new Recovery(null, List.of(), List.of(), 0, null);
        final long batch = Memory.allocate(RecordDescriptor.BATCH_HEADER_LENGTH);
        try (MemoryLog output = new MemoryLog(4096))
        {
            Memory.putLong(batch, 0);
            Memory.putInt(batch + RecordDescriptor.BATCH_VERSION_OFFSET, RecordDescriptor.VERSION + 1);
            Memory.putLong(batch + RecordDescriptor.BATCH_ENTRY_OFFSET, 3);
            assertTrue(output.tryAppend(batch, RecordDescriptor.BATCH_HEADER_LENGTH) >= 0);
            final StorageException e =
                assertThrows(StorageException.class, () -> recovery.outputEnd(output, 1, 1));
            assertEquals(StorageException.Kind.OTHER_VERSION, e.kind());
            assertEquals("the output log has format version 2, this Millrace reads version 1; run the release that " +
                "wrote it, or a newer one", e.getMessage());
        }
        finally
        {
            Memory.free(batch);
        }
    }

    @Test
    void shouldRefuseResultsOfAnotherNumberOfShardsWithoutTheirCheckpoint()
    {
        final Recovery recovery = new Recovery(null, List.of(), List.of(), 0, null);
        try (MemoryLog output = new MemoryLog(4096); RecordWriter third = new RecordWriter(output, 2, 512))
        {
            write(third, 3, 1);
            assertThrows(StorageException.class, () -> recovery.outputEnd(output, 2, 2));
        }
        try (MemoryLog output = new MemoryLog(4096); RecordWriter first = new RecordWriter(output, 0, 512))
        {
            first.resume(recovery.nextNumber());
            write(first, 3, 1);
            assertThrows(StorageException.class, () -> recovery.outputEnd(output, 2, 2));
        }
    }

    /** Checkpoints of which nothing but the manifests is there. */
    private static final class Store implements CheckpointStore
    {
        private final Map<Long, Manifest> forced = new TreeMap<>();
        private final Map<Long, Manifest> unforced = new TreeMap<>();

        private static Manifest manifest(final long id, final long position)
        {
            return manifest(id, position, 1, "SELECT 1");
        }

        private static Manifest manifest(final long id, final long position, final int shards, final String statement)
        {
            return new Manifest(id, Map.of(Recovery.JOURNAL_POSITION, Long.toString(position),
                Recovery.OUTPUT_POSITION, Long.toString(position), Recovery.SHARDS, Integer.toString(shards),
                "writer.0.next", "5", "writer.1.next", "7", "statement.0.text", statement));
        }

        @Override
        public List<Long> ids()
        {
            return List.copyOf(forced.keySet());
        }

        @Override
        public List<Long> unforcedIds()
        {
            return List.copyOf(unforced.keySet());
        }

        @Override
        public Draft begin(final long id)
        {
            throw new IllegalStateException("nothing begins here");
        }

        @Override
        public Checkpoint open(final long id)
        {
            final Manifest manifest = forced.getOrDefault(id, unforced.get(id));
            return new Checkpoint()
            {
                @Override
                public Manifest manifest()
                {
                    return manifest;
                }

                @Override
                public List<String> parts()
                {
                    return List.of();
                }

                @Override
                public long bytes()
                {
                    return 0;
                }

                @Override
                public void read(final String part, final Log.RecordConsumer consumer)
                {
                    throw new IllegalStateException("nothing is read here");
                }
            };
        }

        @Override
        public void delete(final long id)
        {
            forced.remove(id);
        }

        @Override
        public void deleteUnforced(final long id)
        {
            unforced.remove(id);
        }

        @Override
        public void close()
        {
        }
    }

    @Test
    void shouldGoOnBehindTheNewestThatTheLogsReach()
    {
        final Store store = new Store();
        store.forced.put(3L, Store.manifest(3, 0));
        store.unforced.put(2L, Store.manifest(2, 0));
        store.unforced.put(4L, Store.manifest(4, 0));
        store.unforced.put(5L, Store.manifest(5, 16));
        store.unforced.put(6L, Store.manifest(6, 24));
        store.unforced.put(7L, Store.manifest(7, 16));
        final List<String> said = new ArrayList<>();
        final List<DamagedCheckpointException> damaged = List.of(new DamagedCheckpointException(7, "a bit has turned"));
        final long record = Memory.allocate(8);
        try (MemoryLog log = new MemoryLog(1024))
        {
            assertEquals(16, log.tryAppend(record, 8));
            final Recovery forced = Recovery.find(store, damaged, said::add);
            assertEquals(3, Objects.requireNonNull(forced.checkpoint()).manifest().id());
            assertEquals(7, forced.lastId());
            final Recovery recovery = forced.orUnforced(store, damaged, log, log, said::add);
            assertEquals(5, Objects.requireNonNull(recovery.checkpoint()).manifest().id());
            assertEquals(List.of(4L, 5L), recovery.unforced());
            assertEquals(List.of(4L, 5L), store.unforcedIds());
            assertEquals(1, recovery.kept().size());
            assertEquals(List.of("checkpoint 7 is passed over: a bit has turned"), said);
        }
        finally
        {
            Memory.free(record);
        }
    }

    @Test
    void shouldPassOverTheFirstOfAnotherJobWhereItWasNotForced()
    {
        for (final Manifest other : List.of(
            Store.manifest(4, 0, 2, "SELECT 1"), Store.manifest(4, 0, 1, "SELECT 2")))
        {
            final Store store = new Store();
            store.forced.put(2L, Store.manifest(2, 0));
            store.unforced.put(3L, Store.manifest(3, 0));
            store.unforced.put(4L, other);
            try (MemoryLog log = new MemoryLog(1024))
            {
                final Recovery recovery = Recovery.find(store, List.of(), said -> fail(said))
                    .orUnforced(store, List.of(), log, log, said -> fail(said));
                assertEquals(3, Objects.requireNonNull(recovery.checkpoint()).manifest().id());
                assertEquals(List.of(3L), store.unforcedIds());
                assertEquals(4, recovery.lastId());
            }
        }
    }

    @Test
    void shouldGoOnBehindThoseOfAnotherJobWhoseFirstWasForcedAndIsDamaged()
    {
        final Store store = new Store();
        store.forced.put(2L, Store.manifest(2, 0));
        store.forced.put(3L, Store.manifest(3, 0, 1, "SELECT 2"));
        store.unforced.put(4L, Store.manifest(4, 0, 1, "SELECT 2"));
        store.unforced.put(5L, Store.manifest(5, 0, 1, "SELECT 2"));
        final List<DamagedCheckpointException> damaged = List.of(new DamagedCheckpointException(3, "a bit has turned"));
        final List<String> said = new ArrayList<>();
        try (MemoryLog log = new MemoryLog(1024))
        {
            final Recovery recovery =
                Recovery.find(store, damaged, said::add).orUnforced(store, damaged, log, log, said::add);
            assertEquals(List.of(4L, 5L), recovery.unforced());
            assertEquals(List.of("checkpoint 3 is passed over: a bit has turned"), said);
        }
    }

    @Test
    void shouldRefuseResultsOfAnotherNumberOfShardsBehindACheckpoint()
    {
        final Store store = new Store();
        store.forced.put(2L, Store.manifest(2, 0, 2, "SELECT 1"));
        final Recovery recovery = Recovery.find(store, List.of(), said -> fail(said));
        final Map<Integer, Long> behind = Map.of(0, 5L, 1, 8L, 2, 8L);
        behind.forEach((writer, number) ->
        {
            try (MemoryLog output = new MemoryLog(4096); RecordWriter results = new RecordWriter(output, writer, 512))
            {
                results.resume(number);
                write(results, 3, 2);
                if (writer == 0)
                {
                    assertArrayEquals(new long[]{7, 7}, recovery.outputEnd(output, 2, 2).next());
                    return;
                }
                final StorageException e =
                    assertThrows(StorageException.class, () -> recovery.outputEnd(output, 2, 2));
                assertEquals("behind checkpoint 2 the output log holds results of another number of shards; begin " +
                    "again with --replay", e.getMessage());
            }
        });
    }

    @Test
    void shouldTellWhatTheWritersOfAnotherNumberOfShardsHadMade()
    {
        final Store store = new Store();
        store.forced.put(2L, Store.manifest(2, 0, 2, "SELECT 1"));
        final Recovery recovery = Recovery.find(store, List.of(), said -> fail(said));
        try (MemoryLog output = new MemoryLog(4096))
        {
            // All go on above what any has made: that of the first, 5, is not what lies below its own next, 8.
            assertArrayEquals(new long[]{8, 8, 8}, recovery.outputEnd(output, 3, 3).next());
            assertArrayEquals(new long[]{5, 7, 8}, recovery.outputEnd(output, 3, 3).bases());
            assertArrayEquals(new long[]{8}, recovery.outputEnd(output, 1, 1).next());
            assertArrayEquals(new long[]{5, 7}, recovery.outputEnd(output, 1, 1).bases());
            assertArrayEquals(new long[]{5, 7}, recovery.outputEnd(output, 2, 2).bases());
        }
    }

    @Test
    void shouldDeleteNothingWhereNoCheckpointIsWhole()
    {
        final Store store = new Store();
        store.unforced.put(2L, Store.manifest(2, 16));
        final List<DamagedCheckpointException> damaged = List.of(new DamagedCheckpointException(2, "a bit has turned"));
        final long record = Memory.allocate(8);
        try (MemoryLog log = new MemoryLog(1024); Log.Reader reader = log.newReader(0))
        {
            assertEquals(16, log.tryAppend(record, 8));
            reader.poll((address, length) -> true, 1);
            reader.release(16);
            final Recovery forced = Recovery.find(store, damaged, said -> fail(said));
            assertEquals(-1, forced.journalNeededFrom(store));
            assertEquals(-1, forced.outputNeededFrom(store));
            assertEquals(0, forced.journalNeededFrom(new Store()));
            assertEquals(0, forced.outputNeededFrom(new Store()));
            final StorageException e = assertThrows(StorageException.class,
                () -> forced.orUnforced(store, damaged, log, log, said ->
                {
                }));
            assertEquals("no checkpoint is whole and the journal no longer holds the beginning; a bit has turned",
                e.getMessage());
            assertEquals(List.of(2L), store.unforcedIds());
        }
        finally
        {
            Memory.free(record);
        }
    }
}
