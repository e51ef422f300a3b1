package io.millrace.node.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Counter;
import io.millrace.engine.job.Job;
import io.millrace.engine.job.JobOptions;
import io.millrace.engine.job.JobOptions.Placement;
import io.millrace.engine.job.JobRunner;
import io.millrace.engine.kernel.Accumulators;
import io.millrace.engine.kernel.AggregateInput;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.PipelinePlan;
import io.millrace.engine.ring.BlockRing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shards are threads, each with its part of the rows, which all cross the ring; an input is read once. */
final class ShardThreadsTest
{
    private static final long WAIT_NS = 1_000_000;
    private static final long DEADLINE_NS = 30_000_000_000L;

    @TempDir
    Path folder;

    private JobOptions options(final int shards)
    {
        return new JobOptions(shards, Placement.DEDICATED, 65_536, 256, 16, 256L << 20, CorpusJob.MAX_ROW_BYTES,
            1 << 23, 0, folder.resolve("side"));
    }

    @ParameterizedTest
    @CsvSource({"u01_seed, 19971, 2", "u01_seed, 19971, 4", "x01_keyed_clean, 20000, 2", "x01_keyed_clean, 20000, 4"})
    void shouldSpreadAKeyedJobOverThreads(final String name, final long rows, final int shards)
        throws IOException, InterruptedException
    {
        final CorpusJob corpusJob = new CorpusJob(name, folder, Map.of());
        final List<Spy> spies = new CopyOnWriteArrayList<>();
        final AtomicLong ringRows = new AtomicLong();
        final Job.Endpoints opened = corpusJob.open();
        final HeldSource source = new HeldSource(opened.sources().get(0), 0);
        final BlockRing.Observer observer = (sequence, block) -> ringRows.addAndGet(block.count());
        try (JobRunner runner = new JobRunner(spiedOn(corpusJob.plan(), spies), options(shards),
            new Job.Endpoints(List.of(source), opened.decoders(), opened.sinks()), observer))
        {
            runner.start();
            awaitRows(runner.job(), rows);
            final Set<Thread> alive = Thread.getAllStackTraces().keySet();
            assertEquals(shards, spies.size());
            final Set<Thread> threads = new HashSet<>();
            final long applied = runner.job().counts().get(0).applied();
            long seen = 0;
            for (int shard = 0; shard < shards; shard++)
            {
                final Spy spy = spies.get(shard);
                final Thread thread = spy.thread;
                assertNotNull(thread, "shard " + shard + " saw no row");
                assertTrue(spy.isAlone, "rows of shard " + shard + " are one thread's");
                assertEquals("shard-" + shard, thread.getName());
                assertTrue(alive.contains(thread), "all at once");
                threads.add(thread);
                assertEquals(spy.rows.get(), runner.job().shards().get(shard).counters().applied()[0].get());
                final long part = spy.rows.get();
                assertTrue(part * 10 >= applied, "shard " + shard + " applied " + part + " of " + applied);
                seen += part;
            }
            assertEquals(shards, threads.size(), "distinct threads");
            assertEquals(applied, seen);
            source.release();
            assertNull(runner.await(), () -> "ended by " + runner.failure());
            assertEquals(runner.job().sources().get(0).counters().rows().get(), ringRows.get());
            assertEquals(List.of(), runner.job().violations());
            assertEquals(List.of(), corpusJob.differences());
        }
        spies.forEach(spy -> spy.input.close());
    }

    @Test
    void shouldReadTheInputOfAStatementSetOnce() throws IOException, InterruptedException
    {
        final CorpusJob corpusJob = new CorpusJob("u24_statement_set", folder, Map.of());
        final AtomicLong ringRows = new AtomicLong();
        final Job.Endpoints opened = corpusJob.open();
        assertEquals(1, opened.sources().size(), "three statements, one source");
        try (JobRunner runner = new JobRunner(corpusJob.plan(), options(2), opened,
            (sequence, block) -> ringRows.addAndGet(block.count())))
        {
            runner.start();
            assertNull(runner.await(), () -> "ended by " + runner.failure());
            final long size = Files.size(Path.of(corpusJob.plan().tables().get(0).options().get("path")));
            assertEquals(size, opened.sources().get(0).partitions().get(0).bytesRead());
            final long rows = runner.job().sources().get(0).counters().rows().get();
            assertEquals(rows, ringRows.get(), "each row crosses the ring once for all statements");
            runner.job().counts().forEach(counts -> assertEquals(rows, counts.in()));
            assertEquals(List.of(), runner.job().violations());
        }
    }

    /** Waits until every row has been read and is accounted for. */
    private static void awaitRows(final Job job, final long rows)
    {
        final long startNs = System.nanoTime();
        while (job.counts().get(0).in() != rows || !job.counts().get(0).isBalanced())
        {
            assertTrue(System.nanoTime() - startNs < DEADLINE_NS, () -> "stuck at " + job.counts());
            LockSupport.parkNanos(WAIT_NS);
        }
    }

    private static JobPlan spiedOn(final JobPlan plan, final List<Spy> spies)
    {
        final List<PipelinePlan> pipelines = new ArrayList<>();
        for (final PipelinePlan pipeline : plan.pipelines())
        {
            final Supplier<AggregateInput> input = pipeline.input();
            assertNotNull(input);
            pipelines.add(new PipelinePlan(pipeline.id(), pipeline.statement(), pipeline.table(), pipeline.router(),
                pipeline.projector(), pipeline.aggregate(), () ->
                {
                    final Spy spy = new Spy(input.get());
                    spies.add(spy);
                    return spy;
                }));
        }
        return new JobPlan(plan.name(), plan.settings(), plan.tables(), plan.sinks(), plan.statements(), pipelines,
            plan.aggregates());
    }

    /** Sees which thread applies rows. A shard makes one, in the order of shards. */
    private static final class Spy extends AggregateInput
    {
        private final AggregateInput input;
        private volatile @Nullable Thread thread;
        private volatile boolean isAlone = true;
        private final Counter rows = new Counter();

        private Spy(final AggregateInput input)
        {
            this.input = input;
        }

        @Override
        public int key(final long row, final long out, final int capacity)
        {
            return input.key(row, out, capacity);
        }

        @Override
        public long windowTime(final long row)
        {
            return input.windowTime(row);
        }

        @Override
        public void accumulate(final long row, final long accumulators, final Accumulators state)
        {
            if (thread == null)
            {
                thread = Thread.currentThread();
            }
            if (thread != Thread.currentThread())
            {
                isAlone = false;
            }
            rows.add(1);
            input.accumulate(row, accumulators, state);
        }
    }
}
