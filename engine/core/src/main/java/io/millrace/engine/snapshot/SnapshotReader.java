package io.millrace.engine.snapshot;

import io.millrace.codecs.Memory;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.storage.StorageException;

/**
 * Takes the batches of one agent's snapshot in the order in which they were written, and hands whole records to who
 * makes state of them. Every length is checked before it is believed.
 *
 * <p><b>Threading:</b> one thread. <b>Errors:</b> {@link StorageException} DAMAGED.
 */
public final class SnapshotReader implements Log.RecordConsumer, AutoCloseable
{
    private final String name;
    private final Handler handler;
    private long next = -1;
    private long checkpoint;
    private boolean isEnded;
    private long buffer;
    private long capacity;
    /** Kind, id and length of the record that goes on in MORE, and how much of it is there. */
    private short kind;
    private int id;
    private long length;
    private long gathered = -1;

    /** Makes state of records. */
    public interface Handler
    {
        /** The first record. */
        void onBegin(long checkpoint, long entry, long[] nextNumbers);

        /** A record's body, valid until this returns. Throws DAMAGED where it makes no sense. */
        void onRecord(short kind, int id, long body, long length);

        /** The last record. */
        void onEnd();
    }

    /**
     * @param name of the snapshot in messages.
     */
    public SnapshotReader(final String name, final Handler handler)
    {
        this.name = name;
        this.handler = handler;
    }

    /** Whether the last record has been read. */
    public boolean isEnded()
    {
        return isEnded;
    }

    @Override
    public boolean onRecord(final long batch, final int batchLength)
    {
        final long end = batch + batchLength;
        if (batchLength < RecordDescriptor.BATCH_HEADER_LENGTH)
        {
            throw damaged(name, "a batch of " + batchLength + " bytes");
        }
        RecordDescriptor.requireVersion(batch, name);
        for (long at = RecordDescriptor.firstRecord(batch); at < end; at = RecordDescriptor.nextRecord(at))
        {
            final int recordLength = end - at < RecordDescriptor.HEADER_LENGTH ? 0 : RecordDescriptor.length(at);
            if (recordLength < RecordDescriptor.HEADER_LENGTH || recordLength > end - at)
            {
                throw damaged(name, "a record of " + recordLength + " bytes where its batch has " + (end - at));
            }
            final long number = RecordDescriptor.number(at);
            if (isEnded || next >= 0 && number != next)
            {
                throw damaged(name, "record " + number + " where " + (isEnded ? "none" : next) + " is expected");
            }
            record(RecordDescriptor.kind(at), RecordDescriptor.id(at), RecordDescriptor.payload(at),
                recordLength - RecordDescriptor.HEADER_LENGTH);
            next = number + 1;
        }
        return true;
    }

    private void record(final short recordKind, final int recordId, final long payload, final long payloadLength)
    {
        if (next < 0 == (recordKind != SnapshotDescriptor.BEGIN) ||
            gathered < 0 == (recordKind == SnapshotDescriptor.MORE))
        {
            throw damaged(name, "a record of kind " + recordKind + " out of place");
        }
        switch (recordKind)
        {
            case SnapshotDescriptor.BEGIN -> begin(payload, payloadLength);
            case SnapshotDescriptor.END ->
            {
                if (payloadLength < 8 || Memory.getLong(payload) != checkpoint)
                {
                    throw damaged(name, "the end of another");
                }
                isEnded = true;
                handler.onEnd();
            }
            case SnapshotDescriptor.MORE -> gather(payload, payloadLength);
            default ->
            {
                final long there = payloadLength - SnapshotDescriptor.BODY_OFFSET;
                final long bodyLength = there < 0 ? -1 : Memory.getLong(payload);
                if (there < 0 || bodyLength < there)
                {
                    throw damaged(name, "a body of " + bodyLength + " bytes in a record of " + payloadLength);
                }
                if (bodyLength == there)
                {
                    handler.onRecord(recordKind, recordId, payload + SnapshotDescriptor.BODY_OFFSET, bodyLength);
                    return;
                }
                kind = recordKind;
                id = recordId;
                length = bodyLength;
                gathered = 0;
                gather(payload + SnapshotDescriptor.BODY_OFFSET, there);
            }
        }
    }

    private void begin(final long payload, final long payloadLength)
    {
        final int count = payloadLength < SnapshotDescriptor.BEGIN_NUMBERS_OFFSET ? -1 :
            Memory.getInt(payload + SnapshotDescriptor.BEGIN_COUNT_OFFSET);
        if (count < 0 || payloadLength != SnapshotDescriptor.BEGIN_NUMBERS_OFFSET + 8L * count)
        {
            throw damaged(name, count + " writers in a beginning of " + payloadLength + " bytes");
        }
        final int version = Memory.getInt(payload + SnapshotDescriptor.BEGIN_VERSION_OFFSET);
        if (version != SnapshotDescriptor.VERSION)
        {
            throw StorageException.otherVersion(
                name + ": its snapshot", Integer.toString(version), SnapshotDescriptor.VERSION);
        }
        checkpoint = Memory.getLong(payload + SnapshotDescriptor.BEGIN_CHECKPOINT_OFFSET);
        handler.onBegin(checkpoint, Memory.getLong(payload + SnapshotDescriptor.BEGIN_ENTRY_OFFSET),
            SnapshotDescriptor.nextNumbers(payload));
    }

    private void gather(final long from, final long bytes)
    {
        if (gathered + bytes > length)
        {
            throw damaged(name, "more than the " + length + " bytes of a body");
        }
        if (gathered + bytes > capacity)
        {
            // Grows with what is there, not with what a damaged length promises.
            final long bigger = Math.max(gathered + bytes, capacity * 2);
            final long moved = Memory.allocate(bigger);
            Memory.copy(buffer, moved, gathered);
            Memory.free(buffer);
            buffer = moved;
            capacity = bigger;
        }
        Memory.copy(from, buffer + gathered, bytes);
        gathered += bytes;
        if (gathered == length)
        {
            gathered = -1;
            handler.onRecord(kind, id, buffer, length);
        }
    }

    /** What to throw where {@code name}'s snapshot has something that it can't have. */
    public static StorageException damaged(final String name, final String found)
    {
        return new StorageException(StorageException.Kind.DAMAGED, name + ": its snapshot has " + found);
    }

    @Override
    public void close()
    {
        Memory.free(buffer);
        buffer = 0;
        capacity = 0;
    }
}
