package io.millrace.engine.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.engine.log.MemoryLog;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.log.RecordWriter;
import io.millrace.engine.storage.StorageException;
import java.util.List;
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
            final Recovery recovery = new Recovery(null, List.of(), 0, null);
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
        final Recovery recovery = new Recovery(null, List.of(), 0, null);
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
        final Recovery recovery = new Recovery(null, List.of(), 0, null);
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
}
