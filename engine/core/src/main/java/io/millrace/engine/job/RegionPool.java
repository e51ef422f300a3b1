package io.millrace.engine.job;

import io.millrace.engine.Counter;
import io.millrace.engine.state.StateMemory;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Touches memory ahead of the shards, so that the hot path does not pay for first touches: a few regions at first, then
 * a quarter of what has been taken.
 *
 * <p><b>Threading:</b> {@link #take} from any shard; one daemon thread touches. <b>Limits:</b> at most
 * {@link #MAX_AHEAD} regions ahead, within the budget of the state.
 */
final class RegionPool implements StateMemory.RegionSupplier, AutoCloseable
{
    private static final int FIRST_AHEAD = 8;
    private static final int MAX_AHEAD = 64;

    private final ConcurrentLinkedQueue<Long> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger readyCount = new AtomicInteger();
    private final AtomicInteger takenCount = new AtomicInteger();
    private final Counter misses = new Counter();
    private final int maxRegions;
    private final Thread thread;
    /** Written by {@link #close()}, read by the thread. */
    private volatile boolean isClosed;

    RegionPool(final long budget)
    {
        maxRegions = (int)Math.min(Integer.MAX_VALUE, budget / StateMemory.REGION_LENGTH);
        thread = new Thread(this::touchAhead, "memory");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public long take()
    {
        takenCount.incrementAndGet();
        final Long region = ready.poll();
        LockSupport.unpark(thread);
        if (region == null)
        {
            misses.add(1);
            return 0;
        }
        readyCount.decrementAndGet();
        return region;
    }

    /** Regions that the hot path had to touch itself. */
    long misses()
    {
        return misses.get();
    }

    private void touchAhead()
    {
        while (!isClosed)
        {
            final int taken = takenCount.get();
            final int wanted = Math.min(
                Math.min(MAX_AHEAD, Math.max(FIRST_AHEAD, taken / 4)), maxRegions - taken);
            if (readyCount.get() < wanted)
            {
                if (!touch())
                {
                    return;
                }
            }
            else
            {
                LockSupport.park(this);
            }
        }
    }

    /** One more region; false where the machine has no more: the shard that needs it will say so. */
    private boolean touch()
    {
        try
        {
            ready.add(StateMemory.touchRegion());
        }
        catch (final OutOfMemoryError e)
        {
            return false;
        }
        readyCount.incrementAndGet();
        return true;
    }

    @Override
    public void close()
    {
        isClosed = true;
        LockSupport.unpark(thread);
        try
        {
            thread.join();
        }
        catch (final InterruptedException e)
        {
            Thread.currentThread().interrupt();
        }
        Long region = ready.poll();
        while (region != null)
        {
            StateMemory.freeRegion(region);
            region = ready.poll();
        }
    }
}
