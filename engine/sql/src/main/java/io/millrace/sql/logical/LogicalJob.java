package io.millrace.sql.logical;

import java.util.List;
import java.util.Map;

/**
 * A validated job.
 *
 * @param settings what SET gave, by key.
 * @param tables   the tables that are read, in order of first use.
 * @param sinks    the tables that are written, in order of first use.
 */
public record LogicalJob(
    Map<String, String> settings, List<SourceTable> tables, List<SinkTable> sinks, List<Statement> statements)
{
}
