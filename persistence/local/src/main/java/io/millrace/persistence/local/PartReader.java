package io.millrace.persistence.local;

import io.millrace.codecs.Memory;
import io.millrace.engine.Threads;
import io.millrace.engine.checkpoint.DamagedCheckpointException;
import io.millrace.engine.log.Log;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.storage.StorageFile;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads one part of a checkpoint and verifies all of it on the way: a window of records at a time, which are handed
 * over once each of them has been found whole. Where there is a thread for it the next window is read meanwhile.
 *
 * <p><b>Threading:</b> one thread, and one that lives no longer than {@link #read}. <b>Errors:</b>
 * {@link DamagedCheckpointException} with file and offset.
 */
final class PartReader
{
    private static final int WINDOW_LENGTH = 1 << 20;
    private static final int WINDOWS = 3;
    private static final int MOST_RECORD = 1 << 30;

    private final Storage storage;
    private final String path;
    private final long id;
    private final PartSummary expected;
    private final @Nullable KeyProvider keys;
    private final @Nullable ThreadFactory threads;
    private final CRC32C crc = new CRC32C();
    private KeyProvider.@Nullable Sealer sealer;
    /** Where the next window begins, and with which record. */
    private long at;
    private long ordinal;

    /** Whole records, one behind the other; or what went wrong where the next are. */
    private static final class Window
    {
        private Region region = new Region(WINDOW_LENGTH);
        private long from;
        private long firstOrdinal;
        private int length;
        private boolean isLast;
        private @Nullable RuntimeException failure;
    }

    /**
     * @param threads makes the thread that reads ahead; null for none.
     */
    PartReader(final Storage storage, final String path, final long id, final PartSummary expected,
        final @Nullable KeyProvider keys, final @Nullable ThreadFactory threads)
    {
        this.storage = storage;
        this.path = path;
        this.id = id;
        this.expected = expected;
        this.keys = keys;
        this.threads = threads;
    }

    void read(final String part, final Log.RecordConsumer consumer)
    {
        if (!storage.exists(path))
        {
            throw damaged(0, "the file is missing, its manifest says " + expected.text());
        }
        try (StorageFile file = storage.open(path))
        {
            if (file.length() != expected.length())
            {
                throw damaged(Math.min(file.length(), expected.length()),
                    "the file has " + file.length() + " bytes, its manifest says " + expected.length());
            }
            begin(file, part);
            if (threads == null || expected.length() <= WINDOW_LENGTH)
            {
                readHere(file, consumer);
            }
            else
            {
                readAhead(threads, file, consumer);
            }
        }
    }

    private void begin(final StorageFile file, final String part)
    {
        try (Region header = new Region(PartDescriptor.HEADER_LENGTH))
        {
            fill(file, 0, header, PartDescriptor.HEADER_LENGTH);
            checkHeader(header, part);
            sealer = PartDescriptor.sealer(header, keys, storage.describe(path));
            header.addTo(crc, 0, PartDescriptor.HEADER_LENGTH);
        }
        at = PartDescriptor.HEADER_LENGTH;
    }

    private void readHere(final StorageFile file, final Log.RecordConsumer consumer)
    {
        final Window window = new Window();
        try
        {
            do
            {
                verify(file, window);
                hand(window, consumer);
            }
            while (!window.isLast);
        }
        finally
        {
            window.region.close();
        }
    }

    private void readAhead(final ThreadFactory maker, final StorageFile file, final Log.RecordConsumer consumer)
    {
        final Window[] windows = new Window[WINDOWS];
        final BlockingQueue<Window> free = new ArrayBlockingQueue<>(WINDOWS + 1);
        final BlockingQueue<Window> full = new ArrayBlockingQueue<>(WINDOWS);
        for (int i = 0; i < WINDOWS; i++)
        {
            windows[i] = new Window();
            free.add(windows[i]);
        }
        final Window stop = new Window();
        final Thread thread = maker.newThread(() -> verifyAll(file, free, full, stop));
        thread.start();
        try
        {
            boolean isLast;
            do
            {
                final Window window = full.take();
                if (window.failure != null)
                {
                    throw window.failure;
                }
                hand(window, consumer);
                // Once it is free it is the other thread's.
                isLast = window.isLast;
                free.add(window);
            }
            while (!isLast);
        }
        catch (final InterruptedException e)
        {
            Thread.currentThread().interrupt();
            throw new StorageException(StorageException.Kind.FAILED, "reading " + path + " was interrupted", e);
        }
        finally
        {
            free.add(stop);
            Threads.awaitEnd(thread);
            stop.region.close();
            for (final Window window : windows)
            {
                window.region.close();
            }
        }
    }

    /** In the thread that reads ahead. */
    private void verifyAll(
        final StorageFile file, final BlockingQueue<Window> free, final BlockingQueue<Window> full, final Window stop)
    {
        try
        {
            Window window = free.take();
            while (window != stop)
            {
                try
                {
                    verify(file, window);
                }
                catch (final StorageException e)
                {
                    window.failure = e;
                }
                // There is room for all: add never waits.
                full.add(window);
                window = window.isLast || window.failure != null ? stop : free.take();
            }
        }
        catch (final InterruptedException e)
        {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads the next records into a window, as many as are whole in it and at least one, and verifies them. */
    private void verify(final StorageFile file, final Window window)
    {
        window.from = at;
        window.firstOrdinal = ordinal;
        window.length = 0;
        int loaded = 0;
        while (ordinal < expected.records())
        {
            if (loaded - window.length < PartDescriptor.RECORD_HEADER_LENGTH)
            {
                if (window.length > 0)
                {
                    break;
                }
                loaded = fill(file, at, window.region, PartDescriptor.RECORD_HEADER_LENGTH);
            }
            final int whole = PartDescriptor.recordLength(lengthAt(window.region, window.length));
            if (loaded - window.length < whole)
            {
                if (window.length > 0)
                {
                    break;
                }
                window.region = window.region.atLeast(whole, whole);
                loaded = fill(file, at, window.region, whole);
            }
            if (!PartDescriptor.isWhole(window.region, window.length, ordinal))
            {
                throw damaged(at, "the checksum of record " + ordinal + " is wrong");
            }
            window.length += whole;
            at += whole;
            ordinal++;
        }
        window.region.addTo(crc, 0, window.length);
        window.isLast = ordinal == expected.records();
        if (window.isLast && (at != expected.length() || (int)crc.getValue() != expected.crc()))
        {
            throw damaged(at, "its " + expected.records() + " records are not those that the manifest says: " +
                expected.text());
        }
    }

    private void hand(final Window window, final Log.RecordConsumer consumer)
    {
        long record = window.firstOrdinal;
        for (int offset = 0; offset < window.length; record++)
        {
            final long address = window.region.address() + offset;
            final int length = Memory.getInt(address + PartDescriptor.LENGTH_OFFSET);
            hand(consumer, address + PartDescriptor.RECORD_HEADER_LENGTH, length, record, window.from + offset);
            offset += PartDescriptor.recordLength(length);
        }
    }

    private void hand(final Log.RecordConsumer consumer, final long address, final int length, final long record,
        final long offset)
    {
        final KeyProvider.Sealer opener = sealer;
        if (opener == null)
        {
            take(consumer, address, length);
            return;
        }
        final long plain = Memory.allocate(length);
        try
        {
            take(consumer, plain, open(opener, address, length, record, plain, offset));
        }
        finally
        {
            Memory.free(plain);
        }
    }

    private int open(final KeyProvider.Sealer opener, final long address, final int length, final long record,
        final long plain, final long offset)
    {
        try
        {
            return SealedKey.open(opener, address, length, record, plain);
        }
        catch (final StorageException e)
        {
            throw damaged(offset, "record " + record + " can't be decrypted: " + e.getMessage());
        }
    }

    private void take(final Log.RecordConsumer consumer, final long address, final int length)
    {
        if (!consumer.onRecord(address, length))
        {
            throw new IllegalStateException("a record of a checkpoint was refused: " + path);
        }
    }

    private void checkHeader(final Region header, final String part)
    {
        final String wrong = PartDescriptor.wrongWithHeader(header, id, part);
        if (!wrong.isEmpty())
        {
            throw damaged(0, wrong);
        }
        final int version = Memory.getInt(header.address() + PartDescriptor.VERSION_OFFSET);
        if (version != PartDescriptor.VERSION)
        {
            throw StorageException.otherVersion(
                storage.describe(path), Integer.toString(version), PartDescriptor.VERSION);
        }
    }

    private int lengthAt(final Region window, final int offset)
    {
        final int length = Memory.getInt(window.address() + offset + PartDescriptor.LENGTH_OFFSET);
        if (length < 0 || length > MOST_RECORD ||
            length > expected.length() - at - PartDescriptor.RECORD_HEADER_LENGTH)
        {
            throw damaged(at, "a record of " + length + " bytes does not fit the file");
        }
        return length;
    }

    /** Fills the region from an offset of the file: how many bytes, at least {@code needed}. */
    private int fill(final StorageFile file, final long offset, final Region region, final int needed)
    {
        final int read = file.read(offset, region.address(), region.length());
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
