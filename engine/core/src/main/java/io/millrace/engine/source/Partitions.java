package io.millrace.engine.source;

import io.millrace.engine.connector.Source;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;

/** The partitions of one table: which of them is read next, and which have ended or gone quiet. */
final class Partitions
{
    private final PartitionState[] states;
    private final LongSupplier nanoClock;
    private final long idleTimeoutNs;
    private final IntUnaryOperator chooser;
    private int cycles;

    /** {@code chooser} picks one of n equally good ones; {@code idleTimeoutNs} of 0 has none go quiet. */
    Partitions(
        final List<? extends Source.Partition> partitions, final LongSupplier nanoClock, final long idleTimeoutNs,
        final IntUnaryOperator chooser)
    {
        this.nanoClock = nanoClock;
        this.idleTimeoutNs = idleTimeoutNs;
        this.chooser = chooser;
        states = new PartitionState[partitions.size()];
        for (int i = 0; i < states.length; i++)
        {
            states[i] = new PartitionState(partitions.get(i), i);
        }
    }

    /** All of them, by index. */
    PartitionState[] states()
    {
        return states;
    }

    int count()
    {
        return states.length;
    }

    PartitionState get(final int index)
    {
        return states[index];
    }

    /**
     * Index of the one that is furthest behind in event time, so that open windows stay few; ties are the chooser's.
     * Now and then an idle one, which may have woken up.
     */
    int chooseFirst()
    {
        if (states.length == 1)
        {
            return 0;
        }
        if ((++cycles & 15) == 0 && states[(cycles >>> 4 & 0xFFFF) % states.length].isIdle)
        {
            return (cycles >>> 4 & 0xFFFF) % states.length;
        }
        long least = Long.MAX_VALUE;
        for (final PartitionState state : states)
        {
            if (!state.isEnded && !state.isIdle && state.nextStep < least)
            {
                least = state.nextStep;
            }
        }
        int ties = 0;
        for (final PartitionState state : states)
        {
            ties += isBehind(state, least) ? 1 : 0;
        }
        int chosen = ties > 1 ? chooser.applyAsInt(ties) : 0;
        for (int i = 0; i < states.length; i++)
        {
            if (isBehind(states[i], least) && chosen-- == 0)
            {
                return i;
            }
        }
        return 0;
    }

    private static boolean isBehind(final PartitionState state, final long least)
    {
        return !state.isEnded && !state.isIdle && state.nextStep == least;
    }

    /** A poll of a partition gave rows. */
    static void woke(final PartitionState state)
    {
        state.quietSinceNs = PartitionState.NOT_QUIET;
        state.isIdle = false;
    }

    /** A poll of a partition gave nothing, though there was room. */
    void gaveNothing(final PartitionState state)
    {
        if (state.quietSinceNs == PartitionState.NOT_QUIET)
        {
            state.quietSinceNs = nanoClock.getAsLong();
        }
    }

    /** Whether one has ended or gone quiet unsaid: others may be busy for ever, and must not hide it. */
    boolean hasNews()
    {
        final long nowNs = nanoClock.getAsLong();
        for (final PartitionState state : states)
        {
            if (hasEnded(state) || isQuiet(state, nowNs))
            {
                return true;
            }
        }
        return false;
    }

    /** Whether a partition has ended unsaid. */
    static boolean hasEnded(final PartitionState state)
    {
        return !state.isEnded && state.partition.isEnded();
    }

    /** Whether a partition has gone quiet unsaid. */
    boolean isQuiet(final PartitionState state, final long nowNs)
    {
        return !state.isEnded && !state.isIdle && (state.partition.isAbsent() || idleTimeoutNs > 0 &&
            state.quietSinceNs != PartitionState.NOT_QUIET && nowNs - state.quietSinceNs >= idleTimeoutNs);
    }

    /** Whether the end of every one has been said. */
    boolean areAllEnded()
    {
        for (final PartitionState state : states)
        {
            if (!state.isEnded)
            {
                return false;
            }
        }
        return true;
    }
}
