package io.millrace.engine.sink;

import io.millrace.engine.Failures;
import io.millrace.engine.connector.ConnectorException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Side tables of a job without a state folder: {@code NAME.jsonl} in the job's folder, made when its first row comes.
 * What an earlier run left is kept, once, as {@code NAME.jsonl.old}.
 */
final class PlainSideFiles implements SideFiles
{
    private final Path folder;
    private final Map<String, OutputStream> files = new HashMap<>();

    PlainSideFiles(final Path folder, final List<String> tables)
    {
        this.folder = folder;
        tables.forEach(this::putAside);
    }

    private void putAside(final String table)
    {
        final Path file = file(table);
        if (Files.exists(file))
        {
            try
            {
                Files.move(file, folder.resolve(table + ".jsonl.old"), StandardCopyOption.REPLACE_EXISTING);
            }
            catch (final IOException e)
            {
                throw failure(file, e);
            }
        }
    }

    private Path file(final String table)
    {
        return folder.resolve(table + ".jsonl");
    }

    @Override
    public void write(final String table, final byte[] line)
    {
        try
        {
            OutputStream out = files.get(table);
            if (out == null)
            {
                Files.createDirectories(folder);
                out = new BufferedOutputStream(Files.newOutputStream(file(table)), 64 * 1024);
                files.put(table, out);
            }
            out.write(line);
        }
        catch (final IOException e)
        {
            throw failure(file(table), e);
        }
    }

    /** Hands what was written to the system. */
    @Override
    public void flush()
    {
        for (final Map.Entry<String, OutputStream> file : files.entrySet())
        {
            try
            {
                file.getValue().flush();
            }
            catch (final IOException e)
            {
                throw failure(file(file.getKey()), e);
            }
        }
    }

    @Override
    public void end()
    {
        flush();
    }

    @Override
    public String prepare()
    {
        flush();
        return "";
    }

    @Override
    public void complete(final String token)
    {
        // Lines are visible once flushed.
    }

    @Override
    public void recover(final @Nullable String token)
    {
        // Nothing is taken back.
    }

    @Override
    public boolean isTransactional()
    {
        return false;
    }

    @Override
    public void reopen()
    {
        close();
    }

    private static ConnectorException failure(final Path file, final IOException e)
    {
        return new ConnectorException(ConnectorException.Kind.ENVIRONMENT,
            "late and dead rows can't be kept in " + file + ": " + Failures.reason(e) +
            "; free the disk, or run elsewhere");
    }

    @Override
    public void close()
    {
        for (final OutputStream out : files.values())
        {
            try
            {
                out.close();
            }
            catch (final IOException e)
            {
                // What could be flushed was flushed before; there is nothing to add to the failure that led here.
                continue;
            }
        }
        files.clear();
    }
}
