package io.millrace.sql.lower;

import io.millrace.codecs.SqlType.Field;
import io.millrace.engine.Suggestion;
import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.Diagnostics;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.parse.ParsedStatement.Insert;
import io.millrace.sql.parse.Positions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSelect;
import org.jspecify.annotations.Nullable;

/** Which column of its query each column of an INSERT's sink gets: by the list behind the sink, or by place. */
final class SinkColumns
{
    private final Insert insert;
    private final TableDeclaration sink;
    private final Diagnostics diagnostics;
    private final List<String> names;

    SinkColumns(final Insert insert, final TableDeclaration sink, final Diagnostics diagnostics)
    {
        this.insert = insert;
        this.sink = sink;
        this.diagnostics = diagnostics;
        names = sink.physical().stream().map(Field::name).toList();
    }

    /** The assignment of a query of {@code count} columns; null after an error. */
    @Nullable SinkAssignment assignment(final int count)
    {
        final List<String> expected = insert.columns().isEmpty() ? names :
            insert.columns().stream().map(SqlIdentifier::toString).toList();
        if (expected.size() != count)
        {
            diagnostics.add(Diagnostic.error(DiagnosticCode.SINK_COLUMNS, insert.targetSpan(),
                "the query has " + count + (count == 1 ? " column" : " columns") + ", the sink '" + sink.name() +
                "' takes " + expected.size(), "they are " + String.join(", ", expected)));
            return null;
        }
        final int[] from = insert.columns().isEmpty() ? byPlace() : byName();
        return from == null ? null : new SinkAssignment(sink, from, selectSpans(insert.query()), insert.targetSpan());
    }

    private int[] byPlace()
    {
        final int[] from = new int[names.size()];
        Arrays.setAll(from, i -> i);
        return from;
    }

    private int @Nullable [] byName()
    {
        final int[] from = new int[names.size()];
        Arrays.fill(from, -1);
        boolean isGood = true;
        for (int i = 0; i < insert.columns().size(); i++)
        {
            final SqlIdentifier column = insert.columns().get(i);
            final int index = names.indexOf(column.toString());
            if (index < 0)
            {
                diagnostics.add(Diagnostic.error(DiagnosticCode.UNKNOWN_COLUMN, Positions.of(column), "Column '" +
                    column + "' not found in table '" + sink.name() + "'", Suggestion.hint(column.toString(), names)));
                isGood = false;
            }
            else if (from[index] >= 0)
            {
                diagnostics.add(Diagnostic.error(DiagnosticCode.DUPLICATE, Positions.of(column),
                    "the column '" + column + "' is named twice", null));
                isGood = false;
            }
            else
            {
                from[index] = i;
            }
        }
        return isGood ? from : null;
    }

    private static List<Span> selectSpans(final SqlNode query)
    {
        final List<Span> spans = new ArrayList<>();
        if (query instanceof SqlSelect select)
        {
            for (final SqlNode item : select.getSelectList())
            {
                if (item instanceof SqlIdentifier identifier && identifier.isStar())
                {
                    return List.of();
                }
                spans.add(Positions.of(item));
            }
        }
        return spans;
    }
}
