package io.millrace.codecs;

import static io.millrace.codecs.BlockDescriptor.COUNT_OFFSET;
import static io.millrace.codecs.BlockDescriptor.FLAGS_OFFSET;
import static io.millrace.codecs.BlockDescriptor.HEADER_LENGTH;
import static io.millrace.codecs.BlockDescriptor.KIND_OFFSET;
import static io.millrace.codecs.BlockDescriptor.LAST_POSITION_OFFSET;
import static io.millrace.codecs.BlockDescriptor.LAYOUT_ID_OFFSET;
import static io.millrace.codecs.BlockDescriptor.LENGTH_OFFSET;
import static io.millrace.codecs.BlockDescriptor.MAX_TIME_OFFSET;
import static io.millrace.codecs.BlockDescriptor.MIN_TIME_OFFSET;
import static io.millrace.codecs.BlockDescriptor.ORDINAL_OFFSET;
import static io.millrace.codecs.BlockDescriptor.PARTITION_OFFSET;
import static io.millrace.codecs.BlockDescriptor.POSITION_HIGH_OFFSET;
import static io.millrace.codecs.BlockDescriptor.POSITION_LOW_OFFSET;
import static io.millrace.codecs.BlockDescriptor.SOURCE_OFFSET;
import static io.millrace.codecs.BlockDescriptor.VERSION;
import static io.millrace.codecs.BlockDescriptor.VERSION_OFFSET;

/**
 * One off-heap buffer of rows with its header ({@link BlockDescriptor}) and its {@link Sidecar}.
 *
 * <p><b>Ownership:</b> a block belongs to the source agent that fills it until it is published, then to the ring until
 * every shard has passed it, then to the source that gets it in exchange for a full one. <b>Threading:</b> one writer,
 * then readers; the ring's sequences order the two.
 */
public final class Block implements AutoCloseable
{
    private final Sidecar sidecar;
    private long address;
    private int capacity;

    /**
     * @param capacity bytes of header and frames.
     */
    public Block(final int capacity, final Sidecar sidecar)
    {
        this.sidecar = sidecar;
        this.capacity = capacity;
        address = Memory.allocate(capacity);
        Memory.fill(address, capacity + Memory.SLACK, (byte)0);
    }

    public long address()
    {
        return address;
    }

    public int capacity()
    {
        return capacity;
    }

    public Sidecar sidecar()
    {
        return sidecar;
    }

    /** Begins a block; everything that was in it is forgotten. */
    public void begin(final byte kind, final short flags, final int source, final int partition, final long ordinal)
    {
        Memory.fill(address, HEADER_LENGTH, (byte)0);
        Memory.putByte(address + VERSION_OFFSET, VERSION);
        Memory.putByte(address + KIND_OFFSET, kind);
        Memory.putShort(address + FLAGS_OFFSET, flags);
        Memory.putInt(address + LAYOUT_ID_OFFSET, source);
        Memory.putShort(address + SOURCE_OFFSET, (short)source);
        Memory.putShort(address + PARTITION_OFFSET, (short)partition);
        Memory.putInt(address + LENGTH_OFFSET, HEADER_LENGTH);
        Memory.putLong(address + ORDINAL_OFFSET, ordinal);
        sidecar.clear();
    }

    /** Completes the header of a block of rows. */
    public void seal(
        final int length, final int count, final long positionHigh, final long positionLow, final long lastPosition,
        final long minTime, final long maxTime)
    {
        Memory.putInt(address + LENGTH_OFFSET, length);
        Memory.putInt(address + COUNT_OFFSET, count);
        Memory.putLong(address + POSITION_HIGH_OFFSET, positionHigh);
        Memory.putLong(address + POSITION_LOW_OFFSET, positionLow);
        Memory.putLong(address + LAST_POSITION_OFFSET, lastPosition);
        Memory.putLong(address + MIN_TIME_OFFSET, minTime);
        Memory.putLong(address + MAX_TIME_OFFSET, maxTime);
    }

    public byte kind()
    {
        return Memory.getByte(address + KIND_OFFSET);
    }

    public short flags()
    {
        return Memory.getShort(address + FLAGS_OFFSET);
    }

    /** Whether this is the entry at which a checkpoint is cut. */
    public boolean isCheckpoint()
    {
        return kind() == BlockDescriptor.KIND_CONTROL && flags() == BlockDescriptor.CONTROL_CHECKPOINT;
    }

    public int source()
    {
        return Memory.getShort(address + SOURCE_OFFSET);
    }

    public int partition()
    {
        return Memory.getShort(address + PARTITION_OFFSET);
    }

    /** Bytes in use, with the header. */
    public int length()
    {
        return Memory.getInt(address + LENGTH_OFFSET);
    }

    /** Row frames. */
    public int count()
    {
        return Memory.getInt(address + COUNT_OFFSET);
    }

    public long positionHigh()
    {
        return Memory.getLong(address + POSITION_HIGH_OFFSET);
    }

    public long positionLow()
    {
        return Memory.getLong(address + POSITION_LOW_OFFSET);
    }

    /** Low position of the last row. */
    public long lastPosition()
    {
        return Memory.getLong(address + LAST_POSITION_OFFSET);
    }

    /** Says which checkpoint a control block asks for. */
    public void putCheckpoint(final long id)
    {
        Memory.putLong(address + POSITION_LOW_OFFSET, id);
    }

    public long maxTime()
    {
        return Memory.getLong(address + MAX_TIME_OFFSET);
    }

    public long ordinal()
    {
        return Memory.getLong(address + ORDINAL_OFFSET);
    }

    /**
     * Replaces the buffer by one of {@code newCapacity} bytes (a jumbo block, or the return to the usual size), keeping
     * the header and the first {@code keep} bytes.
     */
    public void resize(final int newCapacity, final int keep)
    {
        final long moved = Memory.allocate(newCapacity);
        Memory.fill(moved, newCapacity + Memory.SLACK, (byte)0);
        Memory.copy(address, moved, keep);
        Memory.free(address);
        address = moved;
        capacity = newCapacity;
    }

    @Override
    public void close()
    {
        if (address != 0)
        {
            Memory.free(address);
            address = 0;
            sidecar.close();
        }
    }
}
