package io.millrace.node.simulation;

import java.util.ArrayList;
import java.util.List;

/** How often each kind of fault fired. <b>Threading:</b> one thread; batches add up what their threads have counted. */
final class FaultCounts
{
    private final long[] counts = new long[Fault.values().length];

    void add(final Fault fault)
    {
        counts[fault.ordinal()]++;
    }

    void add(final FaultCounts other)
    {
        for (int i = 0; i < counts.length; i++)
        {
            counts[i] += other.counts[i];
        }
    }

    long of(final Fault fault)
    {
        return counts[fault.ordinal()];
    }

    /** Kinds that never fired. */
    List<Fault> missing()
    {
        final List<Fault> missing = new ArrayList<>();
        for (final Fault fault : Fault.values())
        {
            if (of(fault) == 0)
            {
                missing.add(fault);
            }
        }
        return missing;
    }

    @Override
    public String toString()
    {
        final StringBuilder text = new StringBuilder();
        for (final Fault fault : Fault.values())
        {
            text.append(text.isEmpty() ? "" : ", ").append(fault).append(' ').append(of(fault));
        }
        return text.toString();
    }
}
