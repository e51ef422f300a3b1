package io.millrace.sql.lower;

import io.millrace.codecs.SqlType.Field;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.logical.SourceTable;
import io.millrace.sql.parse.ParsedStatement.ParsedOption;
import io.millrace.sql.validate.Catalogue;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.jspecify.annotations.Nullable;

/**
 * A table of the DDL.
 *
 * @param rowType     its columns in declared order.
 * @param physical    the columns that a format delivers or a sink takes.
 * @param computed    the columns with an expression.
 * @param columns     the worth of each column in declared order.
 * @param rowtimePath the event-time column as written, or null.
 */
public record TableDeclaration(
    String name,
    Span nameSpan,
    RelDataType rowType,
    List<Field> physical,
    List<SourceTable.Computed> computed,
    List<Value> columns,
    @Nullable String rowtimePath,
    @Nullable Expr rowtime,
    @Nullable Expr watermark,
    List<ParsedOption> options) implements Catalogue.Entry
{
    /** The same table with other options, which win. */
    TableDeclaration with(final List<ParsedOption> others)
    {
        if (others.isEmpty())
        {
            return this;
        }
        final List<ParsedOption> all = new ArrayList<>(options);
        all.removeIf(option -> others.stream().anyMatch(other -> other.key().equals(option.key())));
        all.addAll(others);
        return new TableDeclaration(
            name, nameSpan, rowType, physical, computed, columns, rowtimePath, rowtime, watermark, all);
    }

    /** Whether the job declares it; one that holds constants of the job has no name. */
    boolean isNamed()
    {
        return !name.isEmpty();
    }

    /** Whether both come of one declaration: their options may differ. */
    boolean isSameTable(final TableDeclaration other)
    {
        return columns == other.columns;
    }

    @Override
    public boolean equals(final @Nullable Object other)
    {
        return this == other;
    }

    @Override
    public int hashCode()
    {
        return name.hashCode();
    }
}
