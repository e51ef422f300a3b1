package io.millrace.bridges.aeron;

import io.aeron.ExclusivePublication;
import io.millrace.client.FrameDescriptor;
import io.millrace.codecs.Memory;
import io.millrace.codecs.RowEncoder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames on their way to a stream, in order: what is not taken at once waits here.
 *
 * <p><b>Threading:</b> the sink agent's. <b>Ownership:</b> its memory. <b>Allocation:</b> none once that has its size.
 * <b>Limits:</b> it grows; who fills it stops where something waits.
 */
final class Outbox implements AutoCloseable
{
    private static final int FIRST_CAPACITY = 64 * 1024;
    private static final int LENGTH_BYTES = 8;
    private static final int RECORD_OFFSET = LENGTH_BYTES + FrameDescriptor.RESULT_RECORD_OFFSET;
    private static final long RESULT_HEADER = FrameDescriptor.header(FrameDescriptor.RESULT);

    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    /** Frames that wait, each behind its length, from {@code first} to {@code used}. */
    private long waiting = Memory.allocate(FIRST_CAPACITY);
    private int capacity = FIRST_CAPACITY;
    private int first;
    private int used;

    /** Encodes a row as the record of the frame that {@link #put} completes: its length. */
    int encode(final RowEncoder encoder, final long row)
    {
        int length = RowEncoder.FULL;
        while (length < 0)
        {
            final int room = capacity - used - RECORD_OFFSET - LENGTH_BYTES;
            length = room <= 0 ? RowEncoder.FULL : encoder.encode(row, waiting + used + RECORD_OFFSET, room);
            if (length < 0)
            {
                grow();
            }
        }
        return length;
    }

    /** Puts a frame behind the others; its record, if it has one, was encoded. */
    void put(
        final int template, final int writer, final int flags, final long number, final long epoch, final long base,
        final int recordLength)
    {
        while (capacity - used < RECORD_OFFSET + recordLength + LENGTH_BYTES)
        {
            grow();
        }
        final long frame = waiting + used + LENGTH_BYTES;
        Memory.putLong(frame, FrameDescriptor.header(template));
        Memory.putInt(frame + FrameDescriptor.RESULT_WRITER_OFFSET, writer);
        Memory.putInt(frame + FrameDescriptor.RESULT_FLAGS_OFFSET, flags);
        Memory.putLong(frame + FrameDescriptor.RESULT_NUMBER_OFFSET, number);
        Memory.putLong(frame + FrameDescriptor.RESULT_EPOCH_OFFSET, epoch);
        Memory.putLong(frame + FrameDescriptor.RESULT_BASE_OFFSET, base);
        final int length = FrameDescriptor.RESULT_RECORD_OFFSET + recordLength;
        Memory.putInt(waiting + used, length);
        used = used + LENGTH_BYTES + length + 7 & -8;
    }

    private void grow()
    {
        final int grown = capacity * 2;
        final long larger = Memory.allocate(grown);
        // What was encoded behind the last frame too.
        Memory.copy(waiting + first, larger, capacity - first);
        Memory.free(waiting);
        waiting = larger;
        capacity = grown;
        used -= first;
        first = 0;
    }

    boolean isEmpty()
    {
        return first == used;
    }

    /** Whether the first frame is a result. */
    boolean isResult()
    {
        return Memory.getLong(waiting + first + LENGTH_BYTES) == RESULT_HEADER;
    }

    /** Bytes of the first frame. */
    int length()
    {
        return Memory.getInt(waiting + first);
    }

    /** Offers the first frame; the answer is Aeron's. */
    long offer(final ExclusivePublication to)
    {
        final int length = length();
        view.wrap(waiting + first + LENGTH_BYTES, length);
        return to.offer(view, 0, length);
    }

    /** The first frame is done with. */
    void remove()
    {
        first = first + LENGTH_BYTES + length() + 7 & -8;
        if (first == used)
        {
            first = 0;
            used = 0;
        }
    }

    @Override
    public void close()
    {
        Memory.free(waiting);
    }
}
