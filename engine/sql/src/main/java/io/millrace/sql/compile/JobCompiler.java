package io.millrace.sql.compile;

import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.AggregatePlan.Grouping;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.PipelinePlan;
import io.millrace.engine.plan.SinkPlan;
import io.millrace.engine.plan.StatementPlan;
import io.millrace.engine.plan.TablePlan;
import io.millrace.sql.codegen.FailureSites;
import io.millrace.sql.codegen.Shape;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.logical.LogicalJob;
import io.millrace.sql.logical.SinkTable;
import io.millrace.sql.logical.SourceTable;
import io.millrace.sql.logical.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Turns a validated job into a plan with compiled kernels: columns that nothing reads are pruned, and each table,
 * pipeline and aggregation gets its classes, in one class loader for the job.
 *
 * <p><b>Threading:</b> one job at a time per instance; {@link #compile} makes its own.
 */
public final class JobCompiler
{
    private final LogicalJob job;
    private final KernelCompiler compiler = new KernelCompiler();
    private final List<TablePruner> pruners = new ArrayList<>();
    private final List<SinkPlan> sinks = new ArrayList<>();
    private final List<StatementPlan> statements = new ArrayList<>();
    private final List<PipelinePlan> pipelines = new ArrayList<>();
    private final List<AggregatePlan> aggregates = new ArrayList<>();

    private JobCompiler(final LogicalJob job)
    {
        this.job = job;
    }

    /** The plan of a job. Suppliers in it are {@link KernelFactory}s, which hold the generated source. */
    public static JobPlan compile(final String jobName, final LogicalJob job)
    {
        return compile(jobName, job, table -> false);
    }

    /**
     * The plan of a job.
     *
     * @param isWhole whether every column of a table is to be in its rows: they are kept, and a later job may read
     *                others.
     */
    public static JobPlan compile(final String jobName, final LogicalJob job, final Predicate<SourceTable> isWhole)
    {
        return new JobCompiler(job).compile(jobName, isWhole);
    }

    private JobPlan compile(final String jobName, final Predicate<SourceTable> isWhole)
    {
        for (final SourceTable table : job.tables())
        {
            final TablePruner pruner = new TablePruner(table);
            pruner.use(table.rowtime());
            pruner.use(table.watermark());
            if (isWhole.test(table))
            {
                pruner.useAll();
            }
            pruners.add(pruner);
        }
        for (final Statement statement : job.statements())
        {
            statement.legs().forEach(this::use);
        }
        pruners.forEach(TablePruner::conclude);
        final List<TablePlan> tables = new ArrayList<>();
        for (int i = 0; i < pruners.size(); i++)
        {
            tables.add(table(i));
        }
        for (final SinkTable sink : job.sinks())
        {
            sinks.add(new SinkPlan(sinks.size(), sink.name(), RowLayout.of(sink.fields()), sink.options()));
        }
        final Map<Integer, Integer> writers = new HashMap<>();
        for (final Statement statement : job.statements())
        {
            statement(statement, writers.merge(statement.sink(), 1, Integer::sum));
        }
        return new JobPlan(jobName, job.settings(), tables, List.copyOf(sinks), List.copyOf(statements),
            List.copyOf(pipelines), List.copyOf(aggregates),
            IdentityWriter.write(job, tables, sinks, aggregates));
    }

    private void use(final Statement.Leg leg)
    {
        if (leg instanceof Statement.StatelessLeg stateless)
        {
            final TablePruner pruner = pruners.get(stateless.table());
            pruner.use(stateless.filter());
            stateless.projection().forEach(pruner::use);
        }
        else if (leg instanceof Statement.AggregateLeg aggregate)
        {
            for (final Statement.Branch branch : aggregate.branches())
            {
                final TablePruner pruner = pruners.get(branch.table());
                pruner.use(branch.filter());
                pruner.use(branch.windowTime());
                branch.keys().forEach(pruner::use);
                branch.arguments().forEach(pruner::use);
            }
        }
    }

    private TablePlan table(final int id)
    {
        final SourceTable table = job.tables().get(id);
        final TablePruner pruner = pruners.get(id);
        final List<Expr> computed = new ArrayList<>();
        for (final int index : pruner.computed())
        {
            computed.add(pruner.rewrite(table.computed().get(index).expression()));
        }
        final TableKernelWriter writer = new TableKernelWriter("Table" + id, pruner.layout(), computed,
            rewrite(pruner, table.watermark() == null ? null : table.rowtime()), rewrite(pruner, table.watermark()));
        return new TablePlan(id, table.name(), RowLayout.of(table.physical()), pruner.layout(), pruner.decodedColumns(),
            table.options(), table.watermark() != null, writer.write(compiler));
    }

    private static @Nullable Expr rewrite(final TablePruner pruner, final @Nullable Expr expr)
    {
        return expr == null ? null : pruner.rewrite(expr);
    }

    private static List<Expr> rewrite(final TablePruner pruner, final List<Expr> exprs)
    {
        final List<Expr> rewritten = new ArrayList<>();
        exprs.forEach(expr -> rewritten.add(pruner.rewrite(expr)));
        return rewritten;
    }

    private void statement(final Statement statement, final int ordinal)
    {
        final int id = statements.size();
        final SinkPlan sink = sinks.get(statement.sink());
        final FailureSites sites = new FailureSites();
        for (final Statement.Leg leg : statement.legs())
        {
            if (leg instanceof Statement.StatelessLeg stateless)
            {
                stateless(id, sink, sites, stateless);
            }
            else if (leg instanceof Statement.AggregateLeg aggregate)
            {
                aggregate(id, sink, sites, aggregate);
            }
        }
        final String name = "INSERT INTO " + sink.name() + (ordinal > 1 ? " #" + ordinal : "");
        statements.add(new StatementPlan(id, name, sink.id(), sites.texts()));
    }

    private void stateless(
        final int statement, final SinkPlan sink, final FailureSites sites, final Statement.StatelessLeg leg)
    {
        final int id = pipelines.size();
        final TablePruner pruner = pruners.get(leg.table());
        final PipelineWriter writer = new PipelineWriter("Pipeline" + id, pruner.layout(), sites, compiler);
        pipelines.add(new PipelinePlan(id, statement, leg.table(), writer.stateless(rewrite(pruner, leg.filter())),
            writer.projector(sink.layout(), rewrite(pruner, leg.projection())), -1, null));
    }

    private void aggregate(
        final int statement, final SinkPlan sink, final FailureSites sites, final Statement.AggregateLeg leg)
    {
        final int id = aggregates.size();
        final KeyCodec codec = new KeyCodec(leg.keyTypes());
        final AccumulatorLayout layout = new AccumulatorLayout(
            leg.calls(), argumentTypes(leg), sameArguments(leg), codec.inlineLength());
        final Grouping grouping = !leg.keyTypes().isEmpty() ? Grouping.KEYED :
            layout.isOrdered() ? Grouping.GLOBAL_IN_ORDER : Grouping.GLOBAL;
        final String group = switch (grouping)
        {
            case KEYED -> null;
            case GLOBAL -> "Router.ANY";
            case GLOBAL_IN_ORDER -> "0";
        };
        for (final Statement.Branch branch : leg.branches())
        {
            final int pipeline = pipelines.size();
            final SourceTable table = job.tables().get(branch.table());
            final TablePruner pruner = pruners.get(branch.table());
            final PipelineWriter writer = new PipelineWriter("Pipeline" + pipeline, pruner.layout(), sites, compiler);
            final Expr time = pruner.rewrite(branch.windowTime());
            final boolean isRowtime = table.watermark() != null && branch.windowTime().equals(table.rowtime());
            final List<Expr> keys = rewrite(pruner, branch.keys());
            final List<Expr> arguments = rewrite(pruner, branch.arguments());
            pipelines.add(new PipelinePlan(pipeline, statement, branch.table(),
                writer.keyed(rewrite(pruner, branch.filter()), isRowtime ? null : time, keys, arguments, codec, group),
                null, id, writer.input(time, keys, arguments, codec, layout)));
        }
        final List<Expr> projection = new ArrayList<>();
        leg.projection().forEach(expr -> projection.add(Shape.rewrite(expr, i -> i)));
        final Expr having = leg.having();
        aggregates.add(new AggregatePlan(id, statement, leg.window(), grouping, codec.inlineLength(), layout.length(),
            layout.sets(), layout.stringSlots(), OutputWriter.write("Output" + id,
                new ResultInputs(codec, leg.keyTypes().size(), layout, leg.calls()), layout,
                having == null ? null : Shape.rewrite(having, i -> i), projection, sink.layout(), sites, compiler)));
    }

    private static List<SqlType> argumentTypes(final Statement.AggregateLeg leg)
    {
        final List<SqlType> types = new ArrayList<>();
        for (int i = 0; i < leg.branches().get(0).arguments().size(); i++)
        {
            boolean isNullable = false;
            for (final Statement.Branch branch : leg.branches())
            {
                isNullable |= branch.arguments().get(i).type().isNullable();
            }
            types.add(leg.branches().get(0).arguments().get(i).type().withNullable(isNullable));
        }
        return types;
    }

    /** For each argument the first one that is the same expression in every branch. */
    private static int[] sameArguments(final Statement.AggregateLeg leg)
    {
        final int count = leg.branches().get(0).arguments().size();
        final int[] same = new int[count];
        for (int i = 0; i < count; i++)
        {
            same[i] = i;
            for (int j = i - 1; j >= 0; j--)
            {
                final int first = i;
                final int second = j;
                if (leg.branches().stream().allMatch(
                    b -> b.arguments().get(first).equals(b.arguments().get(second))))
                {
                    same[i] = j;
                }
            }
        }
        return same;
    }
}
