package io.millrace.persistence.local;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.storage.StorageFile;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens the folder of a segment log: finds its end, cuts what a crash has left behind it and makes sure that what is
 * kept is as durable as the log promises, before anyone acts upon it.
 *
 * <p><b>Threading:</b> one thread. <b>Errors:</b> {@link StorageException}; DAMAGED leaves everything as it was.
 */
final class SegmentOpening
{
    private static final int CHUNK = 1 << 18;

    private final Storage storage;
    private final SegmentLogContext context;
    private final String folderName;
    private final List<Long> numbers = new ArrayList<>();
    private SyncedMark mark;
    private SegmentFolder folder;
    private SegmentFolder.Segment current;
    private long end;
    private long writeAt;
    private long cutBytes;
    /** Bytes behind the end that are to be cleared: torn ones, or whole ones that are made again. */
    private long behindEnd;

    @SuppressWarnings("NullAway.Init") // Everything is set by open, the only way in.
    SegmentOpening(final Storage storage, final SegmentLogContext context)
    {
        this.storage = storage;
        this.context = context;
        folderName = context.folder();
    }

    SegmentFolder folder()
    {
        return folder;
    }

    SegmentFolder.Segment current()
    {
        return current;
    }

    long end()
    {
        return end;
    }

    long writeAt()
    {
        return writeAt;
    }

    long cutBytes()
    {
        return cutBytes;
    }

    /** Opens all: the mark, which is the caller's to close, as is the folder. */
    SyncedMark open()
    {
        final List<String> names = storage.list(folderName);
        for (final String name : names)
        {
            final long number = SegmentDescriptor.number(name);
            if (number >= 0)
            {
                numbers.add(number);
            }
        }
        numbers.sort(null);
        final boolean hasMark = names.contains(SyncedMark.FILE_NAME);
        if (!hasMark && !numbers.isEmpty())
        {
            throw damaged(SyncedMark.FILE_NAME, "is missing, though there are segments");
        }
        if (hasMark)
        {
            // Its name may be what an earlier process gave it and could not make last: no segment may outlive it.
            storage.syncFolder(folderName);
        }
        mark = hasMark ? SyncedMark.open(storage, folderName) : SyncedMark.create(storage, folderName);
        boolean isOpen = false;
        try
        {
            openSegments(names);
            isOpen = true;
            return mark;
        }
        finally
        {
            if (!isOpen)
            {
                mark.close();
                if (folder != null)
                {
                    folder.close();
                }
            }
        }
    }

    private void openSegments(final List<String> names)
    {
        checkNumbers(mark.forced());
        adoptSegmentLength();
        if (numbers.isEmpty())
        {
            openFolder(names);
            begin(0);
        }
        else
        {
            try (SegmentScan scan = new SegmentScan(storage, context, Math.max(mark.forced(), context.scanFrom()),
                mark.isOf(context.systemStart())))
            {
                final long begin = begin();
                if (context.scanFrom() >= 0 && context.scanFrom() < begin)
                {
                    throw damaged(SegmentDescriptor.name(numbers.get(0)), "begins behind position " +
                        context.scanFrom() + ", from which on the log is needed");
                }
                scan.run(numbers, Math.max(begin, context.scanFrom()));
                end = scan.end();
                writeAt = scan.writeAt();
                cutBytes = scan.cutBytes();
                behindEnd = cutBytes;
            }
            if (context.isMadeAgain() && context.durability() != Durability.SYNC && !mark.isOf(context.systemStart()))
            {
                // What it was made from may have been lost with the power, also where this was not.
                goBack(Math.max(begin(), Math.max(mark.forced(), context.scanFrom())));
            }
            openFolder(names);
            keepAndCut();
            if (context.durability() == Durability.SYNC)
            {
                writeAgain(Math.max(begin(), Math.max(mark.forced(), context.scanFrom())));
            }
        }
        if (context.durability() == Durability.SYNC)
        {
            mark.write(end, "");
        }
        else
        {
            mark.write(mark.forced(), context.systemStart());
        }
    }

    /** Where the first segment begins. */
    private long begin()
    {
        return numbers.get(0) * context.segmentLength();
    }

    /** Ends the log at a position, the end of some record, or where its first begins. */
    private void goBack(final long position)
    {
        if (position >= end)
        {
            return;
        }
        final int offset = (int)(position % context.segmentLength());
        behindEnd += writeAt - position;
        end = position;
        writeAt = position + Math.max(0, SegmentDescriptor.HEADER_LENGTH - offset);
    }

    private void checkNumbers(final long forced)
    {
        for (int i = 1; i < numbers.size(); i++)
        {
            if (numbers.get(i) != numbers.get(i - 1) + 1)
            {
                throw damaged(SegmentDescriptor.name(numbers.get(i - 1) + 1), "is missing between two others");
            }
        }
        if (numbers.isEmpty() && Math.max(forced, context.scanFrom()) > 0)
        {
            throw damaged(SyncedMark.FILE_NAME, "is of a log that holds positions up to " +
                Math.max(forced, context.scanFrom()) + " at least, but there is no segment");
        }
    }

    /** A log keeps the segment length that it began with. */
    private void adoptSegmentLength()
    {
        try (Region header = new Region(SegmentDescriptor.HEADER_LENGTH))
        {
            for (final long number : numbers)
            {
                try (StorageFile file = storage.open(path(number)))
                {
                    if (file.read(0, header.address(), SegmentDescriptor.HEADER_LENGTH) !=
                        SegmentDescriptor.HEADER_LENGTH || !SegmentDescriptor.wrongWithHeader(header, number).isEmpty())
                    {
                        continue;
                    }
                }
                final int version = Memory.getInt(header.address() + SegmentDescriptor.VERSION_OFFSET);
                if (version != SegmentDescriptor.VERSION)
                {
                    throw StorageException.otherVersion(
                        storage.describe(path(number)), Integer.toString(version), SegmentDescriptor.VERSION);
                }
                context.segmentLength(
                    Memory.getInt(header.address() + SegmentDescriptor.SEGMENT_LENGTH_OFFSET)).conclude();
                return;
            }
        }
    }

    private void openFolder(final List<String> names)
    {
        folder = new SegmentFolder(storage, context);
        for (final String name : names)
        {
            if (SegmentFolder.spareNumber(name) >= 0)
            {
                folder.addSpare(name);
            }
        }
    }

    /** Begins with an empty segment. */
    private void begin(final long number)
    {
        current = folder.make(number);
        end = number * context.segmentLength();
        writeAt = end + SegmentDescriptor.HEADER_LENGTH;
        storage.syncFolder(folderName);
    }

    /** Opens the segments up to the end, removes those behind it and cuts what is left there of a write. */
    private void keepAndCut()
    {
        final int segmentLength = context.segmentLength();
        final long last = Math.floorDiv(writeAt - 1, segmentLength);
        final long first = numbers.get(0);
        // Of all segments and before anything is changed: a key that is missing must be known at once.
        final List<KeyProvider.@Nullable Sealer> sealers = new ArrayList<>();
        for (long number = first; number <= last; number++)
        {
            sealers.add(sealer(number));
        }
        for (int i = numbers.size() - 1; i >= 0 && numbers.get(i) > last; i--)
        {
            final String name = SegmentDescriptor.name(numbers.get(i));
            if (behindEnd == 0)
            {
                folder.retire(name);
            }
            else
            {
                // It may hold whole records with the positions of records to come.
                folder.remove(name);
            }
        }
        if (last < first)
        {
            begin(first);
            return;
        }
        for (long number = first; number <= last; number++)
        {
            final boolean isCurrent = number == last;
            final SegmentFolder.Segment segment = new SegmentFolder.Segment(number, SegmentDescriptor.name(number),
                isCurrent ? storage.open(path(number)) : null, sealers.get((int)(number - first)));
            folder.add(segment);
            current = segment;
        }
        if (behindEnd > 0)
        {
            zeroBehindEnd(last);
            storage.syncFolder(folderName);
        }
    }

    /** What encrypts a segment's records; null for plain ones. */
    private KeyProvider.@Nullable Sealer sealer(final long number)
    {
        try (Region header = new Region(SegmentDescriptor.HEADER_LENGTH);
            StorageFile file = storage.open(path(number)))
        {
            file.read(0, header.address(), SegmentDescriptor.HEADER_LENGTH);
            return SegmentDescriptor.sealer(header, context.keys(), storage.describe(path(number)));
        }
    }

    /**
     * From the back, so that when this is cut short no whole record is left behind a place that looks like the end of
     * a log.
     */
    private void zeroBehindEnd(final long number)
    {
        final long segmentEnd = (number + 1) * context.segmentLength();
        final int most =
            SegmentDescriptor.recordLength(context.maxStoredLength()) + SegmentDescriptor.RECORD_HEADER_LENGTH;
        final long to = Math.min(segmentEnd, writeAt + Math.max(behindEnd, most));
        try (Region zeros = new Region(CHUNK))
        {
            zeros.zero(0, CHUNK);
            for (long at = to; at > writeAt;)
            {
                final int length = (int)Math.min(CHUNK, at - writeAt);
                at -= length;
                current.open().write(at % context.segmentLength(), zeros.address(), length);
            }
        }
        current.open().force();
    }

    /**
     * Writes what lies from a position on once more and forces it: after a force that failed the system may hold for
     * written what the disk has never seen. Nothing below what was read and checked, lest damage be written as if it
     * were whole; and all up to where the next record goes: the padding behind the last one is needed to come to it.
     */
    private void writeAgain(final long from)
    {
        final int segmentLength = context.segmentLength();
        try (Region chunk = new Region(CHUNK))
        {
            for (long at = from; at < writeAt;)
            {
                final long number = at / segmentLength;
                final long upTo = Math.min(writeAt, (number + 1) * segmentLength);
                try (StorageFile file = storage.open(path(number)))
                {
                    while (at < upTo)
                    {
                        final int length = (int)Math.min(CHUNK, upTo - at);
                        final int read = file.read(at % segmentLength, chunk.address(), length);
                        file.write(at % segmentLength, chunk.address(), read);
                        at += length;
                    }
                    file.force();
                }
            }
        }
        storage.syncFolder(folderName);
    }

    private String path(final long number)
    {
        return folderName + "/" + SegmentDescriptor.name(number);
    }

    private StorageException damaged(final String name, final String what)
    {
        return new StorageException(
            StorageException.Kind.DAMAGED, storage.describe(folderName + "/" + name) + " " + what);
    }
}
