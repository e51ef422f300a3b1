package io.millrace.bridges.aeron;

import io.millrace.client.Doorbell;
import io.millrace.engine.connector.RestingPlace;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a thread waits in the system for what is sent to a job that rests: packets for the media driver's sockets, and
 * publishers in shared memory, which ring a bell ({@link Doorbell}).
 *
 * <p><b>Threading:</b> one thread waits, the first that does; others that try only park for a millisecond. The other
 * methods are for all. <b>Ownership:</b> a local socket, a mapped page.
 */
final class Doorkeeper implements RestingPlace, AutoCloseable
{
    private static final long PARK_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Runnable onVisitor;
    private final Consumer<String> messages;
    private final Selector selector;
    /** Null where the system has no such sockets, or none with so long a name: then publishers can't ring. */
    private final @Nullable ServerSocketChannel door;
    private final UnsafeBuffer flag;
    private final ByteBuffer rung = ByteBuffer.allocateDirect(64);
    private final Queue<DatagramChannel> arrivals = new ConcurrentLinkedQueue<>();
    /** The thread that waits, null before the first wait. */
    private final AtomicReference<@Nullable Thread> waiter = new AtomicReference<>();
    private volatile boolean isDeaf;

    /**
     * @param folder    the media driver's, which is there.
     * @param onVisitor run when a publisher comes that will ring.
     */
    Doorkeeper(final String folder, final Runnable onVisitor, final Consumer<String> messages) throws IOException
    {
        this.onVisitor = onVisitor;
        this.messages = messages;
        selector = Selector.open();
        door = openDoor(folder);
        flag = door == null ? new UnsafeBuffer(new byte[Long.BYTES]) : openFlag(folder);
    }

    private @Nullable ServerSocketChannel openDoor(final String folder)
    {
        ServerSocketChannel made = null;
        try
        {
            made = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            made.configureBlocking(false);
            made.bind(UnixDomainSocketAddress.of(Path.of(folder, Doorbell.SOCKET)));
            made.register(selector, SelectionKey.OP_ACCEPT);
            return made;
        }
        catch (final IOException | UnsupportedOperationException e)
        {
            CloseHelper.quietClose(made);
            return null;
        }
    }

    private static UnsafeBuffer openFlag(final String folder) throws IOException
    {
        try (FileChannel file = FileChannel.open(Path.of(folder, Doorbell.FLAG), StandardOpenOption.CREATE,
            StandardOpenOption.READ, StandardOpenOption.WRITE))
        {
            return new UnsafeBuffer(file.map(FileChannel.MapMode.READ_WRITE, 0, Doorbell.FLAG_LENGTH));
        }
    }

    /** Packets that come to a socket are waited for too. */
    void watch(final DatagramChannel socket)
    {
        arrivals.add(socket);
        wake();
    }

    /** A socket was closed: the system learns of it when it is waited for no more. */
    void forget()
    {
        final Thread current = Thread.currentThread();
        final boolean isNobodyElse = waiter.compareAndSet(null, current);
        if (isNobodyElse || waiter.get() == current)
        {
            await(0);
        }
        else
        {
            wake();
        }
        if (isNobodyElse)
        {
            waiter.set(null);
        }
    }

    /**
     * Has publishers ring from now on.
     *
     * @return whether they did before: rows from before the first call are found by one more look, a millisecond later.
     */
    boolean arm()
    {
        if (isDeaf || flag.getLongVolatile(0) != 0)
        {
            return !isDeaf;
        }
        flag.putLongVolatile(0, 1);
        return false;
    }

    boolean isDeaf()
    {
        return isDeaf;
    }

    @Override
    public void rest(final long ns)
    {
        final Thread current = Thread.currentThread();
        if (waiter.get() == current || waiter.compareAndSet(null, current))
        {
            await(ns);
        }
        else
        {
            LockSupport.parkNanos(Math.min(ns, PARK_NS));
        }
    }

    /**
     * In the waiting thread: waits until something comes, for {@code ns} at most.
     *
     * @return whether something has come.
     */
    boolean await(final long ns)
    {
        try
        {
            register();
            if (ns < PARK_NS)
            {
                selector.selectNow();
            }
            else
            {
                selector.select(TimeUnit.NANOSECONDS.toMillis(ns));
            }
            return takeWhatHasCome();
        }
        catch (final IOException e)
        {
            isDeaf = true;
            messages.accept("rows are looked for each millisecond from now on, since nothing wakes the job: " + e);
            return true;
        }
    }

    @Override
    public void wake()
    {
        selector.wakeup();
    }

    private void register()
    {
        for (DatagramChannel socket = arrivals.poll(); socket != null; socket = arrivals.poll())
        {
            try
            {
                socket.register(selector, SelectionKey.OP_READ);
            }
            catch (final ClosedChannelException e)
            {
                // It was closed before it was watched.
                continue;
            }
        }
    }

    /** Whether something has come; lets publishers in and takes their rings. */
    private boolean takeWhatHasCome() throws IOException
    {
        boolean isAny = false;
        for (final SelectionKey key : selector.selectedKeys())
        {
            isAny = true;
            if (key.channel() instanceof ServerSocketChannel at)
            {
                letIn(at);
            }
            else if (key.channel() instanceof SocketChannel socket)
            {
                take(socket);
            }
        }
        selector.selectedKeys().clear();
        return isAny;
    }

    private void letIn(final ServerSocketChannel at) throws IOException
    {
        for (SocketChannel socket = at.accept(); socket != null; socket = at.accept())
        {
            socket.configureBlocking(false);
            socket.register(selector, SelectionKey.OP_READ);
            onVisitor.run();
        }
    }

    private void take(final SocketChannel socket)
    {
        int length = 0;
        try
        {
            rung.clear();
            length = socket.read(rung);
        }
        catch (final IOException e)
        {
            length = -1;
        }
        if (length < 0)
        {
            CloseHelper.quietClose(socket);
        }
    }

    /** Nobody waits any more. */
    @Override
    public void close()
    {
        for (final SelectionKey key : selector.keys())
        {
            if (key.channel() instanceof SocketChannel socket)
            {
                CloseHelper.quietClose(socket);
            }
        }
        CloseHelper.quietCloseAll(door, selector);
        if (flag.byteBuffer() != null)
        {
            IoUtil.unmap((MappedByteBuffer)flag.byteBuffer());
        }
    }
}
