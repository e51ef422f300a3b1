package io.millrace.persistence.local;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageFile;
import java.util.zip.CRC32C;

/**
 * Writes one part of a checkpoint through a buffer.
 *
 * <p><b>Threading:</b> one thread. <b>Ownership:</b> its file and its buffer, until closed.
 */
final class PartWriter implements AutoCloseable
{
    private static final int BUFFER_LENGTH = 1 << 18;

    private final StorageFile file;
    private final CRC32C crc = new CRC32C();
    private Region buffer = new Region(BUFFER_LENGTH);
    private int used;
    private long written;
    private long records;

    PartWriter(final Storage storage, final String path, final long id, final String part)
    {
        file = storage.create(path, 0);
        PartDescriptor.putHeader(buffer, id, part);
        used = PartDescriptor.HEADER_LENGTH;
    }

    void append(final long address, final int length)
    {
        final int needed = PartDescriptor.recordLength(length);
        if (needed > buffer.length() - used)
        {
            flush();
            if (needed > buffer.length())
            {
                buffer.close();
                buffer = new Region(needed);
            }
        }
        final long record = buffer.address() + used;
        Memory.putLong(record + needed - 8, 0);
        Memory.copy(address, record + PartDescriptor.RECORD_HEADER_LENGTH, length);
        PartDescriptor.putRecord(buffer, used, length, records);
        used += needed;
        records++;
    }

    private void flush()
    {
        if (used > 0)
        {
            file.write(written, buffer.address(), used);
            buffer.addTo(crc, 0, used);
            written += used;
            used = 0;
        }
    }

    /** Writes and forces all. */
    PartSummary finish()
    {
        flush();
        file.force();
        return new PartSummary(written, records, (int)crc.getValue());
    }

    @Override
    public void close()
    {
        buffer.close();
        file.close();
    }
}
