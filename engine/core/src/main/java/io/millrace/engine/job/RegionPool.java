package io.millrace.engine.job;

import io.millrace.codecs.Memory;
import io.millrace.engine.Counter;
import io.millrace.engine.Threads;
import io.millrace.engine.state.StateMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The regions of all shards' state, touched ahead so that the hot path does not pay for first touches: a few at first,
 * then a quarter of what has been taken. Regions are cut from arenas at multiples of 2 MiB, so that pages may be huge
 * where the platform offers it.
 *
 * <p><b>Threading:</b> {@link #take} from any shard; one daemon thread touches; arenas are guarded by this object's
 * lock, taken once for each region. <b>Ownership:</b> the pool owns the arenas until {@link #close()}.
 * <b>Limits:</b> at most {@link #MAX_AHEAD} regions ahead.
 */
final class RegionPool implements StateMemory.RegionSupplier, AutoCloseable
{
    private static final int FIRST_AHEAD = 8;
    private static final int MAX_AHEAD = 64;
    private static final long HUGE_PAGE = 2L << 20;
    private static final long ARENA_LENGTH = 32L << 20;

    private final ConcurrentLinkedQueue<Long> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger readyCount = new AtomicInteger();
    private final AtomicInteger takenCount = new AtomicInteger();
    private final Counter misses = new Counter();
    private final int maxRegions;
    private final Thread thread;
    private final List<Long> arenas = new ArrayList<>();
    private long arenaAt;
    private long arenaEnd;
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
            return touchRegion();
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
                if (!touchOneMore())
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
    private boolean touchOneMore()
    {
        try
        {
            ready.add(touchRegion());
        }
        catch (final OutOfMemoryError e)
        {
            return false;
        }
        readyCount.incrementAndGet();
        return true;
    }

    private long touchRegion()
    {
        final long region = cut();
        Memory.fill(region, StateMemory.REGION_LENGTH, (byte)0);
        return region;
    }

    private synchronized long cut()
    {
        if (arenaAt + StateMemory.REGION_LENGTH > arenaEnd)
        {
            final long arena = Memory.allocate(ARENA_LENGTH + HUGE_PAGE);
            arenas.add(arena);
            arenaAt = (arena + HUGE_PAGE - 1) & -HUGE_PAGE;
            arenaEnd = arenaAt + ARENA_LENGTH;
        }
        final long region = arenaAt;
        arenaAt += StateMemory.REGION_LENGTH;
        return region;
    }

    @Override
    public void close()
    {
        isClosed = true;
        LockSupport.unpark(thread);
        Threads.awaitEnd(thread);
        synchronized (this)
        {
            arenas.forEach(Memory::free);
            arenas.clear();
        }
    }
}
