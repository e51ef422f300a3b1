package io.millrace.bridges.aeron;

import io.millrace.client.Doorbell;
import io.millrace.engine.Threads;
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
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.IoUtil;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A thread that waits in the system for what is sent to a job that rests, and wakes it: packets for the media driver's
 * sockets, and publishers in shared memory, which ring a bell ({@link Doorbell}). Where the media driver has a thread
 * of its own, it is this one.
 *
 * <p>It is armed by who is about to rest. What comes then disarms it, and it wakes all; so a job that is busy has
 * nothing to do with it.
 *
 * <p><b>Threading:</b> a thread of its own; methods are for all. <b>Ownership:</b> that thread, a local socket, a
 * mapped page.
 */
final class Doorkeeper implements AutoCloseable
{
    private static final int MIN_SLEEP_MS = 8;
    private static final int MAX_SLEEP_MS = 50;
    /** Turns in a row with packets after which the driver's thread waits in the system no more. */
    private static final int BUSY_TURNS = 4;
    private static final int SPINS = 100;
    private static final int YIELDS = 20;
    private static final long MIN_PARK_NS = 1_000;
    private static final long MAX_PARK_NS = 1_000_000;
    /** Empty duty cycles, about two milliseconds, after which the driver's thread waits in the system. */
    private static final int QUIET_TURNS = SPINS + YIELDS + 12;

    private final @Nullable AgentInvoker duties;
    private final Consumer<String> messages;
    private final Selector selector;
    /** Null where the system has no such sockets, or none with so long a name: then publishers can't ring. */
    private final @Nullable ServerSocketChannel door;
    private final UnsafeBuffer flag;
    private final ByteBuffer rung = ByteBuffer.allocateDirect(64);
    private final List<Runnable> wakes = new CopyOnWriteArrayList<>();
    private final Queue<DatagramChannel> arrivals = new ConcurrentLinkedQueue<>();
    private final AtomicLong arming = new AtomicLong();
    private final Thread thread = new Thread(this::run, "aeron-doorkeeper");
    /** Which arming holds; 0 while it is disarmed. */
    private volatile long armed;
    private volatile boolean isAsleep;
    private volatile boolean isDeaf;
    private volatile boolean isClosed;

    /**
     * @param folder the media driver's, which is there.
     * @param duties the media driver's, where they are this thread's.
     */
    Doorkeeper(final String folder, final @Nullable AgentInvoker duties, final Consumer<String> messages)
        throws IOException
    {
        this.duties = duties;
        this.messages = messages;
        selector = Selector.open();
        door = openDoor(folder);
        flag = door == null ? new UnsafeBuffer(new byte[Long.BYTES]) : openFlag(folder);
        thread.setDaemon(true);
        thread.start();
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

    /** Has {@code wake} run whenever something comes for who rests. */
    void add(final Runnable wake)
    {
        wakes.add(wake);
    }

    void remove(final Runnable wake)
    {
        wakes.remove(wake);
    }

    /** Packets that come to a socket are waited for too. */
    void watch(final DatagramChannel socket)
    {
        arrivals.add(socket);
        turn();
    }

    /** A socket was closed, of which the system learns when this thread has let go of it. */
    void turn()
    {
        selector.wakeup();
        LockSupport.unpark(thread);
    }

    /** Traffic begins: the driver's thread, where it is this one, is needed. */
    void stir()
    {
        if (isAsleep)
        {
            isAsleep = false;
            selector.wakeup();
        }
    }

    /**
     * Whatever comes is to be told from now on. Who rests afterwards looks once more, a millisecond later.
     *
     * @return the same number until something has come; 0 where it can't be.
     */
    long arm()
    {
        if (isDeaf)
        {
            return 0;
        }
        final long held = armed;
        if (held != 0)
        {
            return held;
        }
        final long next = arming.incrementAndGet();
        armed = next;
        flag.putLongVolatile(0, 1);
        LockSupport.unpark(thread);
        return next;
    }

    private void run()
    {
        try
        {
            if (duties == null)
            {
                listen();
            }
            else
            {
                drive(duties);
            }
        }
        catch (final IOException e)
        {
            messages.accept("rows are looked for each millisecond from now on, since nothing wakes the job: " + e);
            isDeaf = true;
            tell();
            if (duties != null)
            {
                driveAwake(duties);
            }
        }
    }

    private void listen() throws IOException
    {
        while (!isClosed)
        {
            register();
            if (armed == 0)
            {
                // Lets go of sockets that were closed.
                selector.selectNow();
                selector.selectedKeys().clear();
                LockSupport.park(this);
            }
            else
            {
                selector.select();
                if (hasCome())
                {
                    tell();
                }
            }
        }
    }

    /** While it waits in the system, a packet now and then is handed on without becoming busy. */
    private void drive(final AgentInvoker driver) throws IOException
    {
        int sleepMs = MAX_SLEEP_MS;
        int busyTurns = BUSY_TURNS;
        while (!isClosed)
        {
            if (busyTurns >= BUSY_TURNS)
            {
                driveUntilQuiet(driver);
                busyTurns = 0;
                sleepMs = MIN_SLEEP_MS;
            }
            register();
            isAsleep = true;
            selector.select(sleepMs);
            final boolean isStirred = !isAsleep;
            isAsleep = false;
            final boolean hasCome = hasCome();
            driver.invoke();
            // What the driver does by the clock is in no hurry, and brings no rows.
            busyTurns = hasCome ? busyTurns + 1 : 0;
            sleepMs = hasCome ? MIN_SLEEP_MS : Math.min(MAX_SLEEP_MS, sleepMs * 2);
            if (hasCome)
            {
                tell();
            }
            busyTurns = isStirred ? BUSY_TURNS : busyTurns;
        }
    }

    private void driveUntilQuiet(final AgentInvoker driver)
    {
        final IdleStrategy idle = new BackoffIdleStrategy(SPINS, YIELDS, MIN_PARK_NS, MAX_PARK_NS);
        for (int quiet = 0; quiet < QUIET_TURNS && !isClosed; quiet++)
        {
            final int work = driver.invoke();
            idle.idle(work);
            if (work > 0)
            {
                quiet = 0;
                tell();
            }
        }
    }

    private void driveAwake(final AgentInvoker driver)
    {
        final IdleStrategy idle = new BackoffIdleStrategy(SPINS, YIELDS, MIN_PARK_NS, MAX_PARK_NS);
        while (!isClosed)
        {
            idle.idle(driver.invoke());
        }
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
    private boolean hasCome() throws IOException
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

    /** Wakes who rests, if anybody does. */
    private void tell()
    {
        if (armed == 0)
        {
            return;
        }
        armed = 0;
        flag.putLongVolatile(0, 0);
        for (final Runnable wake : wakes)
        {
            wake.run();
        }
    }

    @Override
    public void close()
    {
        isClosed = true;
        turn();
        Threads.awaitEnd(thread);
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
