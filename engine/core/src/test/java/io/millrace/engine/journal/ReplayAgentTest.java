package io.millrace.engine.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.log.MemoryLog;
import io.millrace.engine.storage.StorageException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What replay makes of a journal that ends too early; that it repeats whole ones, jobs show. */
final class ReplayAgentTest
{
    @Test
    void shouldGoLiveBehindTheLastEntryWhenResultsReachNoFurther()
    {
        try (MemoryLog journal = new MemoryLog(1024))
        {
            final ReplayAgent replay = new ReplayAgent(journal, 0, 7, List.of());
            replay.require(6);
            assertEquals(1, replay.doWork());
            assertTrue(replay.isDone());
            assertEquals(7, replay.firstLiveEntry());
        }
    }

    @Test
    void shouldRefuseAJournalThatEndsBeforeKnownResults()
    {
        try (MemoryLog journal = new MemoryLog(1024))
        {
            final ReplayAgent replay = new ReplayAgent(journal, 0, 7, List.of());
            replay.require(9);
            replay.require(3);
            final StorageException e = assertThrows(StorageException.class, replay::doWork);
            assertEquals(StorageException.Kind.DAMAGED, e.kind());
            assertTrue(e.getMessage().contains("entry 6") && e.getMessage().contains("up to 9"), e.getMessage());
            assertFalse(replay.isDone());
        }
    }
}
