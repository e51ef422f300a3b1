package io.millrace.engine.log;

import static io.millrace.engine.log.RecordDescriptor.BATCH_HEADER_LENGTH;
import static io.millrace.engine.log.RecordDescriptor.HEADER_LENGTH;

import io.millrace.codecs.Memory;

/**
 * Gathers records in a private buffer and appends them to a log together: when the buffer is full, or when its owner
 * has nothing else to do.
 *
 * <p><b>Threading:</b> the log's writer. <b>Limits:</b> the buffer grows for a single large record, up to the log's
 * longest.
 */
public final class RecordWriter implements AutoCloseable
{
    private final Log log;
    private final int writer;
    private long buffer;
    private int capacity;
    private int used = BATCH_HEADER_LENGTH;
    private long number;
    private long entry;

    /**
     * @param writer   stands in the header of every batch.
     * @param capacity bytes gathered before an append is tried.
     */
    public RecordWriter(final Log log, final int writer, final int capacity)
    {
        this.log = log;
        this.writer = writer;
        this.capacity = Math.min(capacity, log.maxRecordLength());
        buffer = newBuffer(this.capacity);
    }

    /** What lies between records is written too: it must not be whatever was in memory. */
    private static long newBuffer(final int length)
    {
        final long made = Memory.allocate(length);
        Memory.fill(made, length, (byte)0);
        return made;
    }

    /** Goes on with the numbers of an earlier run. Nothing has been written yet. */
    public void resume(final long nextNumber)
    {
        number = nextNumber;
    }

    /** Number of the next record. */
    public long nextNumber()
    {
        return number;
    }

    /** Says which ring entry makes the records that follow. */
    public void turnTo(final long nextEntry)
    {
        entry = nextEntry;
    }

    /**
     * Makes room for a record of {@code payload} bytes: false where the log takes no more now. Caller must come back
     * with the same record.
     */
    public boolean hasRoom(final int payload)
    {
        if (room() >= payload)
        {
            return true;
        }
        if (payload > maxPayload())
        {
            throw new IllegalArgumentException("record of " + payload + " bytes, the most is " + maxPayload());
        }
        if (!flush())
        {
            return false;
        }
        if (room() < payload)
        {
            final int needed = BATCH_HEADER_LENGTH + HEADER_LENGTH + payload + 8;
            final int wanted = Math.min(log.maxRecordLength(), Math.max(capacity * 2, needed));
            Memory.free(buffer);
            buffer = newBuffer(wanted);
            capacity = wanted;
        }
        return true;
    }

    /** Longest payload that any record can have. */
    public int maxPayload()
    {
        return log.maxRecordLength() - BATCH_HEADER_LENGTH - HEADER_LENGTH - 8;
    }

    /** Bytes that the next record's payload may take as things are. */
    public int room()
    {
        return capacity - used - HEADER_LENGTH;
    }

    /** Where the next record's payload goes. */
    public long payload()
    {
        return buffer + used + HEADER_LENGTH;
    }

    /** Completes the record whose payload has been written. */
    public void commit(final short kind, final int id, final int payloadLength)
    {
        final long record = buffer + used;
        Memory.putInt(record + RecordDescriptor.LENGTH_OFFSET, HEADER_LENGTH + payloadLength);
        Memory.putShort(record + RecordDescriptor.KIND_OFFSET, kind);
        Memory.putShort(record + RecordDescriptor.ID_OFFSET, (short)id);
        Memory.putLong(record + RecordDescriptor.NUMBER_OFFSET, number++);
        Memory.putLong(buffer + RecordDescriptor.BATCH_ENTRY_OFFSET, entry);
        used = Math.min(capacity, (used + HEADER_LENGTH + payloadLength + 7) & -8);
    }

    /** Hands on what was gathered: whether nothing is left here. */
    public boolean flush()
    {
        if (!isEmpty())
        {
            Memory.putInt(buffer + RecordDescriptor.BATCH_WRITER_OFFSET, writer);
            Memory.putInt(buffer + RecordDescriptor.BATCH_VERSION_OFFSET, RecordDescriptor.VERSION);
            if (log.tryAppend(buffer, used) == Log.BACK_PRESSURE)
            {
                return false;
            }
            used = BATCH_HEADER_LENGTH;
        }
        return true;
    }

    public boolean isEmpty()
    {
        return used == BATCH_HEADER_LENGTH;
    }

    @Override
    public void close()
    {
        if (buffer != 0)
        {
            Memory.free(buffer);
            buffer = 0;
        }
    }
}
