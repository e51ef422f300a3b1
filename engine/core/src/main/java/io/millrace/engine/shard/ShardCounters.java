package io.millrace.engine.shard;

import io.millrace.engine.Counter;

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
 * @param ringRows      rows of blocks seen.
 */
public record ShardCounters(
    Counter[] applied, Counter[] late, Counter[] dead, Counter[] deadTable, Counter[] deadResults,
    Counter[] results, Counter pendingWindows, Counter drainedSlots, Counter maxDrained, Counter stateBytes,
    Counter ringRows)
{
    public static ShardCounters of(final int pipelines, final int tables, final int statements)
    {
        return new ShardCounters(
            counters(pipelines), counters(pipelines), counters(pipelines), counters(tables), counters(statements),
            counters(statements), new Counter(), new Counter(), new Counter(), new Counter(), new Counter());
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
