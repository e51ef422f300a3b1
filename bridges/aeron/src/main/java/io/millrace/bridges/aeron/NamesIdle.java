package io.millrace.bridges.aeron;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * How the media driver's thread that looks up hosts' names idles: it is needed while channels are added, and nobody
 * wakes it for that.
 */
final class NamesIdle implements IdleStrategy
{
    private static final long QUICK_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int QUICK_PARKS = 500;
    private static final long REST_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private final AtomicInteger quickParks = new AtomicInteger(QUICK_PARKS);
    private volatile @Nullable Thread thread;

    /** Channels are being added, or are about to be. Any thread. */
    void hurry()
    {
        if (quickParks.getAndSet(QUICK_PARKS) == 0)
        {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void idle(final int workCount)
    {
        if (workCount <= 0)
        {
            idle();
        }
    }

    @Override
    public void idle()
    {
        if (thread == null)
        {
            thread = Thread.currentThread();
        }
        final int left = quickParks.get();
        final boolean isQuick = left > 0 && quickParks.compareAndSet(left, left - 1);
        LockSupport.parkNanos(isQuick ? QUICK_NS : REST_NS);
    }

    @Override
    public void reset()
    {
        // Every park is followed by a look.
    }
}
