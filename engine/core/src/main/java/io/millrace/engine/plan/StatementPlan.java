package io.millrace.engine.plan;

import java.util.List;

/**
 * One INSERT.
 *
 * @param name         as shown beside its counts: {@code INSERT INTO hourly_user_metrics}, with {@code #2} and so on
 *                     where a sink is written by several.
 * @param sink         id of the {@link SinkPlan}.
 * @param failureSites text of each expression that may fail, by the index that kernels report.
 */
public record StatementPlan(int id, String name, int sink, List<String> failureSites)
{
}
