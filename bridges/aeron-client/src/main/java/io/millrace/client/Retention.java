package io.millrace.client;

import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames that were sent and are not yet safe, oldest first, in one circle of memory.
 *
 * <p><b>Layout</b> of an entry, at a multiple of 8; it never wraps, what is left at the end is skipped:
 * <pre>
 *   +---------------------------+-----------------+-----------------+-----------
 *   | int64 sequence            | int32 length    | int32 zero      | frame
 *   |                           | −1: go to begin |                 |
 *   +---------------------------+-----------------+-----------------+-----------
 * </pre>
 */
final class Retention
{
    private static final int ENTRY_HEADER = 16;
    private static final int LENGTH_OFFSET = 8;
    private static final int WRAP = -1;

    private final UnsafeBuffer memory;
    private final int capacity;
    /** Ever rising places: their remainder is the offset. */
    private long begin;
    private long end;

    Retention(final int bytes)
    {
        capacity = bytes & -8;
        memory = new UnsafeBuffer(ByteBuffer.allocateDirect(Math.max(8, capacity)));
    }

    /** Longest frame that can be kept at all. */
    int maxLength()
    {
        return capacity / 2 - ENTRY_HEADER;
    }

    boolean isEmpty()
    {
        return begin == end;
    }

    long endPlace()
    {
        return end;
    }

    private int offset(final long place)
    {
        return (int)(place % capacity);
    }

    private static int align(final int length)
    {
        return (length + 7) & -8;
    }

    boolean hasRoom(final int length)
    {
        final int wanted = ENTRY_HEADER + align(length);
        final int left = capacity - offset(end);
        return end - begin + wanted + (left < wanted ? left : 0) <= capacity;
    }

    /** Keeps a frame for which there is room. */
    void add(final long sequence, final DirectBuffer from, final int index, final int length)
    {
        final int wanted = ENTRY_HEADER + align(length);
        final int left = capacity - offset(end);
        if (left < wanted)
        {
            if (left >= ENTRY_HEADER)
            {
                memory.putInt(offset(end) + LENGTH_OFFSET, WRAP);
            }
            end += left;
        }
        final int at = offset(end);
        memory.putLong(at, sequence);
        memory.putInt(at + LENGTH_OFFSET, length);
        memory.putBytes(at + ENTRY_HEADER, from, index, length);
        end += wanted;
    }

    /** The place of the entry at or behind {@code place}; {@link #endPlace()} where there is none. */
    private long settle(final long place)
    {
        if (place == end)
        {
            return end;
        }
        final int left = capacity - offset(place);
        final boolean isSkipped = left < ENTRY_HEADER || memory.getInt(offset(place) + LENGTH_OFFSET) == WRAP;
        return isSkipped ? place + left : place;
    }

    /** Throws away what comes before {@code sequence}. */
    void releaseBefore(final long sequence)
    {
        begin = settle(begin);
        while (begin < end && memory.getLong(offset(begin)) < sequence)
        {
            begin = settle(next(begin));
        }
    }

    /** Place of the first entry from {@code sequence} on. */
    long find(final long sequence)
    {
        long place = settle(begin);
        while (place < end && memory.getLong(offset(place)) < sequence)
        {
            place = settle(next(place));
        }
        return place;
    }

    /** Place of the next entry. */
    long next(final long place)
    {
        return settle(place + ENTRY_HEADER + align(memory.getInt(offset(place) + LENGTH_OFFSET)));
    }

    long sequence(final long place)
    {
        return memory.getLong(offset(place));
    }

    int length(final long place)
    {
        return memory.getInt(offset(place) + LENGTH_OFFSET);
    }

    /** Offset of an entry's frame in {@link #memory()}. */
    int frame(final long place)
    {
        return offset(place) + ENTRY_HEADER;
    }

    DirectBuffer memory()
    {
        return memory;
    }
}
