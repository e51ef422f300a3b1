package io.millrace.engine.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A compiled job. Ids are positions in these lists: {@code tables.get(i).id() == i}, and so for sinks, statements,
 * pipelines and aggregates.
 *
 * @param settings what SET gave, by key, unchecked.
 * @param identity what a checkpoint must say of the job, so that a later job can be judged by it: see
 *                 {@link JobIdentity}. Neither names nor values hold a line feed.
 */
public record JobPlan(
    String name,
    Map<String, String> settings,
    List<TablePlan> tables,
    List<SinkPlan> sinks,
    List<StatementPlan> statements,
    List<PipelinePlan> pipelines,
    List<AggregatePlan> aggregates,
    SortedMap<String, String> identity)
{
    /** A plan that says nothing of itself. */
    public JobPlan(
        final String name, final Map<String, String> settings, final List<TablePlan> tables,
        final List<SinkPlan> sinks, final List<StatementPlan> statements, final List<PipelinePlan> pipelines,
        final List<AggregatePlan> aggregates)
    {
        this(name, settings, tables, sinks, statements, pipelines, aggregates, new TreeMap<>());
    }

    /** The ids of each table's pipelines, in the order of its routers and sidecar lists. */
    public int[][] pipelinesOfTable()
    {
        final int[][] ids = new int[tables.size()][];
        for (int table = 0; table < ids.length; table++)
        {
            final int id = table;
            ids[table] = pipelines.stream().filter(pipeline -> pipeline.table() == id)
                .mapToInt(PipelinePlan::id).toArray();
        }
        return ids;
    }

    /** Pipelines of the table that has most of them, at least 1. */
    public int mostPipelinesOfTable()
    {
        return Arrays.stream(pipelinesOfTable()).mapToInt(ids -> ids.length).reduce(1, Math::max);
    }
}
