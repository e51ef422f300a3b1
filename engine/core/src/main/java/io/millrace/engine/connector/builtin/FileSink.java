package io.millrace.engine.connector.builtin;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowEncoder;
import io.millrace.engine.Failures;
import io.millrace.engine.connector.Encoders;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.SinkContext;
import io.millrace.engine.connector.TableOptions;
import io.millrace.engine.storage.FolderStorage;
import io.millrace.engine.storage.PartFiles;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.agrona.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows into part files of a folder, each of which is visible whole or not at all. Each commit shows what it
 * covers, unless the table lets parts grow over several; a run without commits shows all at its end. Part names hold an
 * id that a restart goes on with; other runs' results stay. Without rows there is no file.
 *
 * <p><b>Ownership:</b> the part in progress and an off-heap buffer. <b>Limits:</b> {@link #MAX_RECORD_BYTES} for one
 * record.
 */
final class FileSink implements Sink
{
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int MAX_RECORD_BYTES = 256 * 1024 * 1024;
    private static final byte LINE_FEED = '\n';

    private final String table;
    private final PartFiles parts;
    private final RowEncoder encoder;
    private final int drainBytes;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES + Memory.SLACK);
    private long address = BufferUtil.address(buffer);
    private int used;

    static FileSink open(final SinkContext context)
    {
        final Path folder = FileListing.path(context.table(),
            new TableOptions(context.table(), context.options()).text(FilesystemConnector.PATH));
        if (Files.exists(folder) && !Files.isDirectory(folder))
        {
            throw unwritable(context.table(), folder, "it is a file, expected a folder");
        }
        try
        {
            Files.createDirectories(folder);
        }
        catch (final IOException e)
        {
            throw unwritable(context.table(), folder, Failures.reason(e));
        }
        if (!Files.isWritable(folder))
        {
            throw unwritable(context.table(), folder, "permission denied");
        }
        final String id = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        return new FileSink(context, new FolderStorage(folder), id, System::nanoTime);
    }

    private static RuntimeException unwritable(final String table, final Path folder, final String reason)
    {
        return TableOptions.environment("table " + table + ": can't write to " + folder + ": " + reason);
    }

    /**
     * @param id of the parts, where no earlier run's is recovered.
     */
    FileSink(final SinkContext context, final Storage storage, final String id, final LongSupplier nanoClock)
    {
        table = context.table();
        final TableOptions options = new TableOptions(table, context.options());
        encoder = Encoders.ofLines(context, options.text("format"), context.options());
        final long most = options.bytes(FilesystemConnector.FILE_SIZE, FilesystemConnector.USUAL_FILE_SIZE, 1);
        drainBytes = (int)Math.min(BUFFER_BYTES, most);
        parts = new PartFiles(storage, "", id, most,
            options.duration(FilesystemConnector.ROLLOVER_INTERVAL, PartFiles.EACH_COMMIT), nanoClock);
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
        if (used >= drainBytes)
        {
            flush();
        }
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
            flush();
            return;
        }
        final int larger = buffer.capacity() * 2;
        if (larger > MAX_RECORD_BYTES)
        {
            throw TableOptions.refusal("table " + table + ": a row takes more than " + MAX_RECORD_BYTES + " bytes");
        }
        buffer = ByteBuffer.allocateDirect(larger);
        address = BufferUtil.address(buffer);
    }

    @Override
    public void flush()
    {
        if (used > 0)
        {
            try
            {
                parts.append(address, used);
            }
            catch (final StorageException e)
            {
                throw failure(e);
            }
            used = 0;
        }
    }

    @Override
    public void end()
    {
        flush();
        try
        {
            parts.end();
        }
        catch (final StorageException e)
        {
            throw failure(e);
        }
    }

    @Override
    public String prepare()
    {
        flush();
        try
        {
            return parts.prepare();
        }
        catch (final StorageException e)
        {
            throw failure(e);
        }
    }

    @Override
    public void complete(final String token)
    {
        try
        {
            parts.complete(token);
        }
        catch (final StorageException e)
        {
            throw failure(e);
        }
    }

    @Override
    public void recover(final @Nullable String token)
    {
        if (token == null || token.isEmpty())
        {
            return;
        }
        try
        {
            parts.recover(token);
        }
        catch (final StorageException e)
        {
            throw failure(e);
        }
    }

    @Override
    public boolean isTransactional()
    {
        return true;
    }

    @Override
    public void close()
    {
        try
        {
            parts.close();
        }
        catch (final StorageException e)
        {
            throw failure(e);
        }
    }

    private RuntimeException failure(final StorageException e)
    {
        return TableOptions.environment("table " + table + ": " + e.getMessage());
    }
}
