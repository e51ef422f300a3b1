package io.millrace.persistence.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.StorageException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a log does with bytes that are not those that were written. */
final class SegmentDamageTest extends SegmentLogFixture
{
    private void shouldNoticeEveryByte(final Durability durability, final boolean isClosed, final String start)
    {
        final int records = 20;
        final long end;
        Map<String, byte[]> whole;
        try (SegmentLog log = open(durability, ONE_START))
        {
            append(log, 0, records);
            log.doWork();
            end = log.endPosition();
            whole = storage.copy();
        }
        if (isClosed)
        {
            whole = storage.copy();
        }
        int damaged = 0;
        int cut = 0;
        assertTrue(whole.size() > 3, whole.keySet().toString());
        for (final String name : whole.keySet())
        {
            for (int i = 0; i < whole.get(name).length && !name.contains("spare"); i++)
            {
                if (name.endsWith(SyncedMark.FILE_NAME) && i % 4096 > 80)
                {
                    continue;
                }
                storage.restore(whole);
                storage.bytes(name)[i] ^= (byte)(1 << i % 8);
                try (SegmentLog log = open(durability, start))
                {
                    final int left = count(log);
                    if (left < records)
                    {
                        cut++;
                        assertTrue(log.cutBytes() > 0, () -> "lost in silence: " + name);
                        if (isClosed || durability == Durability.SYNC || start.equals(ONE_START) && left < records - 1)
                        {
                            fail("cut instead of refused: byte " + i + " of " + name + ", left " + left);
                        }
                    }
                }
                catch (final StorageException e)
                {
                    damaged++;
                    assertEquals(StorageException.Kind.DAMAGED, e.kind());
                    assertTrue(e.getMessage().contains(name), e.getMessage());
                    final String offset = ", offset ";
                    final int at = e.getMessage().indexOf(offset);
                    final String behind = e.getMessage().substring(at + offset.length());
                    final int said = Integer.parseInt(behind.split("\\D", 2)[0]);
                    assertTrue(said <= i && i - said < 700, i + ": " + e.getMessage());
                }
            }
        }
        final long used = end - 3 * (SEGMENT - 2000);
        assertTrue(damaged > (start.equals(ONE_START) || isClosed ? used / 2 : -1), damaged + " of " + used);
        assertEquals(isClosed || durability == Durability.SYNC, cut == 0);
    }

    @Test
    void shouldNoticeEveryByteOfAClosedLog()
    {
        shouldNoticeEveryByte(Durability.ASYNC, true, NEXT_START);
    }

    @Test
    void shouldNoticeEveryByteOfASyncedLogAfterALossOfPower()
    {
        shouldNoticeEveryByte(Durability.SYNC, false, NEXT_START);
    }

    @Test
    void shouldNoticeEveryByteBeforeTheLastRecordAfterAKill()
    {
        shouldNoticeEveryByte(Durability.ASYNC, false, ONE_START);
    }

    @Test
    void shouldCutATornTailAndGoOn()
    {
        for (final int tornLength : new int[]{1, 8, 23, 24, 25, 60})
        {
            final long[] ends = new long[3];
            final Map<String, byte[]> torn;
            try (SegmentLog log = open(Durability.ASYNC, ONE_START))
            {
                for (int i = 0; i < 3; i++)
                {
                    append(log, i, i + 1);
                    ends[i] = log.endPosition();
                }
                torn = storage.copy();
            }
            storage.restore(torn);
            final int lost = Math.min(tornLength, (int)(ends[2] - ends[1]) - length(2) % 8);
            change(SegmentDescriptor.name(0), (int)ends[2] - lost - 7, lost, 0x55);
            try (SegmentLog log = open(Durability.ASYNC, ONE_START))
            {
                assertEquals(ends[2] - ends[1], log.cutBytes());
                assertEquals(2, count(log));
                append(log, 2, 5);
                assertEquals(5, count(log));
            }
            try (SegmentLog log = open(Durability.ASYNC, ONE_START))
            {
                assertEquals(0, log.cutBytes());
                assertEquals(5, count(log));
            }
            storage.files.clear();
        }
    }

    @Test
    void shouldCutWhatALossOfPowerReorderedAndNeverShowItAgain()
    {
        Map<String, byte[]> kept;
        try (SegmentLog log = open(Durability.ASYNC, ONE_START))
        {
            append(log, 0, 30);
            kept = storage.copy();
        }
        storage.restore(kept);
        // The third record never reached the disk, those behind it did, also in later segments.
        final int third = SegmentDescriptor.HEADER_LENGTH + SegmentDescriptor.recordLength(length(0)) +
            SegmentDescriptor.recordLength(length(1));
        Arrays.fill(storage.bytes("log/" + SegmentDescriptor.name(0)), third,
            third + SegmentDescriptor.recordLength(length(2)), (byte)0);
        try (SegmentLog log = open(Durability.ASYNC, NEXT_START))
        {
            assertTrue(log.cutBytes() > SEGMENT);
            assertEquals(2, count(log));
            append(log, 2, 3);
            kept = storage.copy();
        }
        // What is appended now ends where records of before began, and the segments are as they were.
        storage.restore(kept);
        try (SegmentLog log = open(Durability.ASYNC, NEXT_START))
        {
            assertEquals(0, log.cutBytes());
            assertEquals(3, count(log));
            append(log, 3, 30);
            assertEquals(30, count(log));
        }
    }

    @Test
    void shouldNotWriteDamageAgainBelowAKnownPosition()
    {
        final long known;
        final Map<String, byte[]> kept;
        try (SegmentLog log = open(Durability.SYNC, ONE_START))
        {
            Memory.fill(record, length(0), (byte)1);
            known = log.tryAppend(record, length(0));
            kept = storage.copy();
        }
        storage.restore(kept);
        storage.firstWritten = Long.MAX_VALUE;
        try (SegmentLog log = open(Durability.SYNC, NEXT_START, known))
        {
            assertEquals(known, log.endPosition());
            assertTrue(storage.firstWritten >= known, "written again from " + storage.firstWritten);
        }
    }

    @Test
    void shouldRefuseALogThatEndsBelowAKnownPosition()
    {
        final long end;
        try (SegmentLog log = open(Durability.ASYNC, ONE_START))
        {
            append(log, 0, 20);
            end = log.endPosition();
        }
        storage.files.keySet().removeIf(name -> SegmentDescriptor.number(name.substring(4)) >= end / SEGMENT);
        try (SegmentLog log = open(Durability.ASYNC, NEXT_START))
        {
            fail("opened with " + log.endPosition() + " of " + end);
        }
        catch (final StorageException e)
        {
            assertEquals(StorageException.Kind.DAMAGED, e.kind());
            assertTrue(e.getMessage().contains("missing"), e.getMessage());
        }
    }

    @Test
    void shouldScanFromAKnownPositionOnly()
    {
        final long known;
        try (SegmentLog log = open(Durability.ASYNC, ONE_START))
        {
            append(log, 0, 15);
            known = log.endPosition();
            append(log, 15, 20);
        }
        change(SegmentDescriptor.name(0), SegmentDescriptor.HEADER_LENGTH, 4, 1);
        try (SegmentLog log = open(Durability.ASYNC, ONE_START, known))
        {
            assertEquals(5, log.newReader(known).poll((address, length) -> true, 100));
        }
    }
}
