package io.millrace.engine.output;

import io.millrace.engine.Counter;
import io.millrace.engine.live.LatencyCounts;
import java.lang.invoke.VarHandle;
import java.util.function.LongSupplier;

/**
 * When the output log had grown to which position: how long results wait for a sink is taken by it, and no time gets
 * into the log.
 *
 * <p><b>Threading:</b> the output agent marks, each sink agent has a {@link Passing} of its own. <b>Allocation:</b>
 * none. <b>Limits:</b> {@value #CAPACITY} marks are kept, half of them are trusted; what a sink was more behind with
 * counts as the oldest of those.
 */
public final class OutputTimes
{
    private static final int CAPACITY = 1024;

    private final long[] positions = new long[CAPACITY];
    private final long[] times = new long[CAPACITY];
    private final Counter count = new Counter();
    private final LongSupplier nanoClock;

    public OutputTimes(final LongSupplier nanoClock)
    {
        this.nanoClock = nanoClock;
    }

    void mark(final long position)
    {
        final long next = count.get();
        final int slot = (int)(next % CAPACITY);
        if (next > 0 && positions[(int)((next - 1) % CAPACITY)] == position)
        {
            return;
        }
        positions[slot] = position;
        times[slot] = nanoClock.getAsLong();
        // Release: pairs with the acquire in passed.
        count.set(next + 1);
    }

    /** One sink's way through the marks. */
    public Passing newPassing(final LatencyCounts counts)
    {
        return new Passing(counts);
    }

    /** How far one sink has come. <b>Threading:</b> its agent's thread. */
    public final class Passing
    {
        private final LatencyCounts counts;
        private long next;

        private Passing(final LatencyCounts counts)
        {
            this.counts = counts;
        }

        /** Counts what the sink has taken up to {@code position}. */
        public void passed(final long position)
        {
            final long marked = count.get();
            if (next == marked || marked - next <= CAPACITY / 2 && positions[(int)(next % CAPACITY)] > position)
            {
                return;
            }
            final long nowNs = counts.nowNs();
            long missed = 0;
            if (marked - next > CAPACITY / 2)
            {
                missed = marked - CAPACITY / 2 - next;
                next += missed;
            }
            while (next < marked)
            {
                final long reached = positions[(int)(next % CAPACITY)];
                final long atNs = times[(int)(next % CAPACITY)];
                VarHandle.acquireFence();
                if (count.get() - next >= CAPACITY)
                {
                    return;
                }
                if (missed > 0)
                {
                    counts.record(nowNs - atNs, missed);
                    missed = 0;
                }
                if (reached > position)
                {
                    return;
                }
                counts.record(nowNs - atNs);
                next++;
            }
        }
    }
}
