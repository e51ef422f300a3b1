package io.millrace.sql.compile;

import static io.millrace.engine.plan.JobIdentity.OPERATOR;
import static io.millrace.engine.plan.JobIdentity.SINK;
import static io.millrace.engine.plan.JobIdentity.STATEMENT;
import static io.millrace.engine.plan.JobIdentity.TABLE;

import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.SinkPlan;
import io.millrace.engine.plan.TablePlan;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.expr.ExprPrinter;
import io.millrace.sql.logical.LogicalJob;
import io.millrace.sql.logical.SourceTable;
import io.millrace.sql.logical.Statement;
import io.millrace.sql.logical.Statement.AggregateCall;
import io.millrace.sql.logical.Statement.AggregateLeg;
import io.millrace.sql.logical.Statement.Branch;
import io.millrace.sql.logical.Statement.StatelessLeg;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Writes what a plan says of itself: see {@link io.millrace.engine.plan.JobIdentity}. */
final class IdentityWriter
{
    /** Options whose values must not be found in files. */
    private static final Pattern SECRET = Pattern.compile("password|secret|token|credential|jaas|\\bkey$");

    private final LogicalJob job;
    private final SortedMap<String, String> values = new TreeMap<>();
    private final List<ExprPrinter> printers = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private int operators;

    private IdentityWriter(final LogicalJob job)
    {
        this.job = job;
        job.tables().forEach(table -> printers.add(printer(table)));
    }

    static SortedMap<String, String> write(final LogicalJob job, final List<TablePlan> tables,
        final List<SinkPlan> sinks, final List<AggregatePlan> aggregates)
    {
        final IdentityWriter writer = new IdentityWriter(job);
        tables.forEach(writer::table);
        sinks.forEach(writer::sink);
        for (int i = 0; i < job.statements().size(); i++)
        {
            writer.statement(i, job.statements().get(i), aggregates);
        }
        return writer.values;
    }

    private void put(final String name, final String value)
    {
        values.put(name, value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r"));
    }

    private static ExprPrinter printer(final SourceTable table)
    {
        final List<RowLayout.Column> columns = RowLayout.of(table.physical()).columns();
        final ExprPrinter[] self = new ExprPrinter[1];
        self[0] = new ExprPrinter(index -> index < columns.size() ? columns.get(index).path() :
            "(" + self[0].print(table.computed().get(index - columns.size()).expression()) + ")");
        return self[0];
    }

    private void table(final TablePlan plan)
    {
        final SourceTable table = job.tables().get(plan.id());
        final ExprPrinter printer = printers.get(plan.id());
        final String prefix = TABLE + plan.id() + ".";
        put(prefix + "name", plan.name());
        put(prefix + "row", row(plan.layout()));
        put(prefix + "rowtime", print(printer, table.rowtime()));
        put(prefix + "watermark", print(printer, table.watermark()));
        options(prefix, plan.options());
    }

    private static String print(final ExprPrinter printer, final @Nullable Expr expr)
    {
        return expr == null ? "none" : printer.print(expr);
    }

    private static String row(final RowLayout layout)
    {
        return layout.fields().stream().map(field -> field.name() + " " + field.type())
            .collect(Collectors.joining(", "));
    }

    private void options(final String prefix, final Map<String, String> options)
    {
        options.forEach((key, value) -> put(prefix + "option." + key, shown(key, value)));
    }

    private static String shown(final String key, final String value)
    {
        if (!SECRET.matcher(key.toLowerCase(Locale.ROOT)).find())
        {
            return value;
        }
        final CRC32C sum = new CRC32C();
        sum.update(value.getBytes(StandardCharsets.UTF_8));
        return "secret " + Long.toHexString(sum.getValue());
    }

    private void sink(final SinkPlan sink)
    {
        final String prefix = SINK + sink.id() + ".";
        put(prefix + "name", sink.name());
        put(prefix + "row", row(sink.layout()));
        options(prefix, sink.options());
    }

    private void statement(final int id, final Statement statement, final List<AggregatePlan> aggregates)
    {
        final String sink = job.sinks().get(statement.sink()).name();
        final List<String> legs = new ArrayList<>();
        for (final Statement.Leg leg : statement.legs())
        {
            if (leg instanceof StatelessLeg stateless)
            {
                final ExprPrinter printer = printers.get(stateless.table());
                legs.add("SELECT " + list(stateless.projection(), printer::print) + " FROM " +
                    source(stateless.table(), stateless.filter()));
            }
            else if (leg instanceof AggregateLeg aggregate)
            {
                legs.add(operator(sink, aggregate, aggregates.get(operators)));
            }
        }
        put(STATEMENT + id + ".text", "INSERT INTO " + sink + " " + String.join(" UNION ALL ", legs));
    }

    private String source(final int table, final @Nullable Expr filter)
    {
        return job.tables().get(table).name() +
            (filter == null ? "" : " WHERE " + printers.get(table).print(filter));
    }

    private static <T> String list(final List<T> list, final Function<T, String> text)
    {
        return list.stream().map(text).collect(Collectors.joining(", "));
    }

    /** The parts of a text that each branch has, once where all are the same. */
    private static String branches(final AggregateLeg leg, final Function<Branch, String> text)
    {
        final List<String> texts = leg.branches().stream().map(text).toList();
        return texts.stream().distinct().count() == 1 ? texts.get(0) : String.join(" | ", texts);
    }

    private String operator(final String sink, final AggregateLeg leg, final AggregatePlan plan)
    {
        final String keys = branches(leg, branch -> list(branch.keys(), printers.get(branch.table())::print));
        final String time = branches(leg, branch -> printers.get(branch.table()).print(branch.windowTime()));
        final String window = "TUMBLE " + ExprPrinter.duration(leg.window().sizeMs()) +
            (leg.window().offsetMs() == 0 ? "" : " OFFSET " + ExprPrinter.duration(leg.window().offsetMs()));
        final String plain = sink + ": " + (keys.isEmpty() ? "all" : keys) + " by " + window + " of " + time;
        final int ordinal = ids.merge(plain, 1, Integer::sum);
        final String id = ordinal == 1 ? plain : plain + " #" + ordinal;
        final String prefix = OPERATOR + operators++ + ".";
        put(prefix + "id", id);
        put(prefix + "grouping", plan.grouping().name());
        put(prefix + "keys", (keys.isEmpty() ? "none" : keys) + (leg.keyTypes().isEmpty() ? "" :
            " as " + list(leg.keyTypes(), SqlType::toString)));
        put(prefix + "window", window);
        put(prefix + "time", time);
        put(prefix + "input", branches(leg, branch -> source(branch.table(), branch.filter())));
        put(prefix + "aggregates", branches(leg, branch -> list(leg.calls(), call -> call(call, branch))));
        put(prefix + "layout", "key " + plan.keyInlineLength() + ", accumulators " + plan.accumulatorLength() +
            ", sets " + list(plan.distinctSets(), set -> set.slotOffset() + "+" + set.slotLength() +
            (set.isLong() ? " long" : " wide")) + ", strings " + plan.stringSlots());
        final List<String> names = new ArrayList<>();
        leg.keyTypes().forEach(type -> names.add("key" + names.size()));
        leg.calls().forEach(call -> names.add("result" + (names.size() - leg.keyTypes().size())));
        names.addAll(List.of("window_start", "window_end", "window_time"));
        final ExprPrinter results = ExprPrinter.of(names);
        put(prefix + "result", list(leg.projection(), results::print) +
            (leg.having() == null ? "" : " HAVING " + results.print(leg.having())));
        return "the results of " + id;
    }

    private String call(final AggregateCall call, final Branch branch)
    {
        final ExprPrinter printer = printers.get(branch.table());
        final Expr argument = call.argument() < 0 ? null : branch.arguments().get(call.argument());
        return call.function() + "(" + (call.isDistinct() ? "DISTINCT " : "") +
            (argument == null ? "*" : printer.print(argument) + " " + argument.type()) + ")" +
            (call.filter() < 0 ? "" : " FILTER " + printer.print(branch.arguments().get(call.filter()))) +
            " as " + call.type();
    }
}
