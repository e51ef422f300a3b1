package io.millrace.engine.job;

import io.millrace.codecs.Memory;
import io.millrace.engine.Counter;
import io.millrace.engine.Threads;
import io.millrace.engine.state.StateMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The memory of all shards' state, touched ahead so that the hot path does not pay for first touches: a few MiB at
 * first, then a quarter of what has been taken. Pieces are cut one behind the other from arenas that begin at multiples
 * of 2 MiB, so that pages may be huge where the platform offers it. Who takes more at once than is ready, as a restart
 * does, touches the rest of it beside the thread that touches ahead.
 *
 * <p><b>Threading:</b> {@link #take} from any shard; one daemon thread touches; this object's lock is taken once for
 * each piece. <b>Ownership:</b> the pool owns the arenas until {@link #close()}. <b>Limits:</b> at most
 * {@link #MAX_AHEAD} bytes ahead; it has no pieces beyond {@link #MOST_LENGTH} bytes.
 */
final class RegionPool implements StateMemory.RegionSupplier, AutoCloseable
{
    /** Most bytes of a piece: what is left of an arena that a piece does not fit into is lost. */
    static final long MOST_LENGTH = 8L << 20;

    private static final long FIRST_AHEAD = 8L << 20;
    private static final long MAX_AHEAD = 64L << 20;
    private static final long HUGE_PAGE = 2L << 20;
    private static final long ARENA_LENGTH = 128L << 20;

    private final long budget;
    private final Counter misses = new Counter();
    private final Thread thread;
    private final List<Long> allocated = new ArrayList<>();
    /** What pieces are cut from; the first one is not used up. */
    private final ArrayDeque<Arena> arenas = new ArrayDeque<>();
    private long takenBytes;
    /** Bytes that are touched, or being touched, and not taken. */
    private long aheadBytes;
    /** What the thread is touching, 0 where nothing; reset behind its writes: pairs with the reads in {@link #take}. */
    private volatile long touchingEnd;
    private volatile long touchingBegin;
    /** Written by {@link #close()}, read by the thread. */
    private volatile boolean isClosed;

    /** Memory of which a part is taken, and from there on a part is touched or being touched. */
    private static final class Arena
    {
        private final long end;
        private long taken;
        private long touched;

        Arena(final long begin)
        {
            taken = begin;
            touched = begin;
            end = begin + ARENA_LENGTH;
        }
    }

    RegionPool(final long budget)
    {
        this.budget = budget;
        thread = new Thread(this::touchAhead, "memory");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public long take(final long length)
    {
        if (length > MOST_LENGTH)
        {
            return 0;
        }
        final long piece;
        final long touched;
        synchronized (this)
        {
            final Arena arena = arenaFor(length);
            piece = arena.taken;
            touched = Math.min(arena.touched, piece + length);
            arena.taken += length;
            takenBytes += length;
            aheadBytes -= touched - piece;
            if (touched < arena.taken)
            {
                misses.add(1);
                // No further: what lies behind may be the next one's at once.
                arena.touched = arena.taken;
            }
        }
        LockSupport.unpark(thread);
        Memory.fill(touched, piece + length - touched, (byte)0);
        while (touchingBegin < piece + length && piece < touchingEnd)
        {
            Thread.onSpinWait();
        }
        return piece;
    }

    /** The first arena that has room for a piece. */
    private Arena arenaFor(final long length)
    {
        Arena arena = arenas.isEmpty() ? newArena() : arenas.peekFirst();
        while (arena.end - arena.taken < length)
        {
            aheadBytes -= arena.touched - arena.taken;
            arenas.removeFirst();
            arena = arenas.isEmpty() ? newArena() : arenas.peekFirst();
        }
        return arena;
    }

    private Arena newArena()
    {
        final long memory = Memory.allocate(ARENA_LENGTH + HUGE_PAGE);
        allocated.add(memory);
        final Arena arena = new Arena(memory + HUGE_PAGE - 1 & -HUGE_PAGE);
        arenas.addLast(arena);
        return arena;
    }

    /** Pieces of which a shard had to touch some itself. */
    long misses()
    {
        return misses.get();
    }

    private void touchAhead()
    {
        while (!isClosed)
        {
            if (takeMore())
            {
                Memory.fill(touchingBegin, touchingEnd - touchingBegin, (byte)0);
                touchingBegin = 0;
                touchingEnd = 0;
            }
            else
            {
                LockSupport.park(this);
            }
        }
    }

    /** Takes what is left of a huge page to touch; false where as much is ready as may soon be needed. */
    private synchronized boolean takeMore()
    {
        final long wanted = Math.min(Math.min(MAX_AHEAD, Math.max(FIRST_AHEAD, takenBytes / 4)), budget - takenBytes);
        if (aheadBytes >= wanted)
        {
            return false;
        }
        final Arena arena;
        try
        {
            final Arena last = arenas.isEmpty() ? newArena() : arenas.peekLast();
            arena = last.touched < last.end ? last : newArena();
        }
        catch (final OutOfMemoryError e)
        {
            // The machine has no more: the shard that needs it will say so.
            return false;
        }
        final long end = arena.touched + HUGE_PAGE & -HUGE_PAGE;
        touchingEnd = end;
        touchingBegin = arena.touched;
        aheadBytes += end - arena.touched;
        arena.touched = end;
        return true;
    }

    @Override
    public void close()
    {
        isClosed = true;
        LockSupport.unpark(thread);
        Threads.awaitEnd(thread);
        synchronized (this)
        {
            allocated.forEach(Memory::free);
            allocated.clear();
            arenas.clear();
        }
    }
}
