package io.millrace.client;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.CloseHelper;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Wakes an engine that rests, whose media driver lies in a folder: nothing in shared memory wakes anybody by itself,
 * and looking at it each millisecond costs some hundredths of a processor.
 *
 * <p>The file {@link #FLAG} in the folder is an int64 that is 1 while the engine rests. Who has published something
 * and finds 1 there puts 0 in its place and writes a byte to the local socket {@link #SOCKET}. A row that is published
 * while the flag is being set is not lost: the engine looks once more a millisecond after having set it, when what was
 * published before that can be seen by all processors.
 *
 * <p><b>Threading:</b> the publisher's thread. <b>Ownership:</b> a socket, a mapped page. <b>Allocation:</b> none per
 * ring. <b>Errors:</b> a bell that doesn't ring any more is that of an engine that is gone.
 */
public final class Doorbell implements AutoCloseable
{
    /** File in the driver's folder. */
    public static final String FLAG = "millrace-rests";
    /** Socket in the driver's folder. */
    public static final String SOCKET = "millrace-bell";
    public static final int FLAG_LENGTH = 4096;

    private final SocketChannel socket;
    private final MappedByteBuffer mapped;
    private final UnsafeBuffer flag;
    private final ByteBuffer ring = ByteBuffer.allocateDirect(1);

    private Doorbell(final SocketChannel socket, final MappedByteBuffer mapped)
    {
        this.socket = socket;
        this.mapped = mapped;
        flag = new UnsafeBuffer(mapped);
    }

    /** The bell of the engine whose driver is in a folder; null where there is none. */
    static @Nullable Doorbell open(final String folder)
    {
        final Path file = Path.of(folder, FLAG);
        if (!Files.exists(file))
        {
            return null;
        }
        SocketChannel socket = null;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE))
        {
            socket = SocketChannel.open(StandardProtocolFamily.UNIX);
            // Never waits: where too many wait to be let in, it is tried again later.
            socket.configureBlocking(false);
            if (channel.size() == FLAG_LENGTH && socket.connect(UnixDomainSocketAddress.of(Path.of(folder, SOCKET))))
            {
                return new Doorbell(socket, channel.map(FileChannel.MapMode.READ_WRITE, 0, FLAG_LENGTH));
            }
        }
        catch (final IOException | UnsupportedOperationException e)
        {
            // It is being made or removed, or such sockets don't exist here: the engine looks by itself then.
        }
        CloseHelper.quietClose(socket);
        return null;
    }

    /** Something was published: wakes the engine if it rests. */
    void ring()
    {
        if (flag.getLongVolatile(0) != 0 && flag.compareAndSetLong(0, 1, 0))
        {
            try
            {
                ring.clear();
                socket.write(ring);
            }
            catch (final IOException e)
            {
                // The engine is gone: so is its driver, which the connection to that sees to.
                flag.putLongVolatile(0, 0);
            }
        }
    }

    @Override
    public void close()
    {
        CloseHelper.quietClose(socket);
        IoUtil.unmap(mapped);
    }
}
