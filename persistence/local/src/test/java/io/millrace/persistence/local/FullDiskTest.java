package io.millrace.persistence.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.engine.log.Log;
import io.millrace.engine.storage.StorageException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system that is really full, again and again. */
final class FullDiskTest
{
    private static final int CYCLES = 50;
    private static final int SEGMENT = 256 * 1024;
    private static final int LENGTH = 10_000;

    @TempDir
    private Path folder;

    @Test
    void shouldLeaveNothingBehindWhereThereIsNoRoom()
    {
        try (TmpfsFixture tmpfs = new TmpfsFixture(folder, 1))
        {
            final FileStorage storage = new FileStorage(tmpfs.folder());
            final long free = storage.freeBytes();
            final StorageException e =
                assertThrows(StorageException.class, () -> storage.create("a", free + (1 << 16)));
            assertEquals(StorageException.Kind.FULL, e.kind());
            assertEquals(List.of(), storage.list(""));
            assertEquals(free, storage.freeBytes());
        }
    }

    @Test
    void shouldHoldBackAndGoOnByItselfWithoutLosingARecord()
    {
        final long record = Memory.allocate(LENGTH);
        try (TmpfsFixture tmpfs = new TmpfsFixture(folder, 3);
            FileStorage storage = new FileStorage(tmpfs.folder());
            SegmentLog log = new SegmentLog(storage, new SegmentLogContext().folder("log").segmentLength(SEGMENT)
                .maxSegments(100).durability(Durability.SYNC)))
        {
            final Log.Reader reader = log.newReader(0);
            final long[] read = {0};
            final Log.RecordConsumer consumer = (address, length) ->
            {
                assertEquals(LENGTH, length);
                assertEquals(read[0]++, Memory.getLong(address));
                return true;
            };
            long appended = 0;
            for (int cycle = 0; cycle < CYCLES; cycle++)
            {
                final long before = appended;
                for (int refused = 0; refused < 3000; refused++)
                {
                    log.doWork();
                    if (append(log, record, appended))
                    {
                        appended++;
                        refused = 0;
                    }
                }
                assertTrue(appended > before, "did not go on");
                assertTrue(log.isDiskFull() && storage.freeBytes() < SEGMENT);
                reader.poll(consumer, 60 + cycle);
                reader.release(reader.position());
                log.retainFrom(reader.position());
            }
            log.doWork();
            while (reader.poll(consumer, 100) > 0)
            {
                assertTrue(read[0] <= appended);
            }
            assertEquals(appended, read[0]);
        }
        Memory.free(record);
    }

    private static boolean append(final Log log, final long record, final long number)
    {
        Memory.putLong(record, number);
        return log.tryAppend(record, LENGTH) != Log.BACK_PRESSURE;
    }
}
