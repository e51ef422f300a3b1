package io.millrace.engine.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.log.MemoryLog;
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
