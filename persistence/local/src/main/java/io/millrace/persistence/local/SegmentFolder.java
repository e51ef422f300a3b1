package io.millrace.persistence.local;

import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.storage.StorageFile;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The files of a segment log: those in use, one made ahead of the writer, and spare ones that were in use before.
 *
 * <p><b>Threading:</b> one thread, but for {@link #peekNext()} and {@link #takeNext()}, which are the writer's.
 * <b>Limits:</b> segments in use and spares are both bounded.
 */
final class SegmentFolder implements AutoCloseable
{
    private static final String SPARE = "spare-";
    private static final int MOST_WAIT = 1024;
    /** Free space, in segments, below which none is made that is not needed yet. */
    private static final long MUCH_ROOM = 8;

    /** A segment in use. */
    static final class Segment
    {
        final long number;
        final String name;
        /** Closed and null once it is written and, where that is asked for, forced. */
        @Nullable StorageFile file;
        /** What encrypts its records. */
        final KeyProvider.@Nullable Sealer sealer;

        Segment(final long number, final String name, final @Nullable StorageFile file,
            final KeyProvider.@Nullable Sealer sealer)
        {
            this.number = number;
            this.name = name;
            this.file = file;
            this.sealer = sealer;
        }

        StorageFile open()
        {
            return Objects.requireNonNull(file, name);
        }

        void close()
        {
            if (file != null)
            {
                file.close();
                file = null;
            }
        }
    }

    private final Storage storage;
    private final String folder;
    private final int segmentLength;
    private final int maxSegments;
    private final int maxSpares;
    private final boolean isForced;
    private final @Nullable KeyProvider keys;
    private final Region header = new Region(SegmentDescriptor.HEADER_LENGTH + SegmentDescriptor.RECORD_HEADER_LENGTH);
    private final ArrayDeque<Segment> live = new ArrayDeque<>();
    private final ArrayDeque<String> spares = new ArrayDeque<>();
    private final AtomicReference<@Nullable Segment> next = new AtomicReference<>();
    private long spareNumber;
    /** After a full disk: calls to let pass before the next try, and how many that was the last time. */
    private int wait;
    private int lastWait;
    private volatile boolean isFull;
    /** Whether the last segment could not be made because there are as many as there may be. */
    private volatile boolean isExhausted;
    /** Segments that there may be beyond that. */
    private int granted;
    private volatile boolean isGrantAsked;

    SegmentFolder(final Storage storage, final SegmentLogContext context)
    {
        this.storage = storage;
        folder = context.folder();
        segmentLength = context.segmentLength();
        maxSegments = context.maxSegments();
        maxSpares = context.spareSegments();
        keys = context.keys();
        isForced = context.durability() == Durability.SYNC;
    }

    String path(final String name)
    {
        return folder + "/" + name;
    }

    /** Takes a segment that was found, in ascending order. */
    void add(final Segment segment)
    {
        live.add(segment);
    }

    /** Takes or deletes a spare that was found. */
    void addSpare(final String name)
    {
        spareNumber = Math.max(spareNumber, spareNumber(name) + 1);
        final long length;
        try (StorageFile file = storage.open(path(name)))
        {
            length = file.length();
        }
        if (length == segmentLength && spares.size() < maxSpares)
        {
            spares.add(name);
        }
        else
        {
            storage.delete(path(name));
        }
    }

    /** The number in a spare's name, −1 for other names. */
    static long spareNumber(final String name)
    {
        if (!name.startsWith(SPARE))
        {
            return -1;
        }
        try
        {
            return Long.parseLong(name.substring(SPARE.length()));
        }
        catch (final NumberFormatException e)
        {
            return -1;
        }
    }

    @Nullable Segment peekNext()
    {
        return next.get();
    }

    /** The segment that {@link #peekNext()} has shown. */
    void takeNext()
    {
        next.set(null);
    }

    /** Makes the segment that the writer will go on with, if it is missing and there is room: whether it did. */
    boolean makeNext(final long number)
    {
        if (isGrantAsked)
        {
            isGrantAsked = false;
            granted = Math.max(0, live.size() - maxSegments) + 1;
        }
        isExhausted = next.get() == null && live.size() >= maxSegments + granted;
        if (next.get() != null || isExhausted || wait > 0 && wait-- > 0)
        {
            return false;
        }
        try
        {
            next.set(make(number));
            isFull = false;
            lastWait = 0;
            return true;
        }
        catch (final StorageException e)
        {
            if (e.kind() != StorageException.Kind.FULL)
            {
                throw e;
            }
            isFull = true;
            lastWait = Math.min(MOST_WAIT, 2 * lastWait + 1);
            wait = lastWait;
            return false;
        }
    }

    /** Makes a segment and opens it. Its name lasts, whatever the log's durability: a later one may. */
    Segment make(final long number)
    {
        dropShortSpares();
        if (spares.isEmpty())
        {
            createSpare();
        }
        final String spare = path(spares.element());
        final KeyProvider.Sealer sealer;
        try (StorageFile file = storage.open(spare))
        {
            sealer = SegmentDescriptor.putHeader(header, number, segmentLength, keys);
            file.write(0, header.address(), header.length());
            if (isForced)
            {
                file.force();
            }
        }
        final String name = SegmentDescriptor.name(number);
        storage.rename(spare, path(name));
        spares.remove();
        storage.syncFolder(folder);
        final Segment segment = new Segment(number, name, storage.open(path(name)), sealer);
        live.add(segment);
        return segment;
    }

    /** A loss of power may have taken the length of one that was not forced. */
    private void dropShortSpares()
    {
        while (!spares.isEmpty())
        {
            final String spare = path(spares.element());
            try (StorageFile file = storage.open(spare))
            {
                if (file.length() == segmentLength)
                {
                    return;
                }
            }
            storage.delete(spare);
            spares.remove();
        }
    }

    private void createSpare()
    {
        if (storage.freeBytes() < segmentLength)
        {
            throw new StorageException(StorageException.Kind.FULL, "no room for a segment of " + segmentLength +
                " bytes in " + storage.describe(folder));
        }
        final String spare = SPARE + spareNumber++;
        storage.create(path(spare), segmentLength).close();
        spares.add(spare);
    }

    /** Makes a second segment ahead of a writer that needs many, where there is plenty of room: whether it did. */
    boolean makeSpare()
    {
        if (!spares.isEmpty() || maxSpares == 0 || next.get() == null || live.size() + 1 >= maxSegments ||
            storage.freeBytes() < MUCH_ROOM * segmentLength)
        {
            return false;
        }
        try
        {
            createSpare();
            return true;
        }
        catch (final StorageException e)
        {
            if (e.kind() != StorageException.Kind.FULL)
            {
                throw e;
            }
            return false;
        }
    }

    Segment first()
    {
        return live.element();
    }

    long lastNumber()
    {
        return live.getLast().number;
    }

    /** Closes the files below a segment, which neither the writer nor a force will use again: how many. */
    int closeBelow(final long number)
    {
        int closed = 0;
        for (final Segment segment : segments())
        {
            if (segment.number >= number)
            {
                break;
            }
            if (segment.file != null)
            {
                segment.close();
                closed++;
            }
        }
        return closed;
    }

    /** Segments in use, ascending. */
    Iterable<Segment> segments()
    {
        return live;
    }

    /** The oldest segment is not needed any more. */
    void releaseFirst()
    {
        final Segment segment = live.remove();
        segment.close();
        retire(segment.name);
        if (live.size() <= maxSegments)
        {
            granted = 0;
        }
    }

    /**
     * Keeps a segment as a spare, if one more is allowed. It lasts, whatever the log's durability, so that segments go
     * in this order whatever a loss of power undoes, and leave no gap.
     */
    void retire(final String name)
    {
        if (spares.size() < maxSpares)
        {
            final String spare = SPARE + spareNumber++;
            storage.rename(path(name), path(spare));
            spares.add(spare);
        }
        else
        {
            storage.delete(path(name));
        }
        storage.syncFolder(folder);
    }

    /** Removes a segment, which is not to be used again; it lasts, as in {@link #retire}. */
    void remove(final String name)
    {
        storage.delete(path(name));
        storage.syncFolder(folder);
    }

    /** Whether there are as many segments as there may be, and the writer has need of one. */
    boolean isExhausted()
    {
        return isExhausted;
    }

    /** Allows one more segment, until there are no more than there may be. By any thread. */
    void grant()
    {
        isGrantAsked = true;
        isExhausted = false;
    }

    /** Whether the last segment could not be made for want of space on the disk. */
    boolean isFull()
    {
        return isFull;
    }

    /** Bytes of all segments and spares; about right for any thread. */
    long bytes()
    {
        return (long)(live.size() + spares.size()) * segmentLength;
    }

    @Override
    public void close()
    {
        live.forEach(Segment::close);
        header.close();
    }
}
