package io.millrace.bridges.aeron;

import io.millrace.engine.Threads;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * A thread for the media driver's duties. While little comes it waits at the door, and wakes the job's threads when
 * something does.
 *
 * <p><b>Threading:</b> a thread of its own; methods are for all. <b>Ownership:</b> that thread.
 */
final class DriverThread implements AutoCloseable
{
    private static final long MIN_SLEEP_NS = TimeUnit.MILLISECONDS.toNanos(8);
    private static final long MAX_SLEEP_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Turns in a row with packets after which it waits at the door no more. */
    private static final int BUSY_TURNS = 4;
    private static final int SPINS = 100;
    private static final int YIELDS = 20;
    private static final long MIN_PARK_NS = 1_000;
    private static final long MAX_PARK_NS = 1_000_000;
    /** Empty duty cycles, about two milliseconds, after which it does. */
    private static final int QUIET_TURNS = SPINS + YIELDS + 12;

    private final AgentInvoker duties;
    private final Doorkeeper door;
    private final List<Runnable> wakes = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "aeron-driver");
    /** Whether threads of the job rest, or are about to. */
    private volatile boolean isArmed;
    private volatile boolean isAsleep;
    private volatile boolean isClosed;

    DriverThread(final AgentInvoker duties, final Doorkeeper door)
    {
        this.duties = duties;
        this.door = door;
        thread.setDaemon(true);
        thread.start();
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

    /** Whatever comes is to be told from now on: see {@link Doorkeeper#arm()}. */
    boolean arm()
    {
        final boolean wasArmed = isArmed;
        isArmed = true;
        return door.arm() && wasArmed;
    }

    /** Traffic begins: nobody rests, and this thread is needed. */
    void stir()
    {
        if (isArmed)
        {
            isArmed = false;
        }
        if (isAsleep)
        {
            isAsleep = false;
            door.wake();
        }
    }

    private void run()
    {
        long sleepNs = MAX_SLEEP_NS;
        int busyTurns = BUSY_TURNS;
        while (!isClosed)
        {
            if (busyTurns >= BUSY_TURNS || door.isDeaf())
            {
                driveUntilQuiet();
                busyTurns = 0;
                sleepNs = MIN_SLEEP_NS;
            }
            isAsleep = true;
            final boolean hasCome = door.await(sleepNs);
            final boolean isStirred = !isAsleep;
            isAsleep = false;
            duties.invoke();
            // What the driver does by the clock is in no hurry, and brings no rows.
            busyTurns = isStirred ? BUSY_TURNS : hasCome ? busyTurns + 1 : 0;
            sleepNs = hasCome ? MIN_SLEEP_NS : Math.min(MAX_SLEEP_NS, sleepNs * 2);
            if (hasCome)
            {
                tell();
            }
        }
    }

    private void driveUntilQuiet()
    {
        final IdleStrategy idle = new BackoffIdleStrategy(SPINS, YIELDS, MIN_PARK_NS, MAX_PARK_NS);
        for (int quiet = 0; (quiet < QUIET_TURNS || door.isDeaf()) && !isClosed; quiet++)
        {
            final int work = duties.invoke();
            idle.idle(work);
            if (work > 0)
            {
                quiet = 0;
                tell();
            }
        }
    }

    /** Wakes who rests, if anybody does. */
    private void tell()
    {
        // What was handed over can be seen, or who is about to rest sees it in one more look: see arm.
        VarHandle.fullFence();
        if (isArmed)
        {
            for (final Runnable wake : wakes)
            {
                wake.run();
            }
        }
    }

    @Override
    public void close()
    {
        isClosed = true;
        door.wake();
        Threads.awaitEnd(thread);
    }
}
