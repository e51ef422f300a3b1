package io.millrace.engine.connector.builtin;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowEncoder;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.SinkContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.agrona.BufferUtil;

/**
 * Writes rows into one part file of a folder. Until {@link #commit} its name begins with a dot, so that readers of the
 * folder pass it over; then it is synced and renamed. The name holds a random run id: an earlier run's results stay. A
 * run without rows leaves no file.
 *
 * <p><b>Ownership:</b> the part file and an off-heap buffer. <b>Limits:</b> {@link #MAX_RECORD_BYTES} for one record.
 */
final class FileSink implements Sink
{
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int MAX_RECORD_BYTES = 256 * 1024 * 1024;
    private static final byte LINE_FEED = '\n';

    private final Path part;
    private final Path inProgress;
    private final FileChannel channel;
    private final RowEncoder encoder;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES + Memory.SLACK);
    private long address = BufferUtil.address(buffer);
    private int used;
    private long bytesWritten;
    private boolean isCommitted;

    FileSink(final SinkContext context)
    {
        final TableOptions options = new TableOptions(context.table(), context.options());
        encoder = Encoders.of(context, options.text("format"), context.options());
        final Path folder = FileListing.path(context.table(), options.text(FilesystemConnector.PATH));
        final String name = "part-" + UUID.randomUUID() + "-0.jsonl";
        part = folder.resolve(name);
        inProgress = folder.resolve("." + name + ".inprogress");
        if (Files.exists(folder) && !Files.isDirectory(folder))
        {
            throw TableOptions.environment("table " + context.table() + ": can't write to " + folder +
                ": it is a file, expected a folder");
        }
        try
        {
            Files.createDirectories(folder);
            channel = FileChannel.open(inProgress, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }
        catch (final IOException e)
        {
            throw TableOptions.environment("table " + context.table() + ": can't write to " + folder + ": " +
                Failures.reason(e));
        }
    }

    @Override
    public void write(final long row, final int length)
    {
        int encoded = encoder.encode(row, address + used, capacity() - used);
        while (encoded == RowEncoder.FULL)
        {
            makeRoom();
            encoded = encoder.encode(row, address + used, capacity() - used);
        }
        used += encoded;
        Memory.putByte(address + used, LINE_FEED);
        used++;
    }

    /** Room for records: a line feed and slack always fit behind them. */
    private int capacity()
    {
        return buffer.capacity() - Memory.SLACK;
    }

    private void makeRoom()
    {
        if (used > 0)
        {
            drain();
            return;
        }
        final int larger = buffer.capacity() * 2;
        if (larger > MAX_RECORD_BYTES)
        {
            throw TableOptions.environment("can't write " + inProgress + ": a row takes more than " +
                MAX_RECORD_BYTES + " bytes");
        }
        buffer = ByteBuffer.allocateDirect(larger);
        address = BufferUtil.address(buffer);
    }

    private void drain()
    {
        buffer.limit(used).position(0);
        try
        {
            while (buffer.hasRemaining())
            {
                channel.write(buffer);
            }
        }
        catch (final IOException e)
        {
            throw failure(e);
        }
        finally
        {
            buffer.clear();
        }
        bytesWritten += used;
        used = 0;
    }

    @Override
    public void flush()
    {
        if (used > 0)
        {
            drain();
        }
    }

    @Override
    public void end()
    {
        flush();
    }

    /** Syncs the part; the token is its name. */
    @Override
    public String prepare()
    {
        flush();
        if (bytesWritten == 0)
        {
            return "";
        }
        try
        {
            channel.force(false);
        }
        catch (final IOException e)
        {
            throw failure(e);
        }
        return String.valueOf(part.getFileName());
    }

    @Override
    public void complete(final String token)
    {
        isCommitted = true;
        try
        {
            if (!token.isEmpty())
            {
                channel.close();
                Files.move(inProgress, part, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        catch (final IOException e)
        {
            throw failure(e);
        }
    }

    @Override
    public void close()
    {
        try
        {
            channel.close();
            if (bytesWritten == 0)
            {
                Files.deleteIfExists(inProgress);
            }
        }
        catch (final IOException e)
        {
            if (!isCommitted)
            {
                throw failure(e);
            }
        }
    }

    private RuntimeException failure(final IOException e)
    {
        return TableOptions.environment("can't write " + inProgress + ": " + Failures.reason(e));
    }
}
