package io.millrace.persistence.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.StorageException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a force makes last, and what one that failed may have left. */
final class SegmentForceTest extends SegmentLogFixture
{
    @Test
    void shouldTakeNothingBehindASyncForTheTailThatPowerTook()
    {
        for (final boolean isSynced : new boolean[]{false, true})
        {
            storage.files.clear();
            final Map<String, byte[]> kept;
            try (SegmentLog log = open(Durability.ASYNC, ONE_START))
            {
                append(log, 0, 3);
                if (isSynced)
                {
                    log.sync(log.endPosition());
                }
                kept = storage.copy();
            }
            storage.restore(kept);
            damageThird();
            try (SegmentLog log = open(Durability.ASYNC, NEXT_START))
            {
                assertFalse(isSynced, "a forced record was cut off");
                assertEquals(2, count(log));
                assertTrue(log.cutBytes() > 0);
                assertTrue(log.endFile().contains(SegmentDescriptor.name(0)), log.endFile());
            }
            catch (final StorageException e)
            {
                assertTrue(isSynced, e.getMessage());
                assertEquals(StorageException.Kind.DAMAGED, e.kind());
            }
        }
    }

    private void appendUnforced(final SegmentLog log)
    {
        for (int i = 0; i < 4; i++)
        {
            Memory.fill(record, length(i), (byte)(i + 1));
            assertTrue(log.tryAppend(record, length(i)) > 0);
        }
    }

    /** Damages the third record: it and what follows were never forced, so that they are an end and no hole. */
    private void assertThirdIsCutOff()
    {
        damageThird();
        try (SegmentLog log = open(Durability.SYNC, ONE_START))
        {
            assertEquals(2, count(log));
            assertTrue(log.cutBytes() > 0);
        }
    }

    @Test
    void shouldTakeNoHoleForDamageThatAForceThatFailedWhileOpeningMayHaveLeft()
    {
        final Map<String, byte[]> kept;
        try (SegmentLog log = open(Durability.SYNC, ONE_START))
        {
            appendUnforced(log);
            kept = storage.copy();
        }
        storage.restore(kept);
        storage.isForceBroken = true;
        assertThrows(StorageException.class, () -> open(Durability.SYNC, ONE_START));
        storage.isForceBroken = false;
        assertThirdIsCutOff();
    }

    @Test
    void shouldTakeNoHoleForDamageThatAFailedForceLeavesWhileNothingCanBeWritten()
    {
        final Map<String, byte[]> kept;
        try (SegmentLog log = open(Durability.SYNC, ONE_START))
        {
            appendUnforced(log);
            storage.isForceBroken = true;
            storage.isWriteBroken = true;
            assertThrows(StorageException.class, log::doWork);
            storage.isForceBroken = false;
            storage.isWriteBroken = false;
            kept = storage.copy();
        }
        storage.restore(kept);
        assertThirdIsCutOff();
    }

    @Test
    void shouldForceASyncAlsoInSegmentsThatAreClosed()
    {
        final Map<String, byte[]> kept;
        try (SegmentLog log = open(Durability.ASYNC, ONE_START))
        {
            append(log, 0, 20);
            log.doWork();
            kept = storage.copy();
        }
        storage.restore(kept);
        storage.unforced.clear();
        storage.unforced.addAll(storage.files.values());
        try (SegmentLog log = open(Durability.ASYNC, ONE_START))
        {
            append(log, 20, 24);
            log.doWork();
            log.sync(log.endPosition());
            storage.files.forEach((name, content) -> assertFalse(
                name.endsWith(".segment") && storage.unforced.contains(content) &&
                    SegmentDescriptor.number(name.substring(4)) <= (log.endPosition() - 1) / SEGMENT,
                name + " was not forced"));
            assertFalse(storage.unsynced.contains("log"), "names that may not last");
        }
    }

    @Test
    void shouldMakeTheMarkLastThatAnEarlierProcessCouldNot()
    {
        storage.isSyncBroken = true;
        assertThrows(StorageException.class, () -> open(Durability.SYNC, ONE_START));
        assertThrows(StorageException.class, () -> open(Durability.SYNC, ONE_START));
        assertTrue(storage.files.containsKey("log/" + SyncedMark.FILE_NAME));
        assertEquals(1, storage.files.size(), "a segment may outlive the mark: " + storage.files.keySet());
    }

    @Test
    void shouldForceThePaddingThatAnEarlierProcessHasLeftBehindTheEnd()
    {
        final Map<String, byte[]> kept;
        final long end;
        try (SegmentLog log = open(Durability.SYNC, ONE_START))
        {
            long last;
            int i = 0;
            do
            {
                log.doWork();
                last = log.endPosition();
                assertTrue(log.tryAppend(record, length(i++)) > 0);
            }
            while (log.endPosition() < SEGMENT);
            end = last;
            kept = storage.copy();
        }
        storage.restore(kept);
        // The process died between the padding and the record.
        Arrays.fill(storage.bytes("log/" + SegmentDescriptor.name(1)), SegmentDescriptor.HEADER_LENGTH, SEGMENT,
            (byte)0);
        final int forces = storage.forces;
        try (SegmentLog log = open(Durability.SYNC, ONE_START))
        {
            assertEquals(end, log.endPosition());
            assertTrue(storage.forces > forces, "the log goes on behind a padding that power may take");
        }
    }

    @Test
    void shouldKeepOneMarkWhereWritingFailsTwice()
    {
        final Map<String, byte[]> kept;
        final SegmentLog log = open(Durability.SYNC, ONE_START);
        append(log, 0, 2);
        storage.isWriteBroken = true;
        assertThrows(StorageException.class, log::doWork);
        storage.isWriteBroken = false;
        kept = storage.copy();
        log.close();
        storage.restore(kept);
        try (SegmentLog again = open(Durability.SYNC, NEXT_START))
        {
            assertEquals(2, count(again));
        }
    }
}
