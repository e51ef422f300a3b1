package io.millrace.engine.job;

import io.millrace.codecs.RowLayout;
import io.millrace.engine.Counter;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.PipelinePlan;
import io.millrace.engine.plan.StatementPlan;
import io.millrace.engine.plan.TablePlan;
import io.millrace.engine.shard.MergeAgent;
import io.millrace.engine.shard.ShardAgent;
import io.millrace.engine.shard.ShardCounters;
import io.millrace.engine.sink.SideTables;
import io.millrace.engine.sink.Sinks;
import io.millrace.engine.source.SourceAgent;
import io.millrace.engine.source.SourceCounters;
import java.util.ArrayList;
import java.util.List;

/** What became of a job's rows, from the counters of its agents. <b>Threading:</b> any thread. */
final class Accounts
{
    private final JobPlan plan;
    private final RowPath path;
    private final Sinks sinks;

    Accounts(final JobPlan plan, final RowPath path, final Sinks sinks)
    {
        this.plan = plan;
        this.path = path;
        this.sinks = sinks;
    }

    JobProgress progress()
    {
        long watermark = Long.MAX_VALUE;
        for (final SourceAgent source : path.sources())
        {
            watermark = Math.min(watermark, source.counters().watermark().get());
        }
        long late = 0;
        long dead = 0;
        long state = 0;
        for (final ShardAgent shard : path.shards())
        {
            late += sum(shard.counters().late());
            dead += sum(shard.counters().dead()) + sum(shard.counters().deadTable());
            state += shard.counters().stateBytes().get();
        }
        return new JobProgress(path.rowsRead(), watermark, late, dead, sum(sinks.results()), state);
    }

    /** The counts of each statement; they balance once the job is done. */
    List<StatementCounts> counts()
    {
        final List<StatementCounts> counts = new ArrayList<>();
        for (final StatementPlan statement : plan.statements())
        {
            counts.add(counts(statement));
        }
        return counts;
    }

    private StatementCounts counts(final StatementPlan statement)
    {
        long in = 0;
        long filtered = 0;
        long applied = 0;
        long late = 0;
        long dead = 0;
        for (final PipelinePlan pipeline : plan.pipelines())
        {
            if (pipeline.statement() != statement.id())
            {
                continue;
            }
            final SourceCounters source = path.sources().get(pipeline.table()).counters();
            in += source.rows().get();
            filtered += source.filtered()[indexOf(path.pipelinesOfTable()[pipeline.table()], pipeline.id())].get();
            for (final ShardAgent shard : path.shards())
            {
                final ShardCounters counters = shard.counters();
                applied += counters.applied()[pipeline.id()].get();
                late += counters.late()[pipeline.id()].get();
                dead += counters.dead()[pipeline.id()].get() + counters.deadTable()[pipeline.table()].get();
            }
        }
        final MergeAgent merge = path.merge();
        long deadResults = merge == null ? 0 : merge.counters().deadResults()[statement.id()].get();
        for (final ShardAgent shard : path.shards())
        {
            deadResults += shard.counters().deadResults()[statement.id()].get();
        }
        return new StatementCounts(statement.name(), in, filtered, applied, late, dead,
            sinks.results()[statement.id()].get(), deadResults);
    }

    List<NulledColumn> nulledColumns()
    {
        final List<NulledColumn> nulled = new ArrayList<>();
        for (final SourceAgent source : path.sources())
        {
            final TablePlan table = source.plan();
            for (int i = 0; i < table.decodedColumns(); i++)
            {
                final long values = source.counters().nulled()[i].get();
                if (values > 0)
                {
                    final RowLayout.Column column = table.layout().columns().get(i);
                    nulled.add(new NulledColumn(table.name(), column.path(), column.type(), values));
                }
            }
        }
        return nulled;
    }

    /**
     * Looks for rows that are not accounted for, once the job is done: each statement's balance, and the late and dead
     * tables against the shards' counts.
     *
     * @return what is wrong, a sentence each; empty where nothing is.
     */
    List<String> violations()
    {
        final List<String> violations = new ArrayList<>();
        for (final StatementCounts counts : counts())
        {
            if (!counts.isBalanced())
            {
                violations.add("rows of " + counts.name() + " don't add up: " + counts);
            }
        }
        final JobProgress progress = progress();
        if (progress.late() != sinks.sideTables().lateKept())
        {
            violations.add(progress.late() + " rows were late, " + sinks.sideTables().lateKept() + " were kept");
        }
        final SideTables side = sinks.sideTables();
        violations.addAll(sinks.detachments());
        if (progress.dead() != side.deadKept() + side.deadIgnored())
        {
            violations.add(progress.dead() + " rows were dead, " + side.deadKept() + " were kept, " +
                side.deadIgnored() + " ignored");
        }
        final long deadResults = counts().stream().mapToLong(StatementCounts::deadResults).sum();
        if (deadResults != side.deadResultsKept() + side.deadResultsIgnored())
        {
            violations.add(deadResults + " results were dead, " + side.deadResultsKept() + " were kept, " +
                side.deadResultsIgnored() + " ignored");
        }
        for (final StatementPlan statement : plan.statements())
        {
            final long made = path.resultsMade(statement.id());
            final long written = sinks.results()[statement.id()].get();
            if (made != written)
            {
                violations.add(made + " results of " + statement.name() + " were made, " + written + " were written");
            }
        }
        final long published = path.sources().stream().mapToLong(source -> source.counters().ringRows().get()).sum();
        for (final ShardAgent shard : path.shards())
        {
            if (shard.counters().ringRows().get() != published)
            {
                violations.add(published + " rows went into the ring, " + shard.roleName() + " saw " +
                    shard.counters().ringRows().get());
            }
        }
        return violations;
    }

    private static int indexOf(final int[] ids, final int id)
    {
        for (int i = 0; i < ids.length; i++)
        {
            if (ids[i] == id)
            {
                return i;
            }
        }
        throw new IllegalArgumentException("no pipeline " + id);
    }

    private static long sum(final Counter[] counters)
    {
        long sum = 0;
        for (final Counter counter : counters)
        {
            sum += counter.get();
        }
        return sum;
    }
}
