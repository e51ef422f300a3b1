package io.millrace.sql.lower;

import io.millrace.codecs.SqlType;
import io.millrace.engine.plan.AggregatePlan.TumblingWindow;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.logical.Statement.AggregateCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A relation in normal form: the legs of a UNION ALL, each filter and projection merged into one. */
record Relation(List<Path> paths)
{
    /** A way from tables to the relation's columns. */
    sealed interface Path
    {
        List<Value> columns();
    }

    /** Rows of one table. */
    record Rows(TableDeclaration table, @Nullable Expr filter, List<Value> columns) implements Path
    {
    }

    /** Rows of closed windows; filter and columns are over keys, results of calls, window start, end and time. */
    record Windows(
        TumblingWindow window,
        List<SqlType> keyTypes,
        List<AggregateCall> calls,
        List<Feed> feeds,
        @Nullable Expr having,
        List<Value> columns) implements Path
    {
    }

    /** One table's way into an aggregation. */
    record Feed(
        TableDeclaration table, @Nullable Expr filter, Expr windowTime, List<Expr> keys, List<Expr> arguments)
    {
    }
}
