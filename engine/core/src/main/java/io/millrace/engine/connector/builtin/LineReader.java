package io.millrace.engine.connector.builtin;

import io.millrace.codecs.Memory;
import io.millrace.engine.connector.RecordHandler;
import java.nio.ByteBuffer;
import org.agrona.BufferUtil;

/**
 * Cuts bytes into lines and hands them over where they lie. A line ends with LF or CRLF; the last one may end with the
 * input. A line longer than the limit is read through without being kept, but for its first bytes.
 *
 * <p><b>Ownership:</b> one off-heap buffer, reclaimed with this object; the input is the caller's. The buffer grows to
 * hold the longest line within the limit. <b>Allocation:</b> none per line. <b>Limits:</b> {@code maxRecordBytes} for
 * a line, {@link #OVERSIZED_BYTES} kept of a longer one, {@link #MAX_SKIPPED_PER_POLL} bytes read through in one poll.
 */
final class LineReader
{
    /** Room that an input is always offered. */
    static final int MIN_ROOM = 64 * 1024;
    /** Bytes kept of a line beyond the limit. */
    static final int OVERSIZED_BYTES = 64 * 1024;
    /** Bytes that one poll reads through of such a line. */
    static final int MAX_SKIPPED_PER_POLL = 16 * 1024 * 1024;
    /** Bytes of the buffer at first, where few inputs are open at once. */
    static final int USUAL_CAPACITY = 512 * 1024;
    /** Bytes of the buffer at first, where many may be. */
    static final int SMALL_CAPACITY = 2 * MIN_ROOM;

    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LINE_FEEDS = 0x0A0A0A0A0A0A0A0AL;
    private static final byte CARRIAGE_RETURN = '\r';

    private final int maxRecordBytes;
    private ByteInput input;
    private ByteBuffer buffer;
    private long address;
    /** Position in the input of the buffer's first byte. */
    private long bufferPosition;
    private int begin;
    private int scanned;
    private int end;
    private boolean isInputEnded;
    /** Full length of the line being read through, without its end; −1 outside of one. */
    private long oversizedLength = -1;
    /** Position of that line. */
    private long oversizedPosition;
    private boolean isOversizedComplete;
    private boolean endsWithCarriageReturn;

    LineReader(final ByteInput input, final int maxRecordBytes, final int firstCapacity)
    {
        this.input = input;
        this.maxRecordBytes = maxRecordBytes;
        buffer = ByteBuffer.allocateDirect(firstCapacity + Memory.SLACK);
        address = BufferUtil.address(buffer);
    }

    /** Goes on with another input, of which no byte has been read. The one before has ended and been closed. */
    void open(final ByteInput next)
    {
        input = next;
        bufferPosition = 0;
        begin = 0;
        scanned = 0;
        end = 0;
        isInputEnded = false;
    }

    /** Lets positions begin at {@code position}, where the input now is. Nothing has been read. */
    void begin(final long position)
    {
        bufferPosition = position;
    }

    /** As {@link io.millrace.engine.connector.Source.Partition#poll}. */
    int poll(final RecordHandler handler, final int limit)
    {
        int taken = 0;
        while (taken < limit)
        {
            if (oversizedLength >= 0)
            {
                if (!isOversizedComplete)
                {
                    readThrough();
                }
                if (!isOversizedComplete || !offerOversized(handler))
                {
                    return taken;
                }
                taken++;
                continue;
            }
            final int lineEnd = indexOfLineFeed(address, scanned, end);
            if (lineEnd < end)
            {
                scanned = lineEnd;
                if (!offer(handler, lineEnd))
                {
                    return taken;
                }
                begin = lineEnd + 1;
                scanned = begin;
                taken++;
                continue;
            }
            scanned = end;
            if (isInputEnded)
            {
                if (begin < end && offer(handler, end))
                {
                    begin = end;
                    taken++;
                }
                return taken;
            }
            if (!fill())
            {
                return taken;
            }
        }
        return taken;
    }

    /** Whether every line has been taken. */
    boolean isEnded()
    {
        return isInputEnded && begin == end && oversizedLength < 0;
    }

    private boolean offer(final RecordHandler handler, final int lineEnd)
    {
        int length = lineEnd - begin;
        if (length > 0 && Memory.getByte(address + lineEnd - 1) == CARRIAGE_RETURN)
        {
            length--;
        }
        final long position = bufferPosition + begin;
        if (length > maxRecordBytes)
        {
            return handler.onOversized(address + begin, Math.min(length, OVERSIZED_BYTES), length, position);
        }
        return handler.onRecord(address + begin, length, position);
    }

    private boolean offerOversized(final RecordHandler handler)
    {
        final int kept = (int)Math.min(OVERSIZED_BYTES, oversizedLength);
        if (!handler.onOversized(address, kept, oversizedLength, oversizedPosition))
        {
            return false;
        }
        oversizedLength = -1;
        begin = scanned;
        return true;
    }

    /** Makes room and reads once. Answers false where nothing came; the caller returns and is polled again. */
    private boolean fill()
    {
        if (end - begin > maxRecordBytes + 1L)
        {
            oversizedPosition = bufferPosition + begin;
            oversizedLength = end - begin;
            endsWithCarriageReturn = Memory.getByte(address + end - 1) == CARRIAGE_RETURN;
            isOversizedComplete = false;
            moveToFront();
            return true;
        }
        if (capacity() - end < MIN_ROOM)
        {
            moveToFront();
            if (capacity() - end < MIN_ROOM)
            {
                grow();
            }
        }
        final int read = read(end);
        if (read > 0)
        {
            end += read;
        }
        return read != ByteInput.NONE;
    }

    private int read(final int at)
    {
        buffer.limit(capacity()).position(at);
        final int read = input.read(buffer);
        isInputEnded = read == ByteInput.ENDED;
        return read;
    }

    /** Goes on through a line beyond the limit: bytes behind those kept are overwritten again and again. */
    private void readThrough()
    {
        int budget = MAX_SKIPPED_PER_POLL;
        while (budget > 0)
        {
            final int at = (int)Math.min(OVERSIZED_BYTES, oversizedLength);
            final int read = read(at);
            if (read == ByteInput.NONE)
            {
                return;
            }
            final int filled = at + Math.max(0, read);
            final int lineEnd = indexOfLineFeed(address, at, filled);
            if (lineEnd > at)
            {
                endsWithCarriageReturn = Memory.getByte(address + lineEnd - 1) == CARRIAGE_RETURN;
                oversizedLength += lineEnd - at;
            }
            if (read == ByteInput.ENDED || lineEnd < filled)
            {
                scanned = Math.min(filled, lineEnd + 1);
                end = filled;
                bufferPosition = oversizedPosition + oversizedLength - lineEnd;
                oversizedLength -= endsWithCarriageReturn ? 1 : 0;
                isOversizedComplete = true;
                return;
            }
            budget -= read;
        }
    }

    private void moveToFront()
    {
        if (begin > 0)
        {
            buffer.limit(end).position(begin);
            buffer.compact();
            bufferPosition += begin;
            end -= begin;
            scanned -= begin;
            begin = 0;
        }
    }

    private void grow()
    {
        final int wanted = (int)Math.min(Integer.MAX_VALUE - 64L, Math.max(capacity() * 2L, end + (long)MIN_ROOM));
        final ByteBuffer larger = ByteBuffer.allocateDirect(wanted + Memory.SLACK);
        buffer.limit(end).position(0);
        larger.put(buffer);
        buffer = larger;
        address = BufferUtil.address(larger);
    }

    private int capacity()
    {
        return buffer.capacity() - Memory.SLACK;
    }

    /** Index of the first LF in [from, end), or {@code end}; looks at eight bytes at a time. */
    static int indexOfLineFeed(final long address, final int from, final int end)
    {
        int i = from;
        for (; i < end; i += 8)
        {
            final long word = Memory.getLong(address + i) ^ LINE_FEEDS;
            final long found = (word - LOW_BITS) & ~word & HIGH_BITS;
            if (found != 0)
            {
                return Math.min(end, i + (Long.numberOfTrailingZeros(found) >> 3));
            }
        }
        return end;
    }
}
