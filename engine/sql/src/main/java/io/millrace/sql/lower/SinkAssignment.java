package io.millrace.sql.lower;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Field;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.lower.Value.Scalar;
import io.millrace.sql.lower.Value.Struct;
import io.millrace.sql.lower.Value.WindowColumn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The query's columns as the sink's: Flink's rules for what is converted without being asked. */
final class SinkAssignment
{
    private final TableDeclaration sink;
    /** For each physical column of the sink, the query's column, or −1 for NULL. */
    private final int[] from;
    private final List<Span> spans;
    private final Span statement;

    /** @param spans where each column of the query stands. */
    SinkAssignment(final TableDeclaration sink, final int[] from, final List<Span> spans, final Span statement)
    {
        this.sink = sink;
        this.from = from;
        this.spans = spans;
        this.statement = statement;
    }

    /** Where the statement stands. */
    Span statement()
    {
        return statement;
    }

    /** One expression for each column of the sink's layout. */
    List<Expr> projection(final List<Value> columns)
    {
        final List<Expr> projection = new ArrayList<>();
        for (int i = 0; i < from.length; i++)
        {
            final Field target = sink.physical().get(i);
            final Value value = from[i] < 0 ? nullValue() : columns.get(from[i]);
            final Span span = from[i] >= 0 && from[i] < spans.size() ? spans.get(from[i]) : statement;
            assign(target.name(), target.type(), value, span, projection);
        }
        return projection;
    }

    private static Value nullValue()
    {
        return new Scalar(new Expr.Literal(SqlType.of(Kind.NULL), null), false);
    }

    private void assign(
        final String path, final SqlType target, final Value value, final Span span, final List<Expr> projection)
    {
        if (target.kind() == Kind.ROW)
        {
            row(path, target, value, span, projection);
            return;
        }
        if (value instanceof Struct struct)
        {
            throw incompatible(path, target, struct.type(), span);
        }
        final Expr expr = value instanceof Scalar scalar ? scalar.expr() :
            new WindowColumns(span).ofRow((WindowColumn)value);
        final SqlType source = expr.type();
        if (!isImplicit(source, target))
        {
            throw incompatible(path, target, source, span);
        }
        final boolean isNullable = target.isNullable() && source.isNullable();
        projection.add(Casts.cast(expr, target.withNullable(isNullable), false));
    }

    private void row(
        final String path, final SqlType target, final Value value, final Span span, final List<Expr> projection)
    {
        if (value instanceof Scalar scalar && scalar.expr().type().kind() == Kind.NULL)
        {
            projection.add(new Expr.Literal(SqlType.of(Kind.BOOLEAN).withNullable(false), false));
            for (final Field field : target.fields())
            {
                assign(path + "." + field.name(), field.type().withNullable(true), value, span, projection);
            }
            return;
        }
        if (!(value instanceof Struct struct) || struct.fields().size() != target.fields().size())
        {
            final @Nullable SqlType source =
                value instanceof Struct s ? s.type() : value instanceof Scalar c ? c.expr().type() : null;
            throw incompatible(path, target, source, span);
        }
        projection.add(struct.presence());
        for (int i = 0; i < target.fields().size(); i++)
        {
            final Field field = target.fields().get(i);
            final boolean isNullable = field.type().isNullable() || struct.type().isNullable();
            assign(path + "." + field.name(), field.type().withNullable(isNullable), struct.fields().get(i), span,
                projection);
        }
    }

    private RuntimeException incompatible(
        final String path, final SqlType target, final @Nullable SqlType source, final Span span)
    {
        return Unsupported.wrong(DiagnosticCode.SINK_TYPE, span,
            "Incompatible types for sink column '" + path + "' of '" + sink.name() + "': the query has " + source +
            ", the sink " + target, "write the conversion: CAST(… AS " + target.withNullable(true) + ")");
    }

    /** Whether Flink converts from one to the other without being asked. */
    static boolean isImplicit(final SqlType source, final SqlType target)
    {
        if (source.kind() == Kind.NULL)
        {
            return target.isNullable();
        }
        return switch (target.kind())
        {
            case CHAR -> source.kind() == Kind.CHAR;
            case VARCHAR -> source.isString();
            case BOOLEAN -> source.kind() == Kind.BOOLEAN;
            case DECIMAL -> source.isNumeric();
            case TINYINT, SMALLINT, INT, BIGINT ->
                source.isInteger() && source.fixedWidth() <= target.fixedWidth();
            case FLOAT -> source.isInteger() || source.kind() == Kind.FLOAT || source.kind() == Kind.DECIMAL;
            case DOUBLE -> source.isNumeric();
            case DATE -> source.kind() == Kind.DATE || source.kind() == Kind.TIMESTAMP;
            case TIMESTAMP -> source.kind() == Kind.TIMESTAMP;
            case ROW, INTERVAL_DAY, INTERVAL_MONTH, NULL -> false;
        };
    }
}
