package io.millrace.persistence.local;

import io.millrace.codecs.Memory;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.PlacedReader;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.storage.StorageFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment log through a buffer and a file of its own; every record's checksum is checked once.
 *
 * <p><b>Threading:</b> one thread; the counters are for all. <b>Allocation:</b> a file when a segment is turned to.
 */
final class SegmentReader extends PlacedReader
{
    private static final int READ_LENGTH = 1 << 18;

    private final Storage storage;
    private final String folder;
    private final int segmentLength;
    private final int maxRecordLength;
    private final @Nullable KeyProvider keys;
    private Region window = new Region(READ_LENGTH);
    /** The record at {@link #next}, decrypted. */
    private @Nullable Region plain;
    private int plainLength;
    private KeyProvider.@Nullable Sealer sealer;
    private @Nullable StorageFile file;
    private long fileNumber = -1;
    private long windowFrom;
    private int windowLength;
    /** Where the next record may be; ahead of the position behind the last record of a segment. */
    private long next;
    /** A record that was checked and then refused. */
    private long checked = -1;

    SegmentReader(final SegmentLog log, final Storage storage, final SegmentLogContext context, final long from)
    {
        super(log, from);
        this.storage = storage;
        folder = context.folder();
        segmentLength = context.segmentLength();
        maxRecordLength = context.maxStoredLength();
        keys = context.keys();
        next = from;
    }

    @Override
    public int poll(final Log.RecordConsumer consumer, final int limit)
    {
        final long committed = log().commitPosition();
        int taken = 0;
        while (taken < limit)
        {
            final int offset = (int)(next % segmentLength);
            if (offset < SegmentDescriptor.HEADER_LENGTH)
            {
                next += SegmentDescriptor.HEADER_LENGTH - offset;
            }
            if (next >= committed)
            {
                break;
            }
            final long segmentEnd = next - next % segmentLength + segmentLength;
            if (segmentEnd - next < SegmentDescriptor.RECORD_HEADER_LENGTH)
            {
                next = segmentEnd;
                continue;
            }
            final int length = load(segmentEnd, committed);
            if (length == SegmentDescriptor.PADDING)
            {
                next = segmentEnd;
                continue;
            }
            final long stored = window.address() + (next - windowFrom) + SegmentDescriptor.RECORD_HEADER_LENGTH;
            if (!(plain == null || sealer == null ? consumer.onRecord(stored, length) :
                consumer.onRecord(plain.address(), plainLength)))
            {
                break;
            }
            taken++;
            next += SegmentDescriptor.recordLength(length);
            moveTo(next);
        }
        return taken;
    }

    /** Brings the record at {@link #next} into the window and checks it: its length. */
    private int load(final long segmentEnd, final long committed)
    {
        ensure(SegmentDescriptor.RECORD_HEADER_LENGTH, segmentEnd, committed);
        final long header = window.address() + (next - windowFrom);
        final int length = Memory.getInt(header + SegmentDescriptor.LENGTH_OFFSET);
        if (checked == next)
        {
            return length;
        }
        final int whole = SegmentDescriptor.recordLength(Math.max(0, length));
        if (length < SegmentDescriptor.PADDING || length > maxRecordLength || whole > segmentEnd - next)
        {
            throw damaged("no record begins here");
        }
        ensure(whole, segmentEnd, committed);
        final int offset = (int)(next - windowFrom);
        if (!SegmentDescriptor.isWhole(window, offset) ||
            Memory.getLong(window.address() + offset + SegmentDescriptor.POSITION_OFFSET) != next)
        {
            throw damaged("the record's checksum is wrong");
        }
        if (sealer != null && length != SegmentDescriptor.PADDING)
        {
            decrypt(sealer, offset + SegmentDescriptor.RECORD_HEADER_LENGTH, length);
        }
        checked = next;
        return length;
    }

    private void decrypt(final KeyProvider.Sealer opener, final int offset, final int length)
    {
        if (plain == null)
        {
            plain = new Region(maxRecordLength);
        }
        try
        {
            plainLength = SealedKey.open(opener, window.address() + offset, length, next, plain.address());
        }
        catch (final StorageException e)
        {
            throw damaged("the record can't be decrypted: " + e.getMessage());
        }
    }

    private void ensure(final int length, final long segmentEnd, final long committed)
    {
        if (next >= windowFrom && next + length <= windowFrom + windowLength)
        {
            return;
        }
        final long number = next / segmentLength;
        if (file == null || fileNumber != number)
        {
            closeFile();
            final String name = folder + "/" + SegmentDescriptor.name(number);
            file = storage.open(name);
            fileNumber = number;
            windowLength = 0;
            if (file.read(0, window.address(), SegmentDescriptor.HEADER_LENGTH) != SegmentDescriptor.HEADER_LENGTH ||
                !SegmentDescriptor.wrongWithHeader(window, number).isEmpty())
            {
                throw damaged("the segment's header is not whole");
            }
            sealer = SegmentDescriptor.sealer(window, keys, storage.describe(name));
        }
        window = window.atLeast(length, SegmentDescriptor.recordLength(maxRecordLength));
        final int wanted = (int)Math.min(window.length(), Math.min(segmentEnd, committed) - next);
        windowFrom = next;
        windowLength = 0;
        final int read = file.read(next % segmentLength, window.address(), wanted);
        if (read < length)
        {
            throw damaged("the file ends " + (length - read) + " bytes too early");
        }
        windowLength = read;
    }

    private StorageException damaged(final String what)
    {
        return new StorageException(StorageException.Kind.DAMAGED,
            storage.describe(folder + "/" + SegmentDescriptor.name(next / segmentLength)) + ", offset " +
            next % segmentLength + " (position " + next + "): " + what);
    }

    @Override
    public void seek(final long to)
    {
        checkSeek(to);
        moveTo(to);
        next = to;
        checked = -1;
    }

    private void closeFile()
    {
        if (file != null)
        {
            file.close();
            file = null;
        }
    }

    @Override
    public void close()
    {
        if (letGo())
        {
            closeFile();
            window.close();
            if (plain != null)
            {
                plain.close();
            }
        }
    }
}
