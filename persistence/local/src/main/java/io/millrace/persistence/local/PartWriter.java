package io.millrace.persistence.local;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageFile;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

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
    private final KeyProvider.@Nullable Sealer sealer;
    private Region buffer = new Region(BUFFER_LENGTH);
    private int used;
    private long written;
    private long records;

    PartWriter(final Storage storage, final String path, final long id, final String part,
        final @Nullable KeyProvider keys)
    {
        file = storage.create(path, 0);
        sealer = PartDescriptor.putHeader(buffer, id, part, keys);
        used = PartDescriptor.HEADER_LENGTH;
    }

    void append(final long address, final int length)
    {
        final int room = PartDescriptor.recordLength(length + (sealer == null ? 0 : KeyProvider.MOST_OVERHEAD));
        if (room > buffer.length() - used)
        {
            flush();
            if (room > buffer.length())
            {
                buffer.close();
                buffer = new Region(room);
            }
        }
        final long record = buffer.address() + used;
        final long payload = record + PartDescriptor.RECORD_HEADER_LENGTH;
        final int stored = sealer == null ? length : SealedKey.seal(sealer, address, length, records, payload);
        final int needed = PartDescriptor.recordLength(stored);
        if (sealer == null)
        {
            Memory.copy(address, payload, length);
        }
        Memory.fill(payload + stored, needed - PartDescriptor.RECORD_HEADER_LENGTH - stored, (byte)0);
        PartDescriptor.putRecord(buffer, used, stored, records);
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

    /** Makes what was written last. */
    void force()
    {
        file.force();
    }

    /** Writes all. */
    PartSummary finish()
    {
        flush();
        return new PartSummary(written, records, (int)crc.getValue());
    }

    @Override
    public void close()
    {
        buffer.close();
        file.close();
    }
}
