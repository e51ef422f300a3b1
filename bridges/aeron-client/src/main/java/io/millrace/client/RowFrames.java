package io.millrace.client;

import io.aeron.logbuffer.BufferClaim;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sends rows, each in a frame that says whose it is and which: in place where it fits a packet, else as a message in
 * several. What is sent is retained where rows are.
 *
 * <p><b>Threading:</b> the publisher's thread. <b>Ownership:</b> memory for one long row. <b>Allocation:</b> none, but
 * for a row longer than any before.
 */
final class RowFrames
{
    /** Returned for what the channel can't take at all; no answer of Aeron's. */
    static final long LONGER_THAN_ALL = Long.MIN_VALUE;

    private final PublisherWire wire;
    private final long publisherId;
    private final @Nullable Retention retention;
    private final BufferClaim claim = new BufferClaim();
    private UnsafeBuffer whole = new UnsafeBuffer(ByteBuffer.allocateDirect(4096));
    private @Nullable RowWriter row;
    private @Nullable DirectBuffer record;
    private int recordIndex;
    private int recordLength;

    RowFrames(final PublisherWire wire, final long publisherId, final @Nullable Retention retention)
    {
        this.wire = wire;
        this.publisherId = publisherId;
        this.retention = retention;
    }

    /** Turns to a row that is written as columns; it may still grow. */
    void turnTo(final RowWriter written)
    {
        row = written;
        record = null;
    }

    /** Turns to a record that the caller has made. */
    void turnTo(final DirectBuffer buffer, final int index, final int length)
    {
        row = null;
        record = buffer;
        recordIndex = index;
        recordLength = length;
    }

    /** Turns to nothing. */
    void turnAway()
    {
        row = null;
        record = null;
    }

    /** Whether there is something to send. */
    boolean isReady()
    {
        return row != null || record != null;
    }

    /** Length of the frame. */
    int length()
    {
        return FrameDescriptor.RECORD_OFFSET + (row != null ? row.length() : recordLength);
    }

    /**
     * Sends what it was turned to.
     *
     * @param length as {@link #length()} has it.
     * @return Aeron's position, one of its negative values, or {@link #LONGER_THAN_ALL}.
     */
    long send(final long sequence, final int length)
    {
        return length <= wire.maxPayloadLength() ? claimed(sequence, length) : whole(sequence, length);
    }

    private long claimed(final long sequence, final int length)
    {
        final long position = wire.tryClaim(length, claim);
        if (position > 0)
        {
            final UnsafeBuffer buffer = (UnsafeBuffer)claim.buffer();
            final int offset = claim.offset();
            put(sequence, buffer, offset);
            if (retention != null)
            {
                retention.add(sequence, buffer, offset, length);
            }
            claim.commit();
            wire.ring();
        }
        return position;
    }

    private long whole(final long sequence, final int length)
    {
        if (length > wire.maxMessageLength())
        {
            return LONGER_THAN_ALL;
        }
        if (whole.capacity() < length)
        {
            whole = new UnsafeBuffer(ByteBuffer.allocateDirect(Math.max(length, 2 * whole.capacity())));
        }
        put(sequence, whole, 0);
        final long position = wire.offer(whole, 0, length);
        if (position > 0 && retention != null)
        {
            retention.add(sequence, whole, 0, length);
        }
        return position;
    }

    private void put(final long sequence, final UnsafeBuffer buffer, final int offset)
    {
        FrameDescriptor.putLong(buffer, offset, FrameDescriptor.header(FrameDescriptor.ROW));
        FrameDescriptor.putLong(buffer, offset + FrameDescriptor.PUBLISHER_OFFSET, publisherId);
        FrameDescriptor.putLong(buffer, offset + FrameDescriptor.SEQUENCE_OFFSET, sequence);
        final RowWriter written = row;
        final DirectBuffer given = record;
        if (written != null)
        {
            written.putInto(buffer, offset + FrameDescriptor.RECORD_OFFSET);
        }
        else if (given != null)
        {
            buffer.putBytes(offset + FrameDescriptor.RECORD_OFFSET, given, recordIndex, recordLength);
        }
    }
}
