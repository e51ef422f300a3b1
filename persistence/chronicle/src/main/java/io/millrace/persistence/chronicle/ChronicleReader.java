package io.millrace.persistence.chronicle;

import io.millrace.engine.log.Log;
import io.millrace.engine.log.PlacedReader;
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
final class ChronicleReader extends PlacedReader
{
    private final ExcerptTailer tailer;
    private final ChronicleQueue queue;

    ChronicleReader(final Log log, final ChronicleQueue queue, final long from)
    {
        super(log, from);
        this.queue = queue;
        tailer = queue.createTailer();
        tailer.singleThreadedCheckDisabled(true);
        turnTo(from);
    }

    private void turnTo(final long to)
    {
        if (to <= log().beginPosition())
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
    public int poll(final Log.RecordConsumer consumer, final int limit)
    {
        final long committed = log().commitPosition();
        int taken = 0;
        while (taken < limit && position() < committed)
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
                moveTo(document.index() + 1);
            }
        }
        return taken;
    }

    @Override
    public void seek(final long to)
    {
        checkSeek(to);
        turnTo(to);
        moveTo(to);
    }

    @Override
    public void close()
    {
        if (letGo())
        {
            tailer.close();
        }
    }
}
