package io.millrace.engine.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Memory;
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
    void shouldRefuseWhatAnotherVersionWrote()
    {
        assertEquals("the journal, entry 7, has format version 2, this Millrace reads version 1; run the release " +
            "that wrote it, or a newer one", refusal(JournalDescriptor.VERSION + 1, BlockDescriptor.VERSION));
        assertEquals("the block of entry 7 in the journal has format version 2, this Millrace reads version 1; run " +
            "the release that wrote it, or a newer one",
            refusal(JournalDescriptor.VERSION, BlockDescriptor.VERSION + 1));
    }

    /** What replay says of a journal of one entry. */
    private static String refusal(final int journalVersion, final int blockVersion)
    {
        final int length = JournalDescriptor.HEADER_LENGTH +
            JournalDescriptor.entryLength(BlockDescriptor.HEADER_LENGTH);
        final long record = Memory.allocate(length);
        try (MemoryLog journal = new MemoryLog(1024))
        {
            Memory.fill(record, length, (byte)0);
            Memory.putLong(record, 7);
            Memory.putInt(record + JournalDescriptor.COUNT_OFFSET, 1);
            Memory.putInt(record + JournalDescriptor.VERSION_OFFSET, journalVersion);
            final long entry = record + JournalDescriptor.HEADER_LENGTH;
            Memory.putInt(entry, BlockDescriptor.HEADER_LENGTH);
            Memory.putByte(entry + JournalDescriptor.ENTRY_HEADER_LENGTH + BlockDescriptor.VERSION_OFFSET,
                (byte)blockVersion);
            assertTrue(journal.tryAppend(record, length) >= 0);
            final ReplayAgent replay = new ReplayAgent(journal, 0, 7, List.of());
            final StorageException e = assertThrows(StorageException.class, replay::doWork);
            assertEquals(StorageException.Kind.OTHER_VERSION, e.kind());
            return String.valueOf(e.getMessage());
        }
        finally
        {
            Memory.free(record);
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
