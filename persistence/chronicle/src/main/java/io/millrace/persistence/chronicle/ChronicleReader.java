package io.millrace.persistence.chronicle;

import io.millrace.engine.Counter;
import io.millrace.engine.log.Log;
import io.millrace.engine.storage.StorageException;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.Wire;

/**
 * Reads a Chronicle queue where it is mapped.
 *
 * <p><b>Threading:</b> one thread; the counters are for all.
 */
final class ChronicleReader implements Log.Reader
{
    private final Log log;
    private final ExcerptTailer tailer;
    private final ChronicleQueue queue;
    private final Counter position = new Counter();
    private final Counter released = new Counter();
    private boolean isClosed;

    ChronicleReader(final Log log, final ChronicleQueue queue, final long from)
    {
        this.log = log;
        this.queue = queue;
        tailer = queue.createTailer();
        tailer.singleThreadedCheckDisabled(true);
        position.set(from);
        released.set(from);
        moveTo(from);
    }

    private void moveTo(final long to)
    {
        if (to <= log.beginPosition())
        {
            tailer.toStart();
            return;
        }
        // A cycle's end has no index of its own: go to the record before and pass over it.
        if (!tailer.moveToIndex(to - 1))
        {
            throw new StorageException(StorageException.Kind.DAMAGED,
                "the queue in " + queue.fileAbsolutePath() + " has no record at index " + (to - 1));
        }
        tailer.readingDocument().close();
    }

    @Override
    public long position()
    {
        return position.get();
    }

    @Override
    public boolean hasMore()
    {
        return log.commitPosition() > position.get();
    }

    long released()
    {
        return released.get();
    }

    @Override
    public int poll(final Log.RecordConsumer consumer, final int limit)
    {
        final long committed = log.commitPosition();
        int taken = 0;
        while (taken < limit && position.get() < committed)
        {
            try (DocumentContext document = tailer.readingDocument())
            {
                final Wire wire = document.isPresent() ? document.wire() : null;
                final Bytes<?> bytes = wire == null ? null : wire.bytes();
                if (bytes == null)
                {
                    break;
                }
                final int length = (int)bytes.readRemaining();
                if (!consumer.onRecord(bytes.addressForRead(bytes.readPosition()), length))
                {
                    document.rollbackOnClose();
                    break;
                }
                taken++;
                position.set(document.index() + 1);
            }
        }
        return taken;
    }

    @Override
    public void seek(final long to)
    {
        if (to < released.get() || to > log.endPosition())
        {
            throw new IllegalArgumentException(
                "position " + to + ", there are " + released.get() + " to " + log.endPosition());
        }
        moveTo(to);
        position.set(to);
    }

    @Override
    public void release(final long upTo)
    {
        released.set(Math.max(upTo, released.get()));
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            released.set(Long.MAX_VALUE);
            tailer.close();
        }
    }
}
