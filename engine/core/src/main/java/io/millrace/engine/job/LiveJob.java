package io.millrace.engine.job;

import io.millrace.engine.Counter;
import io.millrace.engine.live.LatencyCounts;
import io.millrace.engine.live.LiveFile;
import io.millrace.engine.live.Measure;
import io.millrace.engine.live.Stage;
import io.millrace.engine.log.Log;
import io.millrace.engine.output.OutputTimes;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.PipelinePlan;
import io.millrace.engine.plan.StatementPlan;
import io.millrace.engine.shard.ShardAgent;
import io.millrace.engine.shard.ShardCounters;
import io.millrace.engine.sink.ProvisionalAgent;
import io.millrace.engine.sink.SinkAgent;
import io.millrace.engine.source.SourceAgent;
import io.millrace.engine.source.SourceCounters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochClock;
import org.jspecify.annotations.Nullable;

/**
 * Shows a job in a file while it runs: what its agents count lies in the file itself, what only their logs and rings
 * know is put there now and then by this agent, which has no part in the job's work.
 *
 * <p><b>Threading:</b> made before the job's threads start; {@link #doWork()} in one thread that may wait;
 * {@link #record} is for all.
 */
public final class LiveJob implements Agent
{
    private final LiveFile file;
    private final List<Gauge> gauges = new ArrayList<>();

    /** A number that is looked up. */
    private record Gauge(Counter counter, LongSupplier value)
    {
    }

    /**
     * Makes the file and moves the job's counters into it. No agent may run yet.
     *
     * @param firstTouches of memory by the hot path.
     * @param text         the job's name, a line feed, its plan.
     * @throws IOException where the file can't be made; the job then counts for itself alone.
     */
    public LiveJob(
        final Job job, final LongSupplier firstTouches, final Path path, final String text, final long processId,
        final EpochClock clock, final LongSupplier nanoClock) throws IOException
    {
        final LiveFile.Contents contents = new LiveFile.Contents();
        final AtomicReference<@Nullable LiveFile> made = new AtomicReference<>();
        final Consumer<String> errors = error ->
        {
            final LiveFile log = made.get();
            if (log != null)
            {
                log.record(error);
            }
        };
        job.sources().forEach(source -> show(contents, source));
        showStatements(contents, job);
        job.shards().forEach(shard -> show(contents, shard, job.shards().indexOf(shard)));
        final OutputTimes times = new OutputTimes(nanoClock);
        job.output().show(contents, times);
        job.sinks().show(contents, times, errors);
        gauge(contents, Measure.RING_CAPACITY, 0, "ring", job.ring()::capacity);
        gauge(contents, Measure.RING_USED, 0, "ring", job.ring()::used);
        gauge(contents, Measure.FIRST_TOUCHES, 0, "memory", firstTouches);
        show(contents, Measure.OUTPUT_BYTES, Measure.OUTPUT_COMMITTED, Measure.OUTPUT_BEGIN, "output",
            job.outputLog());
        for (int i = 0; i < job.sinks().agents().size(); i++)
        {
            final SinkAgent sink = job.sinks().agents().get(i);
            gauge(contents, Measure.SINK_POSITION, i, sink.name(), sink::storedPosition);
            gauge(contents, Measure.SINK_BACKLOG, i, sink.name(), sink::backlogBytes);
        }
        for (int i = 0; i < job.sinks().provisional().size(); i++)
        {
            final ProvisionalAgent sink = job.sinks().provisional().get(i);
            gauge(contents, Measure.SINK_BACKLOG, job.sinks().agents().size() + i, sink.name(), sink::backlogBytes);
        }
        final Durability durability = job.durability();
        if (durability != null)
        {
            show(contents, durability, clock, errors);
        }
        file = LiveFile.create(path, text, processId, contents, clock, nanoClock);
        made.set(file);
        job.sources().forEach(source -> source.tell(errors));
        doWork();
    }

    private static void show(final LiveFile.Contents contents, final SourceAgent source)
    {
        final int id = source.plan().id();
        final String name = source.plan().name();
        final SourceCounters counters = source.counters();
        contents.show(Measure.SOURCE_ROWS, id, 0, name, counters.rows());
        contents.show(Measure.SOURCE_BLANKS, id, 0, name, counters.blanks());
        contents.show(Measure.SOURCE_BYTES, id, 0, name, counters.bytes());
        contents.show(Measure.SOURCE_BLOCKS, id, 0, name, counters.blocks());
        contents.show(Measure.SOURCE_TICKS, id, 0, name, counters.ticks());
        contents.show(Measure.SOURCE_JUMBOS, id, 0, name, counters.jumbos());
        contents.show(Measure.SOURCE_POSITION, id, 0, name, counters.position());
        contents.show(Measure.SOURCE_WATERMARK, id, 0, name, counters.watermark());
        contents.show(Measure.SOURCE_REFUSED, id, 0, name, counters.refused());
        for (int column = 0; column < counters.nulled().length; column++)
        {
            contents.show(Measure.SOURCE_NULLED, id, column, name, counters.nulled()[column]);
        }
        source.source().show((measure, counter) -> contents.show(measure, id, 0, name, counter));
        contents.time(Stage.INGEST, id, name, source::time);
    }

    private static void showStatements(final LiveFile.Contents contents, final Job job)
    {
        final JobPlan plan = job.plan();
        final int[][] pipelinesOfTable = plan.pipelinesOfTable();
        for (int table = 0; table < pipelinesOfTable.length; table++)
        {
            final SourceCounters counters = job.sources().get(table).counters();
            for (int i = 0; i < pipelinesOfTable[table].length; i++)
            {
                final PipelinePlan pipeline = plan.pipelines().get(pipelinesOfTable[table][i]);
                contents.show(Measure.STATEMENT_FILTERED, pipeline.statement(), table,
                    plan.statements().get(pipeline.statement()).name(), counters.filtered()[i]);
            }
        }
        for (final StatementPlan statement : plan.statements())
        {
            contents.show(Measure.STATEMENT_RESULTS, statement.id(), 0, statement.name(),
                job.sinks().results()[statement.id()]);
        }
        final List<ShardCounters> all = new ArrayList<>();
        job.shards().forEach(shard -> all.add(shard.counters()));
        if (job.merge() != null)
        {
            all.add(job.merge().counters());
        }
        for (int part = 0; part < all.size(); part++)
        {
            final ShardCounters counters = all.get(part);
            for (final PipelinePlan pipeline : plan.pipelines())
            {
                final int statement = pipeline.statement();
                final String name = plan.statements().get(statement).name();
                contents.show(Measure.STATEMENT_APPLIED, statement, part, name, counters.applied()[pipeline.id()]);
                contents.show(Measure.STATEMENT_LATE, statement, part, name, counters.late()[pipeline.id()]);
                contents.show(Measure.STATEMENT_DEAD, statement, part, name, counters.dead()[pipeline.id()]);
            }
            for (final StatementPlan statement : plan.statements())
            {
                contents.show(Measure.STATEMENT_MADE, statement.id(), part, statement.name(),
                    counters.results()[statement.id()]);
                contents.show(Measure.STATEMENT_DEAD_RESULTS, statement.id(), part, statement.name(),
                    counters.deadResults()[statement.id()]);
            }
            for (int table = 0; table < plan.tables().size(); table++)
            {
                contents.show(Measure.SOURCE_DEAD, table, part, plan.tables().get(table).name(),
                    counters.deadTable()[table]);
            }
        }
    }

    private static void show(final LiveFile.Contents contents, final ShardAgent shard, final int id)
    {
        final ShardCounters counters = shard.counters();
        final String name = shard.roleName();
        contents.show(Measure.SHARD_ROWS, id, 0, name, counters.ringRows());
        contents.show(Measure.SHARD_STATE, id, 0, name, counters.stateBytes());
        contents.show(Measure.SHARD_KEYS, id, 0, name, counters.keys());
        contents.show(Measure.SHARD_SLOTS, id, 0, name, counters.slots());
        contents.show(Measure.SHARD_CLOSING, id, 0, name, counters.pendingWindows());
        contents.show(Measure.SHARD_DRAINED, id, 0, name, counters.drainedSlots());
        contents.show(Measure.SHARD_REFUSED, id, 0, name, counters.refused());
        final LatencyCounts[] waiting = new LatencyCounts[1];
        contents.time(Stage.RING_WAIT, id, name, counts -> waiting[0] = counts);
        contents.time(Stage.OPERATOR, id, name, counts -> shard.time(waiting[0], counts));
    }

    private void show(
        final LiveFile.Contents contents, final Durability durability, final EpochClock clock,
        final Consumer<String> errors)
    {
        durability.journal().show(contents);
        durability.checkpoints().show(contents, errors);
        show(contents, Measure.JOURNAL_BYTES, Measure.JOURNAL_COMMITTED, Measure.JOURNAL_BEGIN, "journal",
            durability.journalLog());
        gauge(contents, Measure.JOURNAL_FORCED, 0, "journal", durability.journalLog()::forcedPosition);
        final long[] seen = new long[2];
        gauge(contents, Measure.CHECKPOINT_TIME, 0, "checkpoint", () ->
        {
            final long completed = durability.checkpoints().completed();
            if (completed != seen[0])
            {
                seen[0] = completed;
                seen[1] = clock.time();
            }
            return seen[1];
        });
    }

    private void show(
        final LiveFile.Contents contents, final Measure end, final Measure committed, final Measure begin,
        final String name, final Log log)
    {
        gauge(contents, end, 0, name, log::endPosition);
        gauge(contents, committed, 0, name, log::commitPosition);
        gauge(contents, begin, 0, name, log::beginPosition);
    }

    private void gauge(
        final LiveFile.Contents contents, final Measure measure, final int instance, final String name,
        final LongSupplier value)
    {
        final Counter counter = new Counter();
        gauges.add(new Gauge(counter, value));
        contents.show(measure, instance, 0, name, counter);
    }

    /** Where the file is. */
    public Path path()
    {
        return file.path();
    }

    @Override
    public String roleName()
    {
        return "live";
    }

    /** Looks up what the agents don't count, and says that the process lives. Some ten times a second is enough. */
    @Override
    public int doWork()
    {
        for (int i = 0; i < gauges.size(); i++)
        {
            final Gauge gauge = gauges.get(i);
            gauge.counter.set(gauge.value.getAsLong());
        }
        file.beat();
        return 0;
    }

    /** Counts an error. Any thread. */
    public void record(final String error)
    {
        file.record(error);
    }

    /** Says that the job has ended in order; the agents' counts stay as they are. */
    public void end()
    {
        doWork();
        file.end();
    }
}
