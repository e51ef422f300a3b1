package io.millrace.persistence.local;

import io.millrace.codecs.Memory;
import io.millrace.engine.Counter;
import io.millrace.engine.log.Log;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A log in segments of equal length, allocated and written before they are needed and used again when they are not.
 * Every record is written by one call and is then the system's: only the power can take it back, unless it was forced.
 *
 * <p><b>Threading:</b> as {@link Log}: the appending thread owns the current segment; who works or forces owns the
 * files, by turns. <b>Allocation:</b> none per record, but for a buffer that grows to the longest; where
 * records are encrypted, arrays of twice their length each, since the library takes and gives nothing else.
 *
 * <p><b>Limits:</b> {@link SegmentLogContext#maxSegments} in use; there, and while the disk has no room for another,
 * the log refuses with {@link #BACK_PRESSURE} and goes on by itself.
 *
 * <p><b>Errors:</b> after a write or a force that failed for another reason than room the log takes and commits nothing
 * any more: what a later force would say of earlier bytes can't be believed. Every call says so by a
 * {@link StorageException}.
 */
public final class SegmentLog implements Log
{
    private static final int FRAME_LENGTH = 1 << 18;

    private final Storage storage;
    private final SegmentLogContext context;
    private final int segmentLength;
    private final Durability durability;
    private final int mostFrame;
    private final SegmentFolder folder;
    private final SegmentForce force;
    /** The record being appended; grows to the longest. */
    private Region frame = new Region(FRAME_LENGTH);
    private final long cutBytes;
    private final String endFile;
    private final Counter end = new Counter();
    private final Counter begin = new Counter();
    private final Counter retained = new Counter();
    /** Number of the segment that the writer is at. */
    private final Counter turned = new Counter();
    private volatile SegmentReader[] readers = {};
    private volatile @Nullable StorageException failure;
    /** Where the writer began in this run: a log that fills no segment needs no second one ahead. */
    private final long firstTurned;
    private SegmentFolder.Segment current;
    private long writeAt;
    /** The current segment is plain, from before a key was configured. */
    private boolean mustTurn;
    private boolean isClosed;

    /** Opens a log or makes a new one. */
    public SegmentLog(final Storage storage, final SegmentLogContext context)
    {
        context.conclude();
        this.storage = storage;
        this.context = context;
        segmentLength = context.segmentLength();
        durability = context.durability();
        mostFrame = SegmentDescriptor.recordLength(context.maxStoredLength()) + SegmentDescriptor.RECORD_HEADER_LENGTH;
        final SegmentOpening opening = new SegmentOpening(storage, context);
        final SyncedMark mark = opening.open();
        folder = opening.folder();
        cutBytes = opening.cutBytes();
        writeAt = opening.writeAt();
        current = opening.current();
        endFile = storage.describe(folder.path(current.name));
        mustTurn = context.keys() != null && current.sealer == null;
        firstTurned = current.number;
        turned.set(firstTurned);
        begin.set(folder.first().number * segmentLength);
        retained.set(begin.get());
        end.set(opening.end());
        force = new SegmentForce(storage, context, folder, mark,
            durability == Durability.SYNC ? opening.end() : mark.forced());
    }

    @Override
    public int maxRecordLength()
    {
        return context.maxRecordLength();
    }

    @Override
    public long tryAppend(final long address, final int length)
    {
        checkUsable();
        if (length > context.maxRecordLength() || length < 0)
        {
            throw new IllegalArgumentException(
                "record of " + length + " bytes, the most is " + context.maxRecordLength());
        }
        // Encrypted bytes are longer than plain ones by what is only known afterwards.
        final int room = SegmentDescriptor.recordLength(
            length + (context.keys() == null ? 0 : KeyProvider.MOST_OVERHEAD));
        if ((mustTurn || room > segmentEnd() - writeAt) && !turn())
        {
            return BACK_PRESSURE;
        }
        frame = frame.atLeast(room + SegmentDescriptor.RECORD_HEADER_LENGTH, mostFrame);
        final long record = frame.address();
        final long payload = record + SegmentDescriptor.RECORD_HEADER_LENGTH;
        final KeyProvider.Sealer sealer = current.sealer;
        int stored = length;
        if (sealer == null)
        {
            Memory.copy(address, payload, length);
        }
        else
        {
            stored = SealedKey.seal(sealer, address, length, writeAt, payload);
        }
        final int needed = SegmentDescriptor.recordLength(stored);
        Memory.fill(payload + stored, record + needed - payload - stored, (byte)0);
        SegmentDescriptor.putRecord(frame, 0, stored, writeAt, force.position());
        frame.zero(needed, SegmentDescriptor.RECORD_HEADER_LENGTH);
        final int withEnd =
            (int)Math.min(needed + SegmentDescriptor.RECORD_HEADER_LENGTH, segmentEnd() - writeAt);
        if (!write(withEnd))
        {
            return BACK_PRESSURE;
        }
        writeAt += needed;
        end.set(writeAt);
        return writeAt;
    }

    /** Goes on to the next segment: whether there is one. */
    private boolean turn()
    {
        final SegmentFolder.Segment next = folder.peekNext();
        if (next == null)
        {
            return false;
        }
        if (segmentEnd() - writeAt >= SegmentDescriptor.RECORD_HEADER_LENGTH)
        {
            SegmentDescriptor.putRecord(frame, 0, SegmentDescriptor.PADDING, writeAt, force.position());
            if (!write(SegmentDescriptor.RECORD_HEADER_LENGTH))
            {
                return false;
            }
        }
        folder.takeNext();
        mustTurn = false;
        current = next;
        writeAt = next.number * segmentLength + SegmentDescriptor.HEADER_LENGTH;
        turned.set(next.number);
        return true;
    }

    /** Writes what the frame holds at the current position: whether the disk had room. */
    private boolean write(final int length)
    {
        try
        {
            current.open().write(writeAt % segmentLength, frame.address(), length);
            return true;
        }
        catch (final StorageException e)
        {
            if (e.kind() == StorageException.Kind.FULL)
            {
                return false;
            }
            failure = e;
            throw e;
        }
    }

    private long segmentEnd()
    {
        return (current.number + 1) * segmentLength;
    }

    private void checkUsable()
    {
        final StorageException cause = failure;
        if (cause != null)
        {
            throw new StorageException(cause.kind(), "the log in " + storage.describe(context.folder()) +
                " has failed and takes no more, restart the job: " + cause.getMessage(), cause);
        }
    }

    @Override
    public long endPosition()
    {
        return end.get();
    }

    @Override
    public long forcedPosition()
    {
        return force.position();
    }

    @Override
    public long commitPosition()
    {
        return durability == Durability.SYNC ? force.position() : end.get();
    }

    @Override
    public boolean isLow()
    {
        final int reserved = context.reservedSegments();
        final long used = turned.get() - begin.get() / segmentLength + 1;
        return reserved > 0 && context.maxSegments() - used <= reserved;
    }

    @Override
    public long beginPosition()
    {
        return begin.get();
    }

    /** Bytes at the end that a crash had left and that were cut when the log was opened. */
    public long cutBytes()
    {
        return cutBytes;
    }

    /** The file in which the last whole record ends, for a person; what was cut began there. */
    public String endFile()
    {
        return endFile;
    }

    /** Bytes of all its files. */
    public long bytes()
    {
        return folder.bytes();
    }

    /** Whether the disk has no room for another segment. */
    public boolean isDiskFull()
    {
        return folder.isFull();
    }

    @Override
    public boolean isFull()
    {
        if (!folder.isExhausted())
        {
            return false;
        }
        final long first = retained.get() / segmentLength;
        for (final SegmentReader reader : readers)
        {
            if (reader.released() / segmentLength < first)
            {
                return false;
            }
        }
        return first == begin.get() / segmentLength;
    }

    @Override
    public void exceed()
    {
        folder.grant();
    }

    /**
     * @throws StorageException DAMAGED for a position behind the end: something knew more of this log than it holds.
     */
    @Override
    public synchronized Reader newReader(final long position)
    {
        if (position < begin.get() || position > end.get())
        {
            throw new StorageException(StorageException.Kind.DAMAGED, "the log in " +
                storage.describe(context.folder()) + " holds positions " + begin.get() + " to " + end.get() +
                ", a reader wants to go on at " + position);
        }
        final SegmentReader reader = new SegmentReader(this, storage, context, position);
        final SegmentReader[] more = Arrays.copyOf(readers, readers.length + 1);
        more[readers.length] = reader;
        readers = more;
        return reader;
    }

    @Override
    public void retainFrom(final long position)
    {
        retained.set(position);
    }

    @Override
    public synchronized void sync(final long position)
    {
        checkUsable();
        try
        {
            force.upTo(position);
        }
        catch (final StorageException e)
        {
            failure = e;
            throw e;
        }
    }

    @Override
    public boolean hasWork()
    {
        return folder.peekNext() == null || commitPosition() < end.get();
    }

    /** Makes the next segment, forces what was appended, lets segments go. A force takes as long as the disk does. */
    @Override
    public synchronized int doWork()
    {
        checkUsable();
        try
        {
            int work = folder.makeNext(folder.lastNumber() + 1) ? 1 : 0;
            if (durability == Durability.SYNC)
            {
                work += force.upTo(end.get()) ? 1 : 0;
            }
            final long writing = turned.get();
            work += folder.closeBelow(durability == Durability.SYNC ?
                Math.min(writing, force.position() / segmentLength) : writing) + free();
            return work == 0 && turned.get() > firstTurned && folder.makeSpare() ? 1 : work;
        }
        catch (final StorageException e)
        {
            failure = e;
            throw e;
        }
    }

    /** Lets go of segments that nobody reads any more, never of that with the last record. */
    private int free()
    {
        long least = Math.min(retained.get(), commitPosition());
        for (final SegmentReader reader : readers)
        {
            least = Math.min(least, reader.released());
        }
        final long keep = Math.min(least / segmentLength, Math.max(0, end.get() - 1) / segmentLength);
        int work = 0;
        while (folder.first().number < keep)
        {
            begin.set((folder.first().number + 1) * segmentLength);
            folder.releaseFirst();
            work++;
        }
        return work;
    }

    /** Forces everything first, unless the log has failed or durability is NONE. */
    @Override
    public void close()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        try
        {
            if (failure == null && durability != Durability.NONE)
            {
                force.everything(end.get());
            }
        }
        finally
        {
            for (final SegmentReader reader : readers)
            {
                reader.close();
            }
            folder.close();
            force.close();
            frame.close();
        }
    }
}
