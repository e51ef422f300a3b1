package io.millrace.sql.lower;

import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.parse.ParsedStatement.ParsedOption;
import java.util.List;
import java.util.Map;
import org.apache.calcite.rel.RelNode;

/**
 * Where the parts of a statement stand whose relations don't say it.
 *
 * @param timeColumn where the statement names the time of a window, else the statement.
 * @param aggregates where each GROUP BY stands.
 * @param options    those of hints, by table.
 */
record Places(
    Span statement, Span timeColumn, Map<RelNode, Span> aggregates, Map<String, List<ParsedOption>> options)
{
    /** The options of the hint behind the name of a table. */
    List<ParsedOption> options(final String table)
    {
        return options.getOrDefault(table, List.of());
    }

    /** The place of an aggregation; Calcite may have copied the node since its place was noted. */
    Span ofAggregate(final RelNode aggregate)
    {
        for (final Map.Entry<RelNode, Span> noted : aggregates.entrySet())
        {
            if (noted.getValue().isInText() && noted.getKey().deepEquals(aggregate))
            {
                return noted.getValue();
            }
        }
        return statement;
    }
}
