package io.millrace.persistence.local;

import io.millrace.engine.Counter;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageFile;

/**
 * Makes what a log has appended last: forces the segments between the last force and a position, then says so in the
 * mark.
 *
 * <p><b>Threading:</b> who works or forces, by turns; {@link #position()} is for all. <b>Ownership:</b> the mark.
 */
final class SegmentForce implements AutoCloseable
{
    private final Storage storage;
    private final SegmentLogContext context;
    private final SegmentFolder folder;
    private final SyncedMark mark;
    private final Counter forced = new Counter();

    /** @param position up to which the log is known to last. */
    SegmentForce(
        final Storage storage, final SegmentLogContext context, final SegmentFolder folder, final SyncedMark mark,
        final long position)
    {
        this.storage = storage;
        this.context = context;
        this.folder = folder;
        this.mark = mark;
        forced.set(position);
    }

    /** Up to where a loss of power takes nothing. */
    long position()
    {
        return forced.get();
    }

    /** Forces everything appended up to a position: whether there was anything. */
    boolean upTo(final long target)
    {
        if (target <= forced.get())
        {
            return false;
        }
        forceSegments(target);
        mark.write(target);
        forced.set(target);
        return true;
    }

    /** Forces what lies between the last force and a position, also in segments that were written and closed since. */
    private void forceSegments(final long target)
    {
        final int segmentLength = context.segmentLength();
        final long from = forced.get();
        for (final SegmentFolder.Segment segment : folder.segments())
        {
            final long segmentBegin = segment.number * segmentLength;
            if (segmentBegin >= target || segmentBegin + segmentLength <= from)
            {
                continue;
            }
            if (segment.file != null)
            {
                segment.open().force();
                continue;
            }
            try (StorageFile file = storage.open(folder.path(segment.name)))
            {
                file.force();
            }
        }
    }

    /** Forces a log that is about to be closed, names of its files too. */
    void everything(final long target)
    {
        forceSegments(target);
        storage.syncFolder(context.folder());
        // Both slots, so that one that is damaged later does not hide what the other says.
        mark.write(target);
        mark.write(target);
        mark.force();
    }

    @Override
    public void close()
    {
        mark.close();
    }
}
