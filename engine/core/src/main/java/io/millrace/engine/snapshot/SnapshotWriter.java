package io.millrace.engine.snapshot;

import io.millrace.codecs.Memory;
import io.millrace.engine.Counter;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.RecordWriter;

/**
 * Writes the records of snapshots. What must be kept before it is changed goes to a stage that always takes it, and
 * from there to the log as the log has room; who changes state asks {@link #hasRoom} first, so that the stage holds no
 * more than {@link #STAGE_LIMIT} and what one step preserves.
 *
 * <p><b>Layout</b> of the stage: {@code int32 kind | int32 id | int64 length | bytes to a multiple of 8} each.
 * <b>Threading:</b> the agent's thread. <b>Ownership:</b> owns the stage.
 */
public final class SnapshotWriter implements AutoCloseable
{
    /** Staged bytes from which on {@link #hasRoom} says no. */
    public static final int STAGE_LIMIT = 256 * 1024;

    private static final int CAPACITY = 64 * 1024;
    private static final int ITEM_HEADER_LENGTH = 16;
    /** Most bytes of a body in one record. */
    private static final int PART_LENGTH = 32 * 1024;

    private final RecordWriter writer;
    private final int partLength;
    private long stage;
    private long capacity = 4L * STAGE_LIMIT;
    /** End of the last item. */
    private long used;
    /** Beginning of the first item that has not left, and how much of its body has. */
    private long at;
    private long partsLeft;
    /** Beginning of the item being written. */
    private long item;
    private long staged;

    public SnapshotWriter(final Log log, final int writer)
    {
        this.writer = new RecordWriter(log, writer, CAPACITY);
        partLength = Math.min(PART_LENGTH, this.writer.maxPayload() - SnapshotDescriptor.BODY_OFFSET & -8);
        stage = Memory.allocate(capacity);
        Memory.fill(stage, capacity, (byte)0);
    }

    /** Bytes staged so far, of all snapshots. */
    public long staged()
    {
        return staged;
    }

    /** Whether state may be changed: what that preserves will be taken. */
    public boolean hasRoom()
    {
        return used - at < STAGE_LIMIT || pump();
    }

    /** Writes the record that opens a snapshot, which is of the ring entry. */
    public void open(final long checkpoint, final long entry, final long[] nextNumbers)
    {
        writer.turnTo(entry);
        begin(SnapshotDescriptor.BEGIN, 0);
        putLong(checkpoint);
        putLong(entry);
        putInt(nextNumbers.length);
        putInt(SnapshotDescriptor.VERSION);
        for (final long number : nextNumbers)
        {
            putLong(number);
        }
        end();
    }

    /** Writes the counters that a snapshot keeps, in the order of their owner. */
    public void counters(final Counter[] counters)
    {
        begin(SnapshotDescriptor.COUNTERS, 0);
        for (final Counter counter : counters)
        {
            putLong(counter.get());
        }
        end();
    }

    /** Begins a record. */
    public void begin(final short kind, final int id)
    {
        if (at == used)
        {
            at = 0;
            used = 0;
        }
        item = used;
        reserve(ITEM_HEADER_LENGTH);
        Memory.putInt(stage + used, kind);
        Memory.putInt(stage + used + 4, id);
        used += ITEM_HEADER_LENGTH;
    }

    public void putInt(final int value)
    {
        reserve(4);
        Memory.putInt(stage + used, value);
        used += 4;
    }

    public void putLong(final long value)
    {
        reserve(8);
        Memory.putLong(stage + used, value);
        used += 8;
    }

    /** Puts bytes, zero-padded to a multiple of 8. */
    public void put(final long from, final long length)
    {
        final long padded = length + 7 & -8;
        reserve(padded);
        if (padded != length)
        {
            Memory.putLong(stage + used + padded - 8, 0);
        }
        Memory.copy(from, stage + used, length);
        used += padded;
    }

    /** Overwrites the long at an offset within the body of the record being written. */
    public void patchLong(final int offset, final long value)
    {
        Memory.putLong(stage + item + ITEM_HEADER_LENGTH + offset, value);
    }

    /** Address of the last {@code length} bytes put, until the next. */
    public long last(final long length)
    {
        return stage + used - length;
    }

    /** Forgets the record being written. */
    public void cancel()
    {
        used = item;
    }

    /** Completes the record. */
    public void end()
    {
        final long length = used - item - ITEM_HEADER_LENGTH;
        Memory.putLong(stage + item + 8, length);
        final long padded = length + 7 & -8;
        reserve(padded - length);
        used += padded - length;
        staged += used - item;
    }

    private void reserve(final long bytes)
    {
        if (used + bytes <= capacity)
        {
            return;
        }
        long bigger = capacity;
        while (used + bytes > bigger)
        {
            bigger *= 2;
        }
        final long moved = Memory.allocate(bigger);
        Memory.copy(stage, moved, used);
        Memory.free(stage);
        stage = moved;
        capacity = bigger;
    }

    /** Hands on what is staged as far as the log takes it: whether nothing is left in the stage. */
    public boolean pump()
    {
        while (at < used)
        {
            final long header = stage + at;
            final long length = Memory.getLong(header + 8);
            final short kind = (short)Memory.getInt(header);
            final boolean isFirst = partsLeft == 0;
            final boolean isFramed = kind != SnapshotDescriptor.BEGIN && kind != SnapshotDescriptor.END;
            final int prefix = isFirst && isFramed ? SnapshotDescriptor.BODY_OFFSET : 0;
            final long left = isFirst ? length : partsLeft;
            final int part = (int)Math.min(left, isFramed ? partLength : Integer.MAX_VALUE);
            if (!writer.hasRoom(prefix + part))
            {
                return false;
            }
            if (prefix > 0)
            {
                Memory.putLong(writer.payload(), length);
            }
            Memory.copy(header + ITEM_HEADER_LENGTH + length - left, writer.payload() + prefix, part);
            writer.commit(isFirst ? kind : SnapshotDescriptor.MORE, Memory.getInt(header + 4), prefix + part);
            partsLeft = left - part;
            if (partsLeft == 0)
            {
                at += ITEM_HEADER_LENGTH + (length + 7 & -8);
            }
        }
        return true;
    }

    /** Hands on everything, the record that was written last at the end of a batch: whether nothing is left here. */
    public boolean flush()
    {
        return pump() && writer.flush();
    }

    @Override
    public void close()
    {
        if (stage != 0)
        {
            Memory.free(stage);
            stage = 0;
            writer.close();
        }
    }
}
