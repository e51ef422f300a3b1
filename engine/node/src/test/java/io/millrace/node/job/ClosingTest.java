package io.millrace.node.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.connector.Sink;
import io.millrace.engine.job.Job;
import io.millrace.engine.job.JobOptions;
import io.millrace.engine.job.JobOptions.Placement;
import io.millrace.engine.job.SeededRunner;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.shard.ShardAgent;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows of very many keys close in steps that a ring entry pays for, whether rows go on, stay away or end. */
final class ClosingTest
{
    private static final int KEYS = 1_000_000;
    private static final int BLOCK_ROWS = 1024;
    private static final long HOUR_MS = 3_600_000;
    private static final long STEPS = 100_000_000;

    @TempDir
    Path folder;

    /** Counts results, and sees how many windows were being drained when the first one came. */
    private static final class FirstResult implements Sink
    {
        private Job job;
        private long results;
        private long pendingAtFirst;
        private long drainedAtFirst;

        @Override
        public void write(final long row, final int length)
        {
            if (results++ == 0)
            {
                job.shards().forEach(shard ->
                {
                    pendingAtFirst += shard.counters().pendingWindows().get();
                    drainedAtFirst += shard.counters().drainedSlots().get();
                });
            }
        }

        @Override
        public void flush()
        {
        }

        @Override
        public void end()
        {
        }

        @Override
        public void close()
        {
        }
    }

    private static JobPlan plan()
    {
        return SqlJob.plan("""
            CREATE TABLE numbers (k BIGINT, t TIMESTAMP(3), WATERMARK FOR t AS t)
              WITH ('connector' = 'stdin', 'format' = 'json');
            CREATE TABLE counts (k BIGINT, n BIGINT, window_end TIMESTAMP(3)) WITH ('connector' = 'blackhole');
            INSERT INTO counts SELECT k, COUNT(*), window_end
            FROM TABLE(TUMBLE(TABLE numbers, DESCRIPTOR(t), INTERVAL '1' HOUR)) GROUP BY k, window_start, window_end;
            """);
    }

    private JobOptions options(final int shards)
    {
        return new JobOptions(shards, Placement.FUSED, 65_536, BLOCK_ROWS, 16, 1L << 30, SqlJob.MAX_ROW_BYTES, 1 << 20,
            0, folder);
    }

    private static long pending(final Job job)
    {
        return job.shards().stream().mapToLong(shard -> shard.counters().pendingWindows().get()).sum();
    }

    private static long slots(final Job job)
    {
        return job.shards().stream().mapToLong(shard -> shard.counters().drainedSlots().get()).sum();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldDrainAMillionKeysInBudgetedStepsWhenTheInputIsQuiet(final int shards)
    {
        final NumberedSource source = new NumberedSource(n -> n < KEYS ? n / 1000 : 2 * HOUR_MS);
        final FirstResult sink = new FirstResult();
        final SeededRunner runner = new SeededRunner(shards);
        final JobPlan plan = plan();
        try (Job job = new Job(plan, options(shards), new Job.Endpoints(List.of(source),
            SqlJob.open(plan, source).decoders(), List.of(sink)), runner.environment()))
        {
            sink.job = job;
            source.allow(KEYS);
            runUntil(runner, job, () -> job.counts().get(0).applied() == KEYS);
            assertEquals(0, sink.results, "the window is open");
            source.allow(KEYS + 1);
            runUntil(runner, job, () -> sink.results == KEYS && pending(job) == 0);
            assertTrue(sink.pendingAtFirst > 0, "the first result waited for the drain to end");
            assertTrue(sink.drainedAtFirst * 10 < slots(job), sink.drainedAtFirst + " slots of " + slots(job) +
                " were drained when the first result came");
            job.shards().forEach(shard -> assertTrue(shard.counters().maxDrained().get() <=
                ShardAgent.SLOTS_PER_ROW + ShardAgent.SLOTS_PER_ENTRY, "an entry of one row drained " +
                shard.counters().maxDrained().get()));
            final long ticks = job.sources().get(0).counters().ticks().get();
            assertTrue(ticks * ShardAgent.SLOTS_PER_ENTRY * shards + ShardAgent.SLOTS_PER_ROW >= KEYS,
                "a slot holds at most one key: " + ticks + " ticks are too few");
            source.end();
            assertTrue(runner.run(job, STEPS) >= 0, "an ended input closes what is open");
            assertEquals(KEYS + 1, sink.results);
            assertEquals(List.of(), job.violations());
        }
    }

    @Test
    void shouldDrainWithinTheRowsThatFollowWhenTheInputGoesOn()
    {
        // Four windows of 100,000 keys each, one behind the other.
        final int window = 100_000;
        final NumberedSource source = new NumberedSource(n -> n / window * HOUR_MS + n % window / 100);
        final FirstResult sink = new FirstResult();
        final SeededRunner runner = new SeededRunner(9);
        final JobPlan plan = plan();
        try (Job job = new Job(plan, options(2), new Job.Endpoints(List.of(source),
            SqlJob.open(plan, source).decoders(), List.of(sink)), runner.environment()))
        {
            sink.job = job;
            source.allow(4L * window);
            runUntil(runner, job, () -> job.counts().get(0).applied() == 4L * window);
            assertTrue(sink.results >= 2L * window, "windows are drained before as many rows have passed as they " +
                "held: " + sink.results);
            assertTrue(sink.pendingAtFirst > 0 && sink.drainedAtFirst * 5 < slots(job), "the first result is early");
            final long budget = (long)BLOCK_ROWS * ShardAgent.SLOTS_PER_ROW + ShardAgent.SLOTS_PER_ENTRY;
            job.shards().forEach(shard -> assertTrue(shard.counters().maxDrained().get() <= budget,
                "one window waits at a time, yet an entry drained " + shard.counters().maxDrained().get()));
            source.end();
            assertTrue(runner.run(job, STEPS) >= 0, "an ended input closes what is open");
            assertEquals(4L * window, sink.results);
            assertEquals(List.of(), job.violations());
        }
    }

    private static void runUntil(final SeededRunner runner, final Job job, final BooleanSupplier end)
    {
        for (int i = 0; i < 1_000_000 && !end.getAsBoolean(); i++)
        {
            runner.run(job, 100);
        }
        assertTrue(end.getAsBoolean(), () -> "stuck at " + job.counts() + ", " + pending(job) + " pending");
    }
}
