package io.millrace.engine.plan;

import java.util.List;
import java.util.Map;

/**
 * A compiled job. Ids are positions in these lists: {@code tables.get(i).id() == i}, and so for sinks, statements,
 * pipelines and aggregates.
 *
 * @param settings what SET gave, by key, unchecked.
 */
public record JobPlan(
    String name,
    Map<String, String> settings,
    List<TablePlan> tables,
    List<SinkPlan> sinks,
    List<StatementPlan> statements,
    List<PipelinePlan> pipelines,
    List<AggregatePlan> aggregates)
{
}
