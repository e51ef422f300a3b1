package io.millrace.engine.storage;

import io.millrace.codecs.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.agrona.BufferUtil;

/**
 * A file by its channel. Bytes go through one buffer of the file's own, since a channel takes buffers and no addresses.
 *
 * <p><b>Threading:</b> reads and writes take turns. <b>Allocation:</b> the buffer, once.
 */
final class FolderFile implements StorageFile
{
    private static final int BUFFER_LENGTH = 128 * 1024;

    private final FolderStorage storage;
    private final String name;
    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_LENGTH);
    private final long bufferAddress = BufferUtil.address(buffer);
    private boolean isClosed;

    FolderFile(final FolderStorage storage, final String name, final Path path, final FileChannel channel)
    {
        this.storage = storage;
        this.name = name;
        this.path = path;
        this.channel = channel;
    }

    @Override
    public String name()
    {
        return name;
    }

    @Override
    public long length()
    {
        try
        {
            return channel.size();
        }
        catch (final IOException e)
        {
            throw storage.failed("ask for the length of", path, 0, e);
        }
    }

    @Override
    public synchronized void write(final long offset, final long address, final int length)
    {
        try
        {
            checkOpen();
            for (int done = 0; done < length;)
            {
                final int part = Math.min(BUFFER_LENGTH, length - done);
                Memory.copy(address + done, bufferAddress, part);
                buffer.limit(part).position(0);
                while (buffer.hasRemaining())
                {
                    channel.write(buffer, offset + done + buffer.position());
                }
                done += part;
            }
        }
        catch (final IOException e)
        {
            throw storage.failed("write at " + offset + " of", path, length, e);
        }
    }

    @Override
    public synchronized int read(final long offset, final long address, final int length)
    {
        try
        {
            checkOpen();
            int done = 0;
            while (done < length)
            {
                buffer.limit(Math.min(BUFFER_LENGTH, length - done)).position(0);
                final int count = channel.read(buffer, offset + done);
                if (count <= 0)
                {
                    break;
                }
                Memory.copy(bufferAddress, address + done, count);
                done += count;
            }
            return done;
        }
        catch (final IOException e)
        {
            throw storage.failed("read at " + offset + " of", path, 0, e);
        }
    }

    private void checkOpen() throws IOException
    {
        if (isClosed)
        {
            throw new ClosedChannelException();
        }
    }

    @Override
    public void force()
    {
        try
        {
            channel.force(false);
        }
        catch (final IOException e)
        {
            throw storage.failed("force", path, 0, e);
        }
    }

    @Override
    public synchronized void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            BufferUtil.free(buffer);
            try
            {
                channel.close();
            }
            catch (final IOException e)
            {
                throw storage.failed("close", path, 0, e);
            }
        }
    }
}
