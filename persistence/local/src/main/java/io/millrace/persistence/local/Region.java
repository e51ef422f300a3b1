package io.millrace.persistence.local;

import io.millrace.codecs.Memory;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;

/**
 * Off-heap bytes that are known both by address and as a buffer, so that they can be checksummed.
 *
 * <p><b>Threading:</b> one thread. <b>Ownership:</b> frees its memory when closed.
 */
final class Region implements AutoCloseable
{
    private final ByteBuffer bytes;
    private final long address;
    private final CRC32C crc = new CRC32C();
    private boolean isClosed;

    Region(final int length)
    {
        bytes = ByteBuffer.allocateDirect(length + Memory.SLACK);
        address = BufferUtil.address(bytes);
    }

    long address()
    {
        return address;
    }

    int length()
    {
        return bytes.capacity() - Memory.SLACK;
    }

    /** This region, or where it is too small a larger one in its place, which holds nothing yet. */
    Region atLeast(final int wanted, final int most)
    {
        if (wanted <= length())
        {
            return this;
        }
        close();
        return new Region(Math.max(wanted, Math.min(most, 2 * wanted)));
    }

    /** CRC32C of a range. */
    int crc(final int offset, final int length)
    {
        crc.reset();
        crc.update(bytes.limit(offset + length).position(offset));
        return (int)crc.getValue();
    }

    /** Adds a range to a running checksum that the caller keeps. */
    void addTo(final CRC32C running, final int offset, final int length)
    {
        running.update(bytes.limit(offset + length).position(offset));
    }

    void zero(final int offset, final int length)
    {
        Memory.fill(address + offset, length, (byte)0);
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            BufferUtil.free(bytes);
        }
    }
}
