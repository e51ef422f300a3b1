package io.millrace.persistence.local;

import io.millrace.codecs.Memory;
import io.millrace.engine.checkpoint.DamagedCheckpointException;
import io.millrace.engine.log.Log;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.storage.StorageFile;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads one part of a checkpoint and verifies all of it on the way.
 *
 * <p><b>Threading:</b> one thread. <b>Errors:</b> {@link DamagedCheckpointException} with file and offset.
 */
final class PartReader
{
    private static final int BUFFER_LENGTH = 1 << 18;
    private static final int MOST_RECORD = 1 << 30;

    private final Storage storage;
    private final String path;
    private final long id;
    private final PartSummary expected;
    private final @Nullable KeyProvider keys;

    PartReader(
        final Storage storage, final String path, final long id, final PartSummary expected,
        final @Nullable KeyProvider keys)
    {
        this.id = id;
        this.keys = keys;
        this.storage = storage;
        this.path = path;
        this.expected = expected;
    }

    void read(final String part, final Log.RecordConsumer consumer)
    {
        if (!storage.exists(path))
        {
            throw damaged(0, "the file is missing, its manifest says " + expected.text());
        }
        Region window = new Region(BUFFER_LENGTH);
        try (StorageFile file = storage.open(path))
        {
            if (file.length() != expected.length())
            {
                throw damaged(Math.min(file.length(), expected.length()),
                    "the file has " + file.length() + " bytes, its manifest says " + expected.length());
            }
            final CRC32C crc = new CRC32C();
            fill(file, 0, window, PartDescriptor.HEADER_LENGTH);
            checkHeader(window, part);
            final KeyProvider.Sealer sealer = PartDescriptor.sealer(window, keys, storage.describe(path));
            window.addTo(crc, 0, PartDescriptor.HEADER_LENGTH);
            long at = PartDescriptor.HEADER_LENGTH;
            long from = at;
            int loaded = 0;
            for (long ordinal = 0; ordinal < expected.records(); ordinal++)
            {
                if (from + loaded - at < PartDescriptor.RECORD_HEADER_LENGTH)
                {
                    from = at;
                    loaded = fill(file, from, window, PartDescriptor.RECORD_HEADER_LENGTH);
                }
                final int length = lengthAt(window, at, from);
                final int whole = PartDescriptor.recordLength(length);
                if (from + loaded - at < whole)
                {
                    if (whole > window.length())
                    {
                        window.close();
                        window = new Region(whole);
                    }
                    from = at;
                    loaded = fill(file, from, window, whole);
                }
                final int offset = (int)(at - from);
                if (!PartDescriptor.isWhole(window, offset, ordinal))
                {
                    throw damaged(at, "the checksum of record " + ordinal + " is wrong");
                }
                window.addTo(crc, offset, whole);
                hand(consumer, sealer, window.address() + offset + PartDescriptor.RECORD_HEADER_LENGTH, length,
                    ordinal, at);
                at += whole;
            }
            if (at != expected.length() || (int)crc.getValue() != expected.crc())
            {
                throw damaged(at, "its " + expected.records() + " records are not those that the manifest says: " +
                    expected.text());
            }
        }
        finally
        {
            window.close();
        }
    }

    private void hand(final Log.RecordConsumer consumer, final KeyProvider.@Nullable Sealer sealer,
        final long address, final int length, final long ordinal, final long at)
    {
        if (sealer == null)
        {
            take(consumer, address, length);
            return;
        }
        final long plain = Memory.allocate(length);
        try
        {
            take(consumer, plain, open(sealer, address, length, ordinal, plain, at));
        }
        finally
        {
            Memory.free(plain);
        }
    }

    private int open(final KeyProvider.Sealer sealer, final long address, final int length, final long ordinal,
        final long plain, final long at)
    {
        try
        {
            return SealedKey.open(sealer, address, length, ordinal, plain);
        }
        catch (final StorageException e)
        {
            throw damaged(at, "record " + ordinal + " can't be decrypted: " + e.getMessage());
        }
    }

    private void take(final Log.RecordConsumer consumer, final long address, final int length)
    {
        if (!consumer.onRecord(address, length))
        {
            throw new IllegalStateException("a record of a checkpoint was refused: " + path);
        }
    }

    private void checkHeader(final Region window, final String part)
    {
        final String wrong = PartDescriptor.wrongWithHeader(window, id, part);
        if (!wrong.isEmpty())
        {
            throw damaged(0, wrong);
        }
        final int version = Memory.getInt(window.address() + PartDescriptor.VERSION_OFFSET);
        if (version != PartDescriptor.VERSION)
        {
            throw new StorageException(StorageException.Kind.FAILED, storage.describe(path) + " has format version " +
                version + ", this Millrace reads version " + PartDescriptor.VERSION +
                "; run the release that wrote it, or a newer one");
        }
    }

    private int lengthAt(final Region window, final long at, final long from)
    {
        final int length = Memory.getInt(window.address() + (at - from) + PartDescriptor.LENGTH_OFFSET);
        if (length < 0 || length > MOST_RECORD ||
            length > expected.length() - at - PartDescriptor.RECORD_HEADER_LENGTH)
        {
            throw damaged(at, "a record of " + length + " bytes does not fit the file");
        }
        return length;
    }

    /** Fills the window from an offset: how many bytes, at least {@code needed}. */
    private int fill(final StorageFile file, final long offset, final Region window, final int needed)
    {
        final int read = file.read(offset, window.address(), window.length());
        if (read < needed)
        {
            throw damaged(offset, "the file ends " + (needed - read) + " bytes too early");
        }
        return read;
    }

    private StorageException damaged(final long offset, final String what)
    {
        return new DamagedCheckpointException(id, storage.describe(path) + ", offset " + offset + ": " + what);
    }
}
