package io.millrace.sql.logical;

import io.millrace.codecs.SqlType;
import io.millrace.engine.plan.AggregatePlan.TumblingWindow;
import io.millrace.sql.expr.Expr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One INSERT: the legs of its UNION ALL, at least one, each delivering rows of the sink's columns.
 *
 * @param sink index into {@link LogicalJob#sinks()}.
 */
public record Statement(int sink, List<Leg> legs)
{
    /**
     * A way to the sink. {@code projection} has one expression per column of the sink's RowLayout, cast to its type;
     * for the presence of a nested ROW it is a BOOLEAN that says whether the ROW is there.
     */
    public sealed interface Leg
    {
        List<Expr> projection();
    }

    /** Filter and projection of one table; inputs are the table's columns. */
    public record StatelessLeg(int table, @Nullable Expr filter, List<Expr> projection) implements Leg
    {
    }

    /**
     * A windowed aggregation. Inputs of {@code having} and {@code projection}: the keys, then the results of the
     * calls, then window start, window end and window time (each TIMESTAMP(3) NOT NULL, the last end − 1 ms).
     *
     * @param branches at least one; all have keys and arguments of the same types.
     */
    public record AggregateLeg(
        TumblingWindow window,
        List<SqlType> keyTypes,
        List<AggregateCall> calls,
        List<Branch> branches,
        @Nullable Expr having,
        List<Expr> projection) implements Leg
    {
    }

    /**
     * One table's way into an aggregation; inputs are the table's columns.
     *
     * @param windowTime the expression that chooses the window: TIMESTAMP of up to 3 digits.
     * @param arguments  what {@link AggregateCall#argument()} and {@link AggregateCall#filter()} number.
     */
    public record Branch(int table, @Nullable Expr filter, Expr windowTime, List<Expr> keys, List<Expr> arguments)
    {
    }

    /**
     * One aggregate function.
     *
     * @param argument index into {@link Branch#arguments()}, or −1 for COUNT(*).
     * @param filter   index of the BOOLEAN argument of FILTER (WHERE …), or −1.
     * @param type     the result's type, Flink's.
     */
    public record AggregateCall(Function function, int argument, boolean isDistinct, int filter, SqlType type)
    {
        /** The aggregate functions. */
        public enum Function
        {
            COUNT, SUM, MIN, MAX, AVG
        }
    }
}
