package io.millrace.bridges.chronicle;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowEncoder;
import io.millrace.engine.Failures;
import io.millrace.engine.connector.Encoders;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.SinkContext;
import io.millrace.engine.connector.TableOptions;
import io.millrace.engine.storage.MappedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * Appends rows as excerpts, which readers see at once. A queue can't be cut: after a restart the rows that stand behind
 * the last committed excerpt come again, in the same order and byte for byte, and are passed over. Excerpts of others
 * in between do no harm. {@link #prepare} names the last excerpt, and forces the queue's files.
 *
 * <p><b>Threading:</b> one sink agent. <b>Allocation:</b> none per row of ours.
 */
final class ChronicleSink implements Sink
{
    private static final String EMPTY = "empty";
    private static final int FIRST_CAPACITY = 4096;
    /** A row of the longest kind is escaped to no more than this. */
    private static final int MAX_CAPACITY = 1 << 30;
    /** Room that is asked for before rows are mapped: a disk that is full would end the process. */
    private static final long LEAST_FREE_BYTES = 256L << 20;
    private static final long LOOK_LENGTH = 1 << 20;

    private final Path folder;
    private final boolean isText;
    private final RowEncoder encoder;
    private final ChronicleQueue queue;
    private final ExcerptAppender appender;
    private final PointerBytesStore excerpt = new PointerBytesStore();
    private long buffer = Memory.allocate(FIRST_CAPACITY);
    private int capacity = FIRST_CAPACITY;
    /** Reads what an earlier run appended behind its last commit; null once it is through. */
    private @Nullable ExcerptTailer earlier;
    /** The last excerpt of that run which came again, or which it had committed. */
    private String found = EMPTY;
    private boolean isForced = true;
    private long sinceLook = LOOK_LENGTH;
    private boolean isClosed;

    ChronicleSink(final SinkContext context)
    {
        final TableOptions options = new TableOptions(context.table(), context.options());
        folder = Path.of(options.text(ChronicleConnector.PATH));
        isText = ChronicleConnector.isText(options);
        encoder = Encoders.of(context);
        try
        {
            Files.createDirectories(folder);
        }
        catch (final IOException e)
        {
            throw TableOptions.environment("table " + context.table() + ": can't make the folder " + folder + ": " +
                Failures.reason(e));
        }
        queue = Queues.open(folder, false);
        appender = queue.createAppender();
        appender.singleThreadedCheckDisabled(true);
    }

    @Override
    public void write(final long row, final int length)
    {
        int encoded = encoder.encode(row, buffer + TextDescriptor.MAX_HEADER_LENGTH, room());
        while (encoded == RowEncoder.FULL)
        {
            grow();
            encoded = encoder.encode(row, buffer + TextDescriptor.MAX_HEADER_LENGTH, room());
        }
        long begin = buffer + TextDescriptor.MAX_HEADER_LENGTH;
        if (isText)
        {
            final int header = TextDescriptor.putHeader(buffer, encoded);
            begin -= header;
            Memory.copy(buffer, begin, header);
            encoded += header;
        }
        if (earlier == null || !isThere(earlier, begin, encoded))
        {
            append(begin, encoded);
        }
    }

    private int room()
    {
        return capacity - TextDescriptor.MAX_HEADER_LENGTH;
    }

    private void grow()
    {
        if (capacity >= MAX_CAPACITY)
        {
            throw TableOptions.environment("a row is longer than an excerpt can be");
        }
        Memory.free(buffer);
        capacity *= 2;
        buffer = Memory.allocate(capacity);
    }

    private void append(final long begin, final int length)
    {
        sinceLook += length;
        try
        {
            if (sinceLook >= LOOK_LENGTH)
            {
                requireRoom();
                sinceLook = 0;
            }
            excerpt.set(begin, length);
            appender.writeBytes(excerpt);
            isForced = false;
        }
        catch (final IllegalStateException | UncheckedIOException e)
        {
            throw TableOptions.environment("can't append to the queue in " + folder + ": " + e.getMessage());
        }
    }

    private void requireRoom()
    {
        try
        {
            final long free = Files.getFileStore(folder).getUsableSpace();
            if (free < LEAST_FREE_BYTES)
            {
                throw TableOptions.environment("the disk of the queue in " + folder + " has " + free +
                    " bytes left, at least " + LEAST_FREE_BYTES + " are kept free, since a full disk under mapped " +
                    "files would end the process");
            }
        }
        catch (final IOException e)
        {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the row stands among what an earlier run appended, behind the rows found so far. */
    private boolean isThere(final ExcerptTailer tailer, final long begin, final int length)
    {
        while (true)
        {
            try (DocumentContext document = tailer.readingDocument())
            {
                final Wire wire = document.isPresent() ? document.wire() : null;
                if (wire == null)
                {
                    tailer.close();
                    earlier = null;
                    return false;
                }
                final Bytes<?> bytes = wire.bytes();
                if (!document.isMetaData() && bytes.readRemaining() == length &&
                    isEqual(bytes.addressForRead(bytes.readPosition()), begin, length))
                {
                    found = Long.toHexString(document.index());
                    return true;
                }
            }
        }
    }

    /** Byte by byte at the end: a mapping may end right behind an excerpt. */
    private static boolean isEqual(final long a, final long b, final int length)
    {
        int i = 0;
        for (; i + 8 <= length; i += 8)
        {
            if (Memory.getLong(a + i) != Memory.getLong(b + i))
            {
                return false;
            }
        }
        for (; i < length; i++)
        {
            if (Memory.getByte(a + i) != Memory.getByte(b + i))
            {
                return false;
            }
        }
        return true;
    }

    @Override
    public void flush()
    {
        // Readers see an excerpt as soon as it is appended.
    }

    @Override
    public void end()
    {
        // Nothing is held back.
    }

    /** The last excerpt's index; while an earlier run's rows come again, that of the last which did. */
    @Override
    public String prepare()
    {
        if (!isForced)
        {
            MappedFiles.force(folder);
            isForced = true;
        }
        if (earlier != null)
        {
            return found;
        }
        final long last = queue.lastIndex();
        return last < 0 ? EMPTY : Long.toHexString(last);
    }

    @Override
    public void recover(final @Nullable String token)
    {
        final ExcerptTailer tailer = queue.createTailer();
        tailer.singleThreadedCheckDisabled(true);
        if (token == null || token.isEmpty() || token.equals(EMPTY))
        {
            tailer.toStart();
        }
        else if (tailer.moveToIndex(Long.parseUnsignedLong(token, 16)))
        {
            tailer.readingDocument().close();
        }
        else
        {
            final String said = "the queue in " + folder + " has no excerpt 0x" + token + " any more, behind which " +
                "an earlier run of this job had written; without it rows might stand there twice";
            tailer.close();
            throw TableOptions.environment(said);
        }
        found = token == null || token.isEmpty() ? EMPTY : token;
        earlier = tailer;
    }

    @Override
    public boolean isTransactional()
    {
        return true;
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            queue.close();
            Memory.free(buffer);
        }
    }
}
