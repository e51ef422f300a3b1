package io.millrace.engine.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.log.Log;
import io.millrace.engine.log.MemoryLog;
import io.millrace.engine.snapshot.Manifest;
import io.millrace.engine.storage.StorageException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the logs are told to keep while checkpoints come, go and can't be deleted. */
final class KeptCheckpointsTest
{
    private static final int SHARDS = 2;

    private final List<String> said = new ArrayList<>();
    private final Store store = new Store();
    private final MemoryLog memory = new MemoryLog(4096);
    private long journalFrom;
    private long outputFrom;
    private KeptCheckpoints kept;

    /** Deletes, or can't. */
    private static final class Store implements CheckpointStore
    {
        private final Set<Long> deleted = new TreeSet<>();
        private final Set<Long> stuck = new TreeSet<>();

        @Override
        public List<Long> ids()
        {
            return List.of();
        }

        @Override
        public List<Long> unforcedIds()
        {
            return List.of();
        }

        @Override
        public void deleteUnforced(final long id)
        {
            delete(id);
        }

        @Override
        public Draft begin(final long id)
        {
            throw new IllegalStateException("nothing begins here");
        }

        @Override
        public Checkpoint open(final long id)
        {
            throw new IllegalStateException("nothing is opened here");
        }

        @Override
        public void delete(final long id)
        {
            if (stuck.contains(id))
            {
                throw new StorageException(StorageException.Kind.FAILED, "it is stuck");
            }
            deleted.add(id);
        }

        @Override
        public void close()
        {
        }
    }

    @BeforeEach
    void open()
    {
        kept = new KeptCheckpoints(store, keeping(position -> journalFrom = position),
            keeping(position -> outputFrom = position), said::add);
    }

    @AfterEach
    void close()
    {
        memory.close();
    }

    /** A log that says what it is told to keep. */
    private Log keeping(final LongConsumer from)
    {
        return (Log)Proxy.newProxyInstance(Log.class.getClassLoader(), new Class<?>[]{Log.class},
            (proxy, method, arguments) ->
            {
                if (method.getName().equals("retainFrom"))
                {
                    from.accept((long)arguments[0]);
                    return null;
                }
                return method.invoke(memory, arguments);
            });
    }

    private void add(final long id, final int shards)
    {
        kept.add(new Manifest(id, Map.of(Recovery.SHARDS, Integer.toString(shards),
            "journal.position", Long.toString(id * 100), "output.position", Long.toString(id * 10))));
    }

    private void assertKeptFrom(final long id)
    {
        assertEquals(id * 100, journalFrom);
        assertEquals(id * 10, outputFrom);
    }

    @Test
    void shouldKeepWhatTheOldestNeedsWhenThereAreTooMany()
    {
        for (int id = 1; id <= 4; id++)
        {
            add(id, SHARDS);
            kept.prune(2, SHARDS);
        }
        assertEquals(Set.of(1L, 2L), store.deleted);
        assertKeptFrom(3);
    }

    @Test
    void shouldDeleteThoseOfOtherShardsHoweverFew()
    {
        add(1, SHARDS + 1);
        add(2, SHARDS);
        kept.prune(5, SHARDS);
        assertEquals(Set.of(1L), store.deleted);
        assertKeptFrom(2);
    }

    @Test
    void shouldDeleteThoseOfOtherShardsThatAnEarlierRunHasLeft()
    {
        kept.resume();
        add(1, SHARDS + 1);
        add(2, SHARDS);
        add(3, SHARDS);
        kept.resume();
        assertEquals(Set.of(1L), store.deleted);
        assertKeptFrom(2);
    }

    @Test
    void shouldKeepForOneThatCanNotBeDeletedUntilItIs()
    {
        store.stuck.add(1L);
        add(1, SHARDS);
        add(2, SHARDS);
        kept.prune(1, SHARDS);
        assertKeptFrom(1);
        assertFalse(kept.deleteOldest());
        assertTrue(said.get(0).startsWith("checkpoint 1 can't be deleted: "), said.toString());
        store.stuck.clear();
        add(3, SHARDS);
        kept.prune(1, SHARDS);
        assertEquals(Set.of(1L, 2L), store.deleted);
        assertKeptFrom(3);
    }

    @Test
    void shouldLetTheLogsGoOfNothingWhileSomethingIsLeftOver()
    {
        add(1, SHARDS);
        kept.retain();
        store.stuck.add(2L);
        kept.addLeftOver(2);
        add(3, SHARDS);
        kept.prune(1, SHARDS);
        assertEquals(Set.of(1L), store.deleted);
        assertKeptFrom(1);
        assertEquals(List.of("what is left of checkpoint 2 can't be deleted: it is stuck"), said);
        store.stuck.clear();
        kept.retain();
        assertEquals(Set.of(1L, 2L), store.deleted);
        assertKeptFrom(3);
    }

    @Test
    void shouldKeepNothingForThoseThatWereNotForced()
    {
        add(1, SHARDS);
        kept.prune(1, SHARDS);
        kept.addUnforced(2);
        kept.pruneUnforced(1);
        kept.addUnforced(3);
        kept.pruneUnforced(1);
        assertEquals(Set.of(2L), store.deleted);
        assertKeptFrom(1);
        add(4, SHARDS);
        kept.pruneUnforced(0);
        assertEquals(Set.of(2L, 3L), store.deleted);
    }
}
