package io.millrace.sql.lower;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.engine.plan.AggregatePlan.TumblingWindow;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.logical.Statement.AggregateCall;
import io.millrace.sql.lower.Relation.Feed;
import io.millrace.sql.lower.Relation.Path;
import io.millrace.sql.lower.Relation.Rows;
import io.millrace.sql.lower.Relation.Windows;
import io.millrace.sql.lower.Value.Property;
import io.millrace.sql.lower.Value.Scalar;
import io.millrace.sql.lower.Value.Struct;
import io.millrace.sql.lower.Value.WindowColumn;
import io.millrace.sql.validate.FlinkTypes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlKind;

/** A GROUP BY over a window to {@link Windows}. */
final class AggregateLowering
{
    private final Aggregate aggregate;
    private final Span span;
    private final List<Integer> groups;
    private final List<Integer> arguments = new ArrayList<>();

    /** @param span where the GROUP BY stands. */
    AggregateLowering(final Aggregate aggregate, final Span span)
    {
        this.aggregate = aggregate;
        this.span = span;
        this.groups = aggregate.getGroupSet().asList();
    }

    Relation lower(final Relation input)
    {
        if (aggregate.getGroupSets().size() > 1)
        {
            throw Unsupported.at(span, "GROUPING SETS, ROLLUP and CUBE", null);
        }
        for (final Path path : input.paths())
        {
            if (!(path instanceof Rows))
            {
                throw Unsupported.at(span, "an aggregation over an aggregation", null);
            }
        }
        final WindowColumn window = window((Rows)input.paths().get(0));
        final List<AggregateCall> calls = calls();
        final List<SqlType> keyTypes = new ArrayList<>();
        for (final int group : keys(input.paths().get(0)))
        {
            keyTypes.add(typeOf(group));
        }
        final List<Feed> feeds = new ArrayList<>();
        for (final Path path : input.paths())
        {
            final WindowColumn own = window((Rows)path);
            if (!own.window().equals(window.window()) || !keys(path).equals(keys(input.paths().get(0))))
            {
                throw Unsupported.at(span, "a UNION ALL of different windows", null);
            }
            feeds.add(feed((Rows)path, own.time(), keyTypes));
        }
        return new Relation(List.of(new Windows(window.window(), keyTypes, calls, feeds, null,
            columns(input.paths().get(0), keyTypes, calls, window.window()))));
    }

    private SqlType typeOf(final int inputColumn)
    {
        return typeOf(aggregate.getInput().getRowType().getFieldList().get(inputColumn).getType());
    }

    private SqlType typeOf(final RelDataType type)
    {
        final SqlType converted = FlinkTypes.toSqlType(type);
        if (converted == null)
        {
            throw Unsupported.at(span, "the type " + type.getSqlTypeName(), null);
        }
        return converted;
    }

    /** The window that the rows are grouped by, or the refusal. */
    private WindowColumn window(final Rows rows)
    {
        WindowColumn found = null;
        final Set<Property> properties = EnumSet.noneOf(Property.class);
        for (final int group : groups)
        {
            if (rows.columns().get(group) instanceof WindowColumn column)
            {
                if (found != null && (!found.window().equals(column.window()) ||
                    column.property() == Property.GROUP || properties.contains(Property.GROUP)))
                {
                    throw Unsupported.at(span, "GROUP BY of more than one window", null);
                }
                found = column;
                properties.add(column.property());
            }
        }
        if (found == null)
        {
            throw Unsupported.at(span,
                (aggregate.getAggCallList().isEmpty() ? "DISTINCT or " : "") + "GROUP BY without a window",
                "group by TUMBLE(…), or by window_start and window_end of a TUMBLE table function");
        }
        if (!properties.contains(Property.GROUP) &&
            !(properties.contains(Property.START) && properties.contains(Property.END)))
        {
            throw Unsupported.at(span, "GROUP BY with only a part of the window",
                "group by both window_start and window_end");
        }
        return found;
    }

    private List<Integer> keys(final Path path)
    {
        final List<Integer> keys = new ArrayList<>();
        for (final int group : groups)
        {
            if (!(path.columns().get(group) instanceof WindowColumn))
            {
                keys.add(group);
            }
        }
        return keys;
    }

    private List<AggregateCall> calls()
    {
        final List<AggregateCall> calls = new ArrayList<>();
        for (final org.apache.calcite.rel.core.AggregateCall call : aggregate.getAggCallList())
        {
            final AggregateCall.Function function = switch (call.getAggregation().getKind())
            {
                case COUNT -> AggregateCall.Function.COUNT;
                case SUM -> AggregateCall.Function.SUM;
                case MIN -> AggregateCall.Function.MIN;
                case MAX -> AggregateCall.Function.MAX;
                case AVG -> AggregateCall.Function.AVG;
                default -> throw Unsupported.at(span, "the aggregate " + call.getAggregation().getName(), null);
            };
            final boolean isDistinct = call.isDistinct() && function != AggregateCall.Function.MIN &&
                function != AggregateCall.Function.MAX;
            if (call.getArgList().size() > 1)
            {
                throw Unsupported.at(span, "DISTINCT of several columns", null);
            }
            calls.add(new AggregateCall(function,
                call.getArgList().isEmpty() ? -1 : argument(call.getArgList().get(0)), isDistinct,
                call.filterArg < 0 ? -1 : argument(call.filterArg), typeOf(call.getType())));
        }
        return calls;
    }

    private int argument(final int inputColumn)
    {
        if (!arguments.contains(inputColumn))
        {
            arguments.add(inputColumn);
        }
        return arguments.indexOf(inputColumn);
    }

    private Feed feed(final Rows rows, final Expr time, final List<SqlType> keyTypes)
    {
        final List<Expr> keys = new ArrayList<>();
        for (final int group : keys(rows))
        {
            keys.add(Casts.to(scalar(rows.columns().get(group)), keyTypes.get(keys.size())));
        }
        final List<Expr> values = new ArrayList<>();
        for (final int argument : arguments)
        {
            final Value value = rows.columns().get(argument);
            values.add(value instanceof Struct struct ? counted(struct, argument) : scalar(value));
        }
        return new Feed(rows.table(), rows.filter(), time, keys, values);
    }

    /** For COUNT of a ROW, the input's column {@code argument}: TRUE where it is there. */
    private Expr counted(final Struct struct, final int argument)
    {
        final SqlType type = SqlType.of(Kind.BOOLEAN);
        for (final org.apache.calcite.rel.core.AggregateCall call : aggregate.getAggCallList())
        {
            if (!call.getArgList().contains(argument))
            {
                continue;
            }
            if (call.isDistinct() || call.getAggregation().getKind() != SqlKind.COUNT)
            {
                throw Unsupported.at(span, "an aggregate of a ROW", "take its fields one by one");
            }
        }
        final Expr there = new Expr.Literal(type.withNullable(false), true);
        return new Expr.Case(
            List.of(new Expr.When(struct.presence(), there)), new Expr.Literal(type, null), type);
    }

    private Expr scalar(final Value value)
    {
        if (value instanceof Scalar scalar)
        {
            return scalar.expr();
        }
        if (value instanceof Struct)
        {
            throw Unsupported.at(span, "GROUP BY a ROW", "take its fields one by one");
        }
        return new WindowColumns(span).ofRow((WindowColumn)value);
    }

    private List<Value> columns(
        final Path first, final List<SqlType> keyTypes, final List<AggregateCall> calls, final TumblingWindow window)
    {
        final int start = keyTypes.size() + calls.size();
        final List<Value> columns = new ArrayList<>();
        int key = 0;
        for (final int group : groups)
        {
            if (first.columns().get(group) instanceof WindowColumn column)
            {
                columns.add(switch (column.property())
                {
                    case GROUP -> new WindowColumn(Property.GROUP, window, time(start + 2), start);
                    case START -> new Scalar(time(start), false);
                    case END -> new Scalar(time(start + 1), false);
                    case TIME -> new Scalar(time(start + 2), true);
                });
            }
            else
            {
                columns.add(new Scalar(new Expr.Input(key, keyTypes.get(key)), false));
                key++;
            }
        }
        for (int i = 0; i < calls.size(); i++)
        {
            columns.add(new Scalar(new Expr.Input(key + i, calls.get(i).type()), false));
        }
        return columns;
    }

    private static Expr time(final int index)
    {
        return new Expr.Input(index, WindowColumns.TIME);
    }
}
