package io.millrace.persistence.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.engine.log.Log;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A log of small segments in memory, and records of which each byte is known. */
abstract class SegmentLogFixture
{
    static final int SEGMENT = 4096;
    static final String ONE_START = "start-1";
    static final String NEXT_START = "start-2";

    final MemoryStorageFixture storage = new MemoryStorageFixture();
    long record;

    @BeforeEach
    void allocate()
    {
        record = Memory.allocate(SEGMENT);
    }

    @AfterEach
    void free()
    {
        Memory.free(record);
    }

    final SegmentLog open(final Durability durability, final String start)
    {
        return open(durability, start, -1);
    }

    final SegmentLog open(final Durability durability, final String start, final long scanFrom)
    {
        return new SegmentLog(storage, new SegmentLogContext().folder("log")
            .segmentLength(SEGMENT).maxSegments(8).maxRecordLength(2000).durability(durability).systemStart(start)
            .scanFrom(scanFrom));
    }

    final void append(final Log log, final int from, final int to)
    {
        for (int i = from; i < to; i++)
        {
            final int length = length(i);
            Memory.fill(record, length, (byte)(i + 1));
            log.doWork();
            assertTrue(log.tryAppend(record, length) > 0);
        }
    }

    static int length(final int i)
    {
        return 40 + 97 * i % 600;
    }

    /** How many records can be read, each of which must be what was written. */
    final int count(final SegmentLog log)
    {
        final int[] count = {0};
        final Log.Reader reader = log.newReader(log.beginPosition());
        while (reader.poll((address, length) ->
        {
            final int i = count[0]++;
            assertEquals(length(i), length);
            Memory.fill(record, length, (byte)(i + 1));
            assertTrue(Memory.isEqual(record, address, length));
            return true;
        }, 100) > 0)
        {
            assertTrue(count[0] > 0);
        }
        reader.close();
        return count[0];
    }

    final void change(final String file, final int at, final int count, final int by)
    {
        final byte[] bytes = storage.bytes("log/" + file);
        for (int i = at; i < Math.min(bytes.length, at + count); i++)
        {
            bytes[i] ^= (byte)by;
        }
    }

    /** Bytes of the third record, which a power loss can't have taken where all was forced. */
    final void damageThird()
    {
        final int third = SegmentDescriptor.HEADER_LENGTH + SegmentDescriptor.recordLength(length(0)) +
            SegmentDescriptor.recordLength(length(1));
        final byte[] segment = storage.bytes("log/" + SegmentDescriptor.name(0));
        segment[third + SegmentDescriptor.RECORD_HEADER_LENGTH] ^= 1;
    }
}
