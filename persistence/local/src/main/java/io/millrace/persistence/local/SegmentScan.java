package io.millrace.persistence.local;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.storage.StorageFile;
import java.util.List;

/**
 * Finds the end of a log that is opened, and tells what a crash leaves from damage. A record that is not whole is
 * <ul>
 * <li>damage, if it lies below what is known to have been forced, by the mark or by a record written later;</li>
 * <li>damage, if a whole record follows it and the system has not been started since: one thread writes in order, and
 * the end of a process loses nothing that was written before;</li>
 * <li>what a crash leaves, otherwise: it and all behind it is cut, and counted.</li>
 * </ul>
 *
 * <p><b>Threading:</b> one thread. <b>Errors:</b> {@link StorageException} DAMAGED with file and offset.
 */
final class SegmentScan implements AutoCloseable
{
    private static final int READ_LENGTH = 1 << 18;
    private static final int RECORD_HEADER = SegmentDescriptor.RECORD_HEADER_LENGTH;
    /** No whole record. */
    private static final int NOTHING = SegmentDescriptor.PADDING - 1;

    private final Storage storage;
    private final String folder;
    private final int segmentLength;
    private final int maxRecordLength;
    private final long forced;
    private final boolean isSameStart;
    private Region window = new Region(READ_LENGTH);
    private long windowFrom;
    private int windowLength;
    /** Behind the last record. */
    private long end;
    /** Where the next record goes. */
    private long writeAt;
    /** Behind the last byte of what was written beyond {@link #writeAt}. */
    private long cutEnd;
    private String wrong = "";

    /**
     * @param forced      up to where the log has been forced at least.
     * @param isSameStart whether the system is known to run since the log was written to.
     */
    SegmentScan(
        final Storage storage, final SegmentLogContext context, final long forced, final boolean isSameStart)
    {
        this.storage = storage;
        folder = context.folder();
        segmentLength = context.segmentLength();
        maxRecordLength = context.maxStoredLength();
        this.forced = forced;
        this.isSameStart = isSameStart;
    }

    long end()
    {
        return end;
    }

    long writeAt()
    {
        return writeAt;
    }

    /** Bytes that were written behind the end and are not whole, or follow what is not. */
    long cutBytes()
    {
        return Math.max(0, cutEnd - writeAt);
    }

    /**
     * Reads every record from a position on.
     *
     * @param numbers of the segments, ascending without a gap, not empty.
     */
    void run(final List<Long> numbers, final long from)
    {
        end = from;
        writeAt = from;
        for (final long number : numbers)
        {
            final long begin = number * segmentLength;
            if (begin + segmentLength <= from)
            {
                continue;
            }
            if (!scan(number, Math.max(from, begin)))
            {
                stop(numbers, number);
                return;
            }
        }
        if (writeAt < forced)
        {
            wrong = "the log ends";
            throw damaged(
                numbers.get(numbers.size() - 1), writeAt, "though everything up to position " + forced +
                " had been forced: later segments are missing");
        }
    }

    /** Whether the segment's records go on in the next one. */
    private boolean scan(final long number, final long from)
    {
        final String name = folder + "/" + SegmentDescriptor.name(number);
        final long begin = number * segmentLength;
        final long segmentEnd = begin + segmentLength;
        windowLength = 0;
        try (StorageFile file = storage.open(name))
        {
            writeAt = from;
            wrong = wrongWithSegment(file, number);
            if (!wrong.isEmpty())
            {
                writeAt = begin;
                cutEnd = begin + SegmentDescriptor.HEADER_LENGTH;
                return false;
            }
            writeAt = Math.max(from, begin + SegmentDescriptor.HEADER_LENGTH);
            while (segmentEnd - writeAt >= RECORD_HEADER)
            {
                final int length = recordAt(file, begin, writeAt, segmentEnd);
                if (length == NOTHING)
                {
                    wrong = "there is no whole record";
                    cutEnd = writeAt + tornLength(file, begin, segmentEnd);
                    return false;
                }
                if (length == SegmentDescriptor.PADDING)
                {
                    break;
                }
                writeAt += SegmentDescriptor.recordLength(length);
                end = writeAt;
            }
            writeAt = segmentEnd;
            return true;
        }
    }

    private String wrongWithSegment(final StorageFile file, final long number)
    {
        if (file.length() != segmentLength)
        {
            return "the file has " + file.length() + " bytes, a segment has " + segmentLength;
        }
        file.read(0, window.address(), SegmentDescriptor.HEADER_LENGTH);
        return SegmentDescriptor.wrongWithHeader(window, number);
    }

    /** Length of the payload of the whole record at a position, PADDING, or NOTHING. */
    private int recordAt(final StorageFile file, final long begin, final long position, final long segmentEnd)
    {
        load(file, begin, position, RECORD_HEADER, segmentEnd);
        final long header = window.address() + (position - windowFrom);
        final int length = Memory.getInt(header + SegmentDescriptor.LENGTH_OFFSET);
        if (Memory.getLong(header + SegmentDescriptor.POSITION_OFFSET) != position ||
            length < SegmentDescriptor.PADDING || length > maxRecordLength)
        {
            return NOTHING;
        }
        final int whole = SegmentDescriptor.recordLength(Math.max(0, length));
        if (position + whole > segmentEnd)
        {
            return NOTHING;
        }
        load(file, begin, position, whole, segmentEnd);
        return SegmentDescriptor.isWhole(window, (int)(position - windowFrom)) ? length : NOTHING;
    }

    private void load(
        final StorageFile file, final long begin, final long position, final int length, final long segmentEnd)
    {
        if (position >= windowFrom && position + length <= windowFrom + windowLength)
        {
            return;
        }
        window = window.atLeast(length, SegmentDescriptor.recordLength(maxRecordLength));
        final int wanted = (int)Math.min(window.length(), segmentEnd - position);
        windowFrom = position;
        final int read = file.read(position - begin, window.address(), wanted);
        window.zero(read, wanted - read);
        windowLength = wanted;
    }

    /** How much of a torn record there is at {@link #writeAt}: 0 if nothing was written there. */
    private int tornLength(final StorageFile file, final long begin, final long segmentEnd)
    {
        load(file, begin, writeAt, RECORD_HEADER, segmentEnd);
        final long header = window.address() + (writeAt - windowFrom);
        boolean isEmpty = true;
        for (int i = 0; i < RECORD_HEADER; i += 8)
        {
            isEmpty &= Memory.getLong(header + i) == 0;
        }
        if (isEmpty)
        {
            return 0;
        }
        final int length = Memory.getInt(header + SegmentDescriptor.LENGTH_OFFSET);
        final boolean isPlausible =
            Memory.getLong(header + SegmentDescriptor.POSITION_OFFSET) == writeAt && length > 0 &&
            length <= maxRecordLength;
        return (int)Math.min(
            segmentEnd - writeAt, isPlausible ? SegmentDescriptor.recordLength(length) : RECORD_HEADER);
    }

    /** Decides about the bad place at {@link #writeAt}. */
    private void stop(final List<Long> numbers, final long number)
    {
        final long bad = writeAt;
        if (bad < forced)
        {
            throw damaged(number, bad, "though everything up to " + place(forced - 1) + " had been forced");
        }
        for (final long behind : numbers)
        {
            if (behind >= number)
            {
                lookBehind(number, behind, bad);
            }
        }
    }

    /** Looks for whole records behind a bad place: at every multiple of 8, since no length can be trusted. */
    private void lookBehind(final long number, final long behind, final long bad)
    {
        final long begin = behind * segmentLength;
        final long segmentEnd = begin + segmentLength;
        windowLength = 0;
        try (StorageFile file = storage.open(folder + "/" + SegmentDescriptor.name(behind)))
        {
            long at = Math.max(begin + SegmentDescriptor.HEADER_LENGTH, bad + (behind == number ? 8 : 0));
            while ((at = nextCandidate(file, begin, at, segmentEnd)) < segmentEnd)
            {
                final int length = recordAt(file, begin, at, segmentEnd);
                if (length == NOTHING)
                {
                    at += 8;
                    continue;
                }
                final long known = Memory.getLong(
                    window.address() + (at - windowFrom) + SegmentDescriptor.FORCED_OFFSET);
                if (known > bad || isSameStart)
                {
                    throw damaged(number, bad, "but a whole one follows at " + place(at) +
                        (known > bad ? ", written when all before it had been forced" : ""));
                }
                at += SegmentDescriptor.recordLength(Math.max(0, length));
                cutEnd = at;
            }
        }
    }

    /** The next place that says that it is its own position, as a record does; the segment's end where none does. */
    private long nextCandidate(final StorageFile file, final long begin, final long from, final long segmentEnd)
    {
        long at = from;
        while (segmentEnd - at >= RECORD_HEADER)
        {
            load(file, begin, at, RECORD_HEADER, segmentEnd);
            final long positions = window.address() - windowFrom + SegmentDescriptor.POSITION_OFFSET;
            final long last = windowFrom + windowLength - RECORD_HEADER;
            for (; at <= last; at += 8)
            {
                if (Memory.getLong(positions + at) == at)
                {
                    return at;
                }
            }
        }
        return segmentEnd;
    }

    private String place(final long position)
    {
        final long number = position / segmentLength;
        return "offset " + position % segmentLength + " of " + SegmentDescriptor.name(number);
    }

    private StorageException damaged(final long number, final long position, final String why)
    {
        final String name = folder + "/" + SegmentDescriptor.name(number);
        return new StorageException(StorageException.Kind.DAMAGED, storage.describe(name) + ", offset " +
            position % segmentLength + " (position " + position + "): " + wrong + ", " + why);
    }

    @Override
    public void close()
    {
        window.close();
    }
}
