package io.millrace.engine.connector.builtin;

import io.millrace.engine.Failures;
import io.millrace.engine.connector.TableOptions;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** The bytes of one file, decompressed where its name ends with {@code .gz}. <b>Ownership:</b> its channel. */
final class FileInput implements ByteInput
{
    private static final int GZIP_BUFFER_BYTES = 64 * 1024;

    private final Path path;
    private final FileChannel channel;
    private final @Nullable InputStream decompressed;
    private final byte[] chunk;
    private long plainBytes;

    FileInput(final Path path)
    {
        this.path = path;
        FileChannel opened = null;
        try
        {
            opened = FileChannel.open(path, StandardOpenOption.READ);
            channel = opened;
            final boolean isCompressed = isCompressed(path) && channel.size() > 0;
            decompressed = isCompressed ?
                new GZIPInputStream(Channels.newInputStream(channel), GZIP_BUFFER_BYTES) : null;
            chunk = new byte[isCompressed ? GZIP_BUFFER_BYTES : 0];
        }
        catch (final IOException e)
        {
            closeQuietly(opened);
            throw failure(path, e);
        }
    }

    private static void closeQuietly(final @Nullable FileChannel opened)
    {
        if (opened != null)
        {
            try
            {
                opened.close();
            }
            catch (final IOException ignored)
            {
                return;
            }
        }
    }

    static boolean isCompressed(final Path path)
    {
        return path.toString().endsWith(".gz");
    }

    @Override
    public int read(final ByteBuffer into)
    {
        try
        {
            if (decompressed == null)
            {
                final int read = channel.read(into);
                plainBytes += Math.max(0, read);
                return read;
            }
            final int read = decompressed.read(chunk, 0, Math.min(chunk.length, into.remaining()));
            if (read > 0)
            {
                into.put(chunk, 0, read);
            }
            return read;
        }
        catch (final IOException e)
        {
            throw failure(path, e);
        }
    }

    /** Passes over bytes, decompressed where the file is compressed: how many there were. */
    long skip(final long bytes)
    {
        try
        {
            if (decompressed != null)
            {
                return decompressed.skip(bytes);
            }
            final long skipped = Math.min(bytes, channel.size() - channel.position());
            channel.position(channel.position() + skipped);
            return skipped;
        }
        catch (final IOException e)
        {
            throw failure(path, e);
        }
    }

    @Override
    public long bytesRead()
    {
        if (decompressed == null)
        {
            return plainBytes;
        }
        try
        {
            return channel.isOpen() ? channel.position() : plainBytes;
        }
        catch (final IOException e)
        {
            throw failure(path, e);
        }
    }

    @Override
    public void close()
    {
        plainBytes = bytesRead();
        try
        {
            if (decompressed != null)
            {
                decompressed.close();
            }
            channel.close();
        }
        catch (final IOException e)
        {
            throw failure(path, e);
        }
    }

    static RuntimeException failure(final Path path, final IOException e)
    {
        final String why = e instanceof EOFException || e instanceof ZipException ?
            "its compressed bytes are truncated or damaged (" + e.getMessage() + ")" : Failures.reason(e);
        return TableOptions.environment("can't read " + path + ": " + why);
    }
}
