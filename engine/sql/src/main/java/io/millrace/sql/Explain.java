package io.millrace.sql;

import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType.Field;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.expr.ExprPrinter;
import io.millrace.sql.logical.LogicalJob;
import io.millrace.sql.logical.SinkTable;
import io.millrace.sql.logical.SourceTable;
import io.millrace.sql.logical.Statement;
import io.millrace.sql.logical.Statement.AggregateCall;
import io.millrace.sql.logical.Statement.AggregateLeg;
import io.millrace.sql.logical.Statement.Branch;
import io.millrace.sql.logical.Statement.Leg;
import io.millrace.sql.logical.Statement.StatelessLeg;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A job as a tree that a person reads: from each sink down to what is decoded of each table, and what is kept. */
public final class Explain
{
    private final LogicalJob job;
    private final StringBuilder out = new StringBuilder();

    private Explain(final LogicalJob job)
    {
        this.job = job;
    }

    public static String of(final LogicalJob job)
    {
        return new Explain(job).text();
    }

    /** The same for two jobs that do the same: a SHA-256 of {@link #of}, in hexadecimal. */
    public static String fingerprint(final LogicalJob job)
    {
        try
        {
            return HexFormat.of().formatHex(
                MessageDigest.getInstance("SHA-256").digest(of(job).getBytes(StandardCharsets.UTF_8)));
        }
        catch (final NoSuchAlgorithmException e)
        {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private String text()
    {
        for (final Statement statement : job.statements())
        {
            statement(statement);
            out.append('\n');
        }
        for (int i = 0; i < job.tables().size(); i++)
        {
            source(job.tables().get(i), i);
        }
        return out.toString();
    }

    private void line(final int depth, final String label, final String text)
    {
        out.append("  ".repeat(depth)).append(depth == 0 ? "" : "└ ").append(label).append(text.isEmpty() ? "" : " ")
            .append(text).append('\n');
    }

    private void detail(final int depth, final String label, final String text)
    {
        out.append("  ".repeat(depth)).append("    ").append(label).append(' ').append(text).append('\n');
    }

    private void statement(final Statement statement)
    {
        final SinkTable sink = job.sinks().get(statement.sink());
        line(0, "INSERT INTO", sink.name() + " (" + sink.options().getOrDefault("connector", "?") + ")");
        final boolean isUnion = statement.legs().size() > 1;
        if (isUnion)
        {
            line(1, "union all", statement.legs().size() + " legs");
        }
        for (final Leg leg : statement.legs())
        {
            if (leg instanceof StatelessLeg stateless)
            {
                stateless(stateless, sink, isUnion ? 2 : 1);
            }
            else if (leg instanceof AggregateLeg aggregate)
            {
                aggregate(aggregate, sink, isUnion ? 2 : 1);
            }
        }
    }

    private void projection(final Leg leg, final SinkTable sink, final ExprPrinter printer, final int depth)
    {
        line(depth, "project", "");
        final List<RowLayout.Column> columns = RowLayout.of(sink.fields()).columns();
        for (int i = 0; i < columns.size(); i++)
        {
            final String text = printer.print(leg.projection().get(i));
            detail(depth, columns.get(i).path() + " =", columns.get(i).type().kind() == Kind.ROW ?
                "ROW, where " + text : text);
        }
    }

    private void stateless(final StatelessLeg leg, final SinkTable sink, final int depth)
    {
        final SourceTable table = job.tables().get(leg.table());
        final ExprPrinter printer = ExprPrinter.of(columnNames(table));
        projection(leg, sink, printer, depth);
        int next = depth + 1;
        if (leg.filter() != null)
        {
            line(next++, "filter", printer.print(leg.filter()));
        }
        line(next, "scan", table.name());
        detail(next, "state:", "none");
    }

    private void aggregate(final AggregateLeg leg, final SinkTable sink, final int depth)
    {
        final List<String> results = resultNames(leg);
        final ExprPrinter printer = ExprPrinter.of(results);
        projection(leg, sink, printer, depth);
        int next = depth + 1;
        if (leg.having() != null)
        {
            line(next++, "having", printer.print(leg.having()));
        }
        line(next, "window", "tumbling, " + ExprPrinter.duration(leg.window().sizeMs()) +
            (leg.window().offsetMs() == 0 ? "" : ", offset " + ExprPrinter.duration(leg.window().offsetMs())));
        detail(next, "keys:", leg.keyTypes().isEmpty() ? "none, one group a window" :
            String.join(", ", results.subList(0, leg.keyTypes().size())));
        for (int i = 0; i < leg.calls().size(); i++)
        {
            detail(next, results.get(leg.keyTypes().size() + i) + ":", state(leg.calls().get(i)));
        }
        detail(next, "state:", "one entry for each open window and key, until the watermark reaches its end − 1 ms");
        for (final Branch branch : leg.branches())
        {
            final SourceTable table = job.tables().get(branch.table());
            final ExprPrinter columns = ExprPrinter.of(columnNames(table));
            int own = next + 1;
            if (branch.filter() != null)
            {
                line(own++, "filter", columns.print(branch.filter()));
            }
            line(own, "scan", table.name());
            detail(own, "late:", "a row is late when the watermark has reached its window's end − 1 ms (by " +
                columns.print(branch.windowTime()) + "); kept in late$" + table.name());
        }
    }

    private static String state(final AggregateCall call)
    {
        final String kept = switch (call.function())
        {
            case COUNT -> call.isDistinct() ? "" : "a count";
            case SUM -> "a sum";
            case AVG -> "a sum and a count";
            case MIN -> "the least value";
            case MAX -> "the greatest value";
        };
        return call.type() + ", keeps " + kept +
            (!call.isDistinct() ? "" : (kept.isEmpty() ? "" : ", ") + "the set of values");
    }

    /** Keys and calls over the first branch's columns, then the window's properties. */
    private List<String> resultNames(final AggregateLeg leg)
    {
        final Branch branch = leg.branches().get(0);
        final ExprPrinter columns = ExprPrinter.of(columnNames(job.tables().get(branch.table())));
        final List<String> names = new ArrayList<>();
        branch.keys().forEach(key -> names.add(columns.print(key)));
        for (final AggregateCall call : leg.calls())
        {
            final String argument = call.argument() < 0 ? "*" : columns.print(branch.arguments().get(call.argument()));
            names.add(call.function() + "(" + (call.isDistinct() ? "DISTINCT " : "") + argument + ")" +
                (call.filter() < 0 ? "" : " FILTER (WHERE " +
                columns.print(branch.arguments().get(call.filter())) + ")"));
        }
        names.addAll(List.of("window_start", "window_end", "window_time"));
        return names;
    }

    private static List<String> columnNames(final SourceTable table)
    {
        final List<Field> fields = new ArrayList<>(table.physical());
        table.computed().forEach(computed -> fields.add(new Field(computed.name(), computed.expression().type())));
        return RowLayout.of(fields).columns().stream().map(RowLayout.Column::path).toList();
    }

    private void source(final SourceTable table, final int index)
    {
        final List<String> names = columnNames(table);
        final ExprPrinter printer = ExprPrinter.of(names);
        line(0, "TABLE", table.name() + " (" + table.options().getOrDefault("connector", "?") +
            (table.options().containsKey("format") ? ", " + table.options().get("format") : "") + ")");
        final Set<Integer> read = new TreeSet<>();
        reads(table, index, read);
        final int physical = RowLayout.of(table.physical()).columns().size();
        final List<RowLayout.Column> columns = RowLayout.of(table.physical()).columns();
        detail(0, "decodes:", read.stream().filter(i -> i < physical && columns.get(i).type().kind() != Kind.ROW)
            .map(names::get).collect(Collectors.joining(", ")));
        for (final SourceTable.Computed computed : table.computed())
        {
            if (read.contains(names.indexOf(computed.name())))
            {
                detail(0, "computes:", computed.name() + " = " + printer.print(computed.expression()));
            }
        }
        if (table.watermark() != null && table.rowtime() != null)
        {
            detail(0, "event time:", printer.print(table.rowtime()));
            detail(0, "watermark:", printer.print(table.watermark()) + ", the greatest so far");
        }
        else
        {
            detail(0, "event time:", "none");
        }
    }

    /** The columns that some statement, the event time or the watermark needs. */
    private void reads(final SourceTable table, final int index, final Set<Integer> read)
    {
        collect(table.rowtime(), read);
        collect(table.watermark(), read);
        for (final Statement statement : job.statements())
        {
            for (final Leg leg : statement.legs())
            {
                reads(leg, index, read);
            }
        }
        final int physical = RowLayout.of(table.physical()).columns().size();
        for (int i = 0; i < table.computed().size(); i++)
        {
            if (read.contains(physical + i))
            {
                collect(table.computed().get(i).expression(), read);
            }
        }
    }

    private static void reads(final Leg leg, final int table, final Set<Integer> read)
    {
        if (leg instanceof StatelessLeg stateless && stateless.table() == table)
        {
            collect(stateless.filter(), read);
            stateless.projection().forEach(expr -> collect(expr, read));
        }
        else if (leg instanceof AggregateLeg aggregate)
        {
            for (final Branch branch : aggregate.branches())
            {
                if (branch.table() == table)
                {
                    collect(branch.filter(), read);
                    collect(branch.windowTime(), read);
                    branch.keys().forEach(expr -> collect(expr, read));
                    branch.arguments().forEach(expr -> collect(expr, read));
                }
            }
        }
    }

    private static void collect(final @Nullable Expr expr, final Set<Integer> read)
    {
        if (expr instanceof Expr.Input input)
        {
            read.add(input.index());
        }
        else if (expr instanceof Expr.Call call)
        {
            call.operands().forEach(operand -> collect(operand, read));
        }
        else if (expr instanceof Expr.Cast cast)
        {
            collect(cast.operand(), read);
        }
        else if (expr instanceof Expr.In in)
        {
            collect(in.operand(), read);
        }
        else if (expr instanceof Expr.Case cases)
        {
            cases.whens().forEach(when ->
            {
                collect(when.condition(), read);
                collect(when.value(), read);
            });
            collect(cases.otherwise(), read);
        }
    }
}
