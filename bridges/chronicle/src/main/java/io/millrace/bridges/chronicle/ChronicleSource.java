package io.millrace.bridges.chronicle;

import io.millrace.codecs.Memory;
import io.millrace.engine.Counter;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.RecordIdentity;
import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.SourceContext;
import io.millrace.engine.connector.TableOptions;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * A queue's excerpts as one partition. An excerpt's position is its index; metadata is passed over. The queue is only
 * read: its files are those of the process that writes it, and may be appended to all the while.
 *
 * <p><b>Threading:</b> one source agent; {@link #readAgain} may be another thread's. <b>Allocation:</b> none per
 * excerpt of ours.
 */
final class ChronicleSource implements Source, Source.Partition
{
    private final TableOptions options;
    private final Path folder;
    private final boolean isText;
    private final int maxRecordBytes;
    private final ChronicleQueue queue;
    private final ExcerptTailer tailer;
    private final Counter bytesRead = new Counter();
    private final long record;
    /** Index of the last excerpt to be read; Long.MAX_VALUE where more may come. */
    private final long lastIndex;
    private @Nullable ExcerptTailer again;
    private boolean isEnded;

    ChronicleSource(final SourceContext context)
    {
        options = new TableOptions(context.table(), context.options());
        folder = Path.of(options.text(ChronicleConnector.PATH));
        isText = ChronicleConnector.isText(options);
        maxRecordBytes = context.maxRecordBytes();
        if (!Files.isDirectory(folder))
        {
            throw TableOptions.environment("table " + context.table() + ": there is no queue in " + folder +
                "; its writer has to make it first");
        }
        queue = Queues.open(folder, true);
        tailer = queue.createTailer();
        tailer.singleThreadedCheckDisabled(true);
        lastIndex = ChronicleConnector.isBounded(options) ? queue.lastIndex() : Long.MAX_VALUE;
        begin();
        isEnded = tailer.index() > lastIndex || lastIndex < 0;
        record = Memory.allocate(maxRecordBytes);
    }

    private void begin()
    {
        switch (ChronicleConnector.startupMode(options))
        {
            case ChronicleConnector.EARLIEST -> tailer.toStart();
            case ChronicleConnector.LATEST -> tailer.toEnd();
            default ->
            {
                final long index = ChronicleConnector.startupIndex(options);
                if (!tailer.moveToIndex(index))
                {
                    throw TableOptions.environment("table " + options.table() + ": " + holds() +
                        "; there is none at '" + ChronicleConnector.STARTUP_INDEX + "' " + describe(0, index));
                }
            }
        }
    }

    private String holds()
    {
        return queue.firstIndex() == Long.MAX_VALUE ? "the queue in " + folder + " is empty" :
            "the queue in " + folder + " holds excerpts 0x" + Long.toHexString(queue.firstIndex()) + " to 0x" +
            Long.toHexString(queue.lastIndex());
    }

    @Override
    public List<? extends Partition> partitions()
    {
        return List.of(this);
    }

    @Override
    public boolean hasCome()
    {
        try (DocumentContext document = tailer.readingDocument())
        {
            final boolean isThere = document.isPresent();
            if (isThere)
            {
                document.rollbackOnClose();
            }
            return isThere;
        }
    }

    @Override
    public int poll(final RecordHandler handler, final int limit)
    {
        int taken = 0;
        while (taken < limit && !isEnded)
        {
            try (DocumentContext document = tailer.readingDocument())
            {
                final Wire wire = document.isPresent() ? document.wire() : null;
                if (wire == null)
                {
                    break;
                }
                if (!document.isMetaData())
                {
                    if (!hand(wire.bytes(), document.index(), handler))
                    {
                        document.rollbackOnClose();
                        break;
                    }
                    taken++;
                    isEnded = document.index() >= lastIndex;
                }
            }
        }
        return taken;
    }

    private boolean hand(final Bytes<?> bytes, final long index, final RecordHandler handler)
    {
        final int fullLength = (int)bytes.readRemaining();
        final int length = Math.min(fullLength, maxRecordBytes);
        // A copy, since the end of the queue's mapping may lie right behind the excerpt.
        Memory.copy(bytes.addressForRead(bytes.readPosition()), record, length);
        final boolean isTaken;
        if (fullLength > maxRecordBytes)
        {
            isTaken = handler.onOversized(record, length, fullLength, index);
        }
        else
        {
            // What is no text goes on as it is: the format refuses it, and it is kept with its reason.
            final int header = isText ? Math.max(0, TextDescriptor.headerLength(record, length)) : 0;
            isTaken = handler.onRecord(record + header, length - header, index);
        }
        bytesRead.add(isTaken ? fullLength : 0);
        return isTaken;
    }

    @Override
    public boolean isEnded()
    {
        return isEnded;
    }

    @Override
    public long positionHigh()
    {
        return 0;
    }

    @Override
    public boolean isRereadable()
    {
        return true;
    }

    /** The excerpt's checksum: a queue that was begun anew on the same day counts from the same index. */
    @Override
    public String identify(final long positionHigh, final long positionLow)
    {
        try (ExcerptTailer own = queue.createTailer())
        {
            return own.moveToIndex(positionLow) ? identity(own) : "";
        }
    }

    private static String identity(final ExcerptTailer tailer)
    {
        try (DocumentContext document = tailer.readingDocument())
        {
            final Wire wire = document.isPresent() ? document.wire() : null;
            final ByteBuffer bytes = ByteBuffer.allocate(RecordIdentity.LENGTH);
            if (wire != null)
            {
                wire.bytes().read(bytes);
            }
            return RecordIdentity.of(bytes.flip());
        }
    }

    @Override
    public void expect(final long positionHigh, final long positionLow, final String identity)
    {
        final String now = identify(positionHigh, positionLow);
        if (!now.isEmpty() && !now.equals(identity))
        {
            throw TableOptions.environment("table " + options.table() + ": the input has changed: an earlier run had " +
                "read another excerpt " + describe(positionHigh, positionLow) +
                "; bring the old queue back, or begin again with an empty state folder");
        }
    }

    @Override
    public void resumeAfter(final long positionHigh, final long positionLow)
    {
        if (!tailer.moveToIndex(positionLow))
        {
            throw TableOptions.environment("table " + options.table() + ": an earlier run had read up to excerpt 0x" +
                Long.toHexString(positionLow) + "; " + holds() + ". Files that a job still needs must stay");
        }
        tailer.readingDocument().close();
        isEnded = positionLow >= lastIndex;
    }

    @Override
    public void readAgain(final long positionHigh, final long positionLow, final byte[] bytes, final int length)
    {
        if (again == null)
        {
            again = queue.createTailer();
            again.singleThreadedCheckDisabled(true);
        }
        if (!again.moveToIndex(positionLow))
        {
            throw TableOptions.environment("can't read " + describe(positionHigh, positionLow) + " again: " + holds());
        }
        try (DocumentContext document = again.readingDocument())
        {
            final Wire wire = document.isPresent() ? document.wire() : null;
            final Bytes<?> excerpt = wire == null ? null : wire.bytes();
            final int header = excerpt != null && isText ? Math.max(0, TextDescriptor.headerLength(
                excerpt.addressForRead(excerpt.readPosition()), (int)excerpt.readRemaining())) : 0;
            if (excerpt == null || excerpt.readRemaining() - header < length)
            {
                throw TableOptions.environment("can't read " + describe(positionHigh, positionLow) +
                    " again: it is shorter than when it was read first");
            }
            excerpt.readSkip(header);
            excerpt.read(bytes, 0, length);
        }
    }

    @Override
    public String describe(final long positionHigh, final long positionLow)
    {
        return folder + ":0x" + Long.toHexString(positionLow);
    }

    @Override
    public long bytesRead()
    {
        return bytesRead.get();
    }

    @Override
    public void close()
    {
        queue.close();
        Memory.free(record);
    }
}
