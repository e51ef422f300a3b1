package io.millrace.engine.shard;

import io.millrace.codecs.Memory;
import io.millrace.engine.Counter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one shard counts, by pipeline where it says so.
 *
 * @param applied       rows that changed state or made a result, by pipeline.
 * @param late          rows all of whose windows had closed, by pipeline.
 * @param dead          rows dead in one pipeline, by pipeline.
 * @param deadTable     rows dead in every statement, by table.
 * @param deadResults   results that failed after aggregation, by statement.
 * @param results       results handed to the output log, by statement.
 * @param pendingWindows windows that have closed and are not drained.
 * @param drainedSlots  slots drained.
 * @param maxDrained    most slots drained for one ring entry.
 * @param stateBytes    bytes of state in use.
 * @param keys          keys of all windows, each as often as it is in one.
 * @param slots         slots of the tables that hold them.
 * @param ringRows      rows of blocks seen.
 * @param maxSnapshotBytes most bytes that a duty cycle has copied for a snapshot.
 * @param refused      duty cycles in which the output took no more.
 */
public record ShardCounters(
    Counter[] applied, Counter[] late, Counter[] dead, Counter[] deadTable, Counter[] deadResults,
    Counter[] results, Counter pendingWindows, Counter drainedSlots, Counter maxDrained, Counter stateBytes,
    Counter keys, Counter slots, Counter ringRows, Counter maxSnapshotBytes, Counter refused)
{
    public static ShardCounters of(final int pipelines, final int tables, final int statements)
    {
        return new ShardCounters(
            counters(pipelines), counters(pipelines), counters(pipelines), counters(tables), counters(statements),
            counters(statements), new Counter(), new Counter(), new Counter(), new Counter(), new Counter(),
            new Counter(), new Counter(), new Counter(), new Counter());
    }

    /**
     * Adds those of a shard that there was before the number of shards changed.
     *
     * @param isHeir whether what is counted once for all shards is counted here.
     */
    void join(final ShardCounters old, final boolean isHeir)
    {
        ringRows.set(old.ringRows.get());
        if (isHeir)
        {
            final Counter[] to = all();
            final Counter[] from = old.all();
            for (int i = 0; i < to.length; i++)
            {
                if (to[i] != ringRows && to[i] != maxDrained)
                {
                    to[i].add(from[i].get());
                }
            }
            maxDrained.set(Math.max(maxDrained.get(), old.maxDrained.get()));
        }
    }

    /** Those that a snapshot keeps, in its order. */
    Counter[] all()
    {
        final List<Counter> all = new ArrayList<>();
        for (final Counter[] counters : List.of(applied, late, dead, deadTable, deadResults, results))
        {
            all.addAll(Arrays.asList(counters));
        }
        all.addAll(List.of(pendingWindows, drainedSlots, maxDrained, ringRows));
        return all.toArray(new Counter[0]);
    }

    /** Sets what {@link #all} gave to what a snapshot kept; false, with nothing set, where that is not as many. */
    static boolean restore(final Counter[] all, final long body, final long length)
    {
        if (length != 8L * all.length)
        {
            return false;
        }
        for (int i = 0; i < all.length; i++)
        {
            all[i].set(Memory.getLong(body + 8L * i));
        }
        return true;
    }

    private static Counter[] counters(final int count)
    {
        final Counter[] counters = new Counter[count];
        for (int i = 0; i < count; i++)
        {
            counters[i] = new Counter();
        }
        return counters;
    }
}
