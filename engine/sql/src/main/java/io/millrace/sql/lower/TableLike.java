package io.millrace.sql.lower;

import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.parse.ParsedStatement.CreateTable;
import io.millrace.sql.parse.ParsedStatement.Like;
import io.millrace.sql.parse.ParsedStatement.Merging;
import io.millrace.sql.parse.ParsedStatement.ParsedColumn;
import io.millrace.sql.parse.ParsedStatement.ParsedOption;
import io.millrace.sql.parse.ParsedStatement.ParsedWatermark;
import io.millrace.sql.parse.Positions;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlIdentifier;
import org.jspecify.annotations.Nullable;

/** A CREATE TABLE with LIKE, and the one of the table behind LIKE, as one that says everything itself. */
final class TableLike
{
    private final CreateTable table;
    private final CreateTable source;
    private final Like like;

    private TableLike(final CreateTable table, final CreateTable source, final Like like)
    {
        this.table = table;
        this.source = source;
        this.like = like;
    }

    /** @param source without LIKE: what came of its own. */
    static CreateTable merged(final CreateTable table, final CreateTable source, final Like like)
    {
        final TableLike merging = new TableLike(table, source, like);
        return new CreateTable(table.name(), table.nameSpan(), merging.columns(), merging.watermark(),
            merging.options(), merging.primaryKey(), null, table.isTolerant(), table.span());
    }

    private List<ParsedColumn> columns()
    {
        final List<ParsedColumn> columns = new ArrayList<>();
        for (final ParsedColumn column : source.columns())
        {
            if (column.expression() == null || like.generated() != Merging.EXCLUDING)
            {
                columns.add(isKey(column.name()) ? notNull(column) : column);
            }
        }
        for (final ParsedColumn column : table.columns())
        {
            final int known = indexOf(columns, column.name());
            if (known < 0)
            {
                columns.add(column);
                continue;
            }
            if (column.expression() == null || columns.get(known).expression() == null)
            {
                throw taken(column.nameSpan(), "the column '" + column.name() + "'", null);
            }
            if (like.generated() != Merging.OVERWRITING)
            {
                throw taken(column.nameSpan(), "the computed column '" + column.name() + "'", "GENERATED");
            }
            columns.set(known, column);
        }
        return columns;
    }

    private static int indexOf(final List<ParsedColumn> columns, final String name)
    {
        for (int i = 0; i < columns.size(); i++)
        {
            if (columns.get(i).name().equals(name))
            {
                return i;
            }
        }
        return -1;
    }

    private boolean isKey(final String name)
    {
        return source.primaryKey().stream().anyMatch(key -> key.toString().equals(name));
    }

    /** A column of the key can't be NULL, nor can it where the key is not taken. */
    private static ParsedColumn notNull(final ParsedColumn column)
    {
        final SqlDataTypeSpec type = column.type();
        return type == null ? column : new ParsedColumn(
            column.name(), column.nameSpan(), type.withNullable(false), column.typeSpan(), null);
    }

    private List<SqlIdentifier> primaryKey()
    {
        for (final SqlIdentifier key : table.primaryKey())
        {
            final int known = indexOf(source.columns(), key.toString());
            final SqlDataTypeSpec type = known < 0 ? null : source.columns().get(known).type();
            if (type != null && !Boolean.FALSE.equals(type.getNullable()) && !isKey(key.toString()))
            {
                throw Unsupported.wrong(DiagnosticCode.INVALID, Positions.of(key), "the primary key column '" + key +
                    "' of '" + source.name() + "' may be NULL", "declare it NOT NULL there");
            }
        }
        if (like.constraints() == Merging.EXCLUDING || source.primaryKey().isEmpty())
        {
            return table.primaryKey();
        }
        if (!table.primaryKey().isEmpty())
        {
            throw taken(Positions.of(table.primaryKey().get(0)), "a primary key", "CONSTRAINTS");
        }
        return source.primaryKey();
    }

    private @Nullable ParsedWatermark watermark()
    {
        final ParsedWatermark own = table.watermark();
        final int known = own == null ? -1 : indexOf(source.columns(), own.column().toString());
        if (own != null && known >= 0 && source.columns().get(known).expression() != null &&
            indexOf(table.columns(), own.column().toString()) < 0)
        {
            throw Unsupported.wrong(DiagnosticCode.WATERMARK, Positions.of(own.column()), "'" + own.column() +
                "' is a computed column of '" + source.name() + "': a WATERMARK of this table can't be for it",
                "declare it here again, with OVERWRITING GENERATED behind LIKE");
        }
        if (source.watermark() == null || like.watermarks() == Merging.EXCLUDING)
        {
            return own;
        }
        if (own == null)
        {
            return source.watermark();
        }
        if (like.watermarks() != Merging.OVERWRITING)
        {
            throw taken(Positions.of(own.column()), "a watermark", "WATERMARKS");
        }
        if (!own.column().toString().equals(source.watermark().column().toString()))
        {
            throw Unsupported.wrong(DiagnosticCode.DUPLICATE, Positions.of(own.column()), "the watermark of '" +
                source.name() + "' is for another column: '" + source.watermark().column() + "'",
                "say EXCLUDING WATERMARKS behind LIKE");
        }
        return own;
    }

    private List<ParsedOption> options()
    {
        final List<ParsedOption> options = new ArrayList<>();
        for (final ParsedOption option : like.options() == Merging.EXCLUDING ? List.<ParsedOption>of() :
            source.options())
        {
            final ParsedOption own = table.options().stream()
                .filter(other -> other.key().equals(option.key())).findFirst().orElse(null);
            if (own == null)
            {
                options.add(option);
            }
            else if (like.options() != Merging.OVERWRITING)
            {
                throw taken(own.keySpan(), "the option '" + own.key() + "'", "OPTIONS");
            }
        }
        options.addAll(table.options());
        return options;
    }

    private RuntimeException taken(final Span span, final String what, final @Nullable String feature)
    {
        final String overwriting = "CONSTRAINTS".equals(feature) ? "" : " or OVERWRITING " + feature;
        return Unsupported.wrong(DiagnosticCode.DUPLICATE, span, "the table '" + source.name() + "' has " + what +
            " already", feature == null ? null : "say EXCLUDING " + feature + overwriting + " behind LIKE");
    }
}
