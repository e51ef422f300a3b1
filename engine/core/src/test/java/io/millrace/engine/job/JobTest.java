package io.millrace.engine.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.engine.job.CountJob.Event;
import io.millrace.engine.job.JobOptions.Placement;
import io.millrace.engine.plan.AggregatePlan.Grouping;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine in every execution mode against a naive reference over the order in which rows entered the ring. */
final class JobTest
{
    @TempDir
    Path folder;

    private static List<List<Event>> events(final long seed, final int partitions, final int count)
    {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<List<Event>> all = new ArrayList<>();
        for (int p = 0; p < partitions; p++)
        {
            final List<Event> events = new ArrayList<>();
            for (int i = 0; i < count; i++)
            {
                final int user = random.nextInt(1, 40) * random.nextInt(1, 40) / 40;
                final long base = i * 5L;
                final long ts = base - (random.nextInt(30) == 0 ? random.nextInt(3000) : random.nextInt(150));
                events.add(new Event("u" + user, "/p" + random.nextInt(1, 60),
                    random.nextInt(200) == 0 ? Long.MIN_VALUE : ts, random.nextInt(-20, 1000)));
            }
            all.add(events);
        }
        return all;
    }

    private JobOptions options(final int shards, final int rows, final long idleTimeoutNs, final Placement placement)
    {
        return new JobOptions(shards, placement, 4096, rows, 8, 64L << 20, 1 << 16, 1 << 20, idleTimeoutNs, folder);
    }

    @Test
    void shouldAgreeWithTheReferenceUnderEverySeed()
    {
        final Set<Long> orders = new HashSet<>();
        for (long seed = 1; seed <= 60; seed++)
        {
            final int shards = List.of(1, 2, 4).get((int)(seed % 3));
            final int rows = List.of(1, 7, 1024).get((int)(seed / 3 % 3));
            final Grouping grouping = Grouping.values()[(int)(seed / 9 % 3)];
            final Trace trace = run(seed, grouping, options(shards, rows, 0, Placement.FUSED), 4, false);
            assertEquals(trace.reference.results(grouping == Grouping.KEYED), trace.results, "seed " + seed);
            assertEquals(trace.reference.late, trace.counts.late(), "seed " + seed);
            assertEquals(trace.reference.dead, trace.counts.dead(), "seed " + seed);
            orders.add(trace.orderHash);
        }
        assertTrue(orders.size() >= 55, orders.size() + " distinct orders of 60");
    }

    @Test
    void shouldFindRowsBehindARowThatIsLargerThanABlock()
    {
        final List<Event> events = new ArrayList<>();
        for (int i = 0; i < 40; i++)
        {
            events.add(new Event("u" + i % 5, i % 7 == 0 ? "/" + "p".repeat(600_000) : "/p" + i, i * 100L, i));
        }
        final JobOptions options = new JobOptions(2, Placement.FUSED, 4096, 64, 8, 64L << 20, 1 << 20, 1 << 23, 0,
            folder);
        final Trace trace = run(1, Grouping.KEYED, options, List.of(events), false);
        assertEquals(trace.reference.results(true), trace.results);
    }

    @Test
    void shouldRepeatBitForBitWhenTheSeedIsTheSame()
    {
        final Trace first = run(5, Grouping.KEYED, options(2, 7, 0, Placement.FUSED), 3, false);
        final Trace again = run(5, Grouping.KEYED, options(2, 7, 0, Placement.FUSED), 3, false);
        final Trace other = run(6, Grouping.KEYED, options(2, 7, 0, Placement.FUSED), 3, false);
        assertEquals(first.traceHash, again.traceHash);
        assertEquals(first.inOrder, again.inOrder);
        assertNotEquals(first.traceHash, other.traceHash);
    }

    @Test
    void shouldNotWaitForAnIdlePartition()
    {
        for (long seed = 1; seed <= 10; seed++)
        {
            final Trace trace = run(seed, Grouping.KEYED, options(2, 64, 1_000_000_000L, Placement.FUSED), 4, true);
            assertEquals(trace.reference.results(true), trace.results, "seed " + seed);
        }
    }

    @Test
    void shouldGiveTheSameAnswerOnThreads() throws InterruptedException
    {
        for (final Placement placement : Placement.values())
        {
            for (final int shards : List.of(1, 2, 4))
            {
                for (final Grouping grouping : Grouping.values())
                {
                    onThreads(placement, shards, grouping);
                }
            }
        }
    }

    private void onThreads(final Placement placement, final int shards, final Grouping grouping)
        throws InterruptedException
    {
        final Reference reference = new Reference(2);
        final CountJob.Results results = new CountJob.Results();
        final Job.Endpoints endpoints = new Job.Endpoints(
            List.of(new CountJob.Events(events(42, 2, 4000), false)), Collections.singletonList(null),
            List.of(results));
        try (JobRunner runner = new JobRunner(CountJob.plan(grouping), options(shards, 256, 0, placement), endpoints,
            (sequence, block) -> reference.onBlock(block)))
        {
            runner.start();
            assertNull(runner.await());
            assertTrue(results.isCommitted);
            final String mode = placement + " " + shards + " " + grouping;
            assertEquals(reference.results(grouping == Grouping.KEYED), sorted(results.rows), mode);
            assertEquals(List.of(), runner.job().violations(), mode);
            final StatementCounts counts = runner.job().counts().get(0);
            assertEquals(8000, counts.in());
            assertTrue(counts.late() > 0 && counts.dead() > 0 && counts.filtered() > 0, counts.toString());
            if (grouping == Grouping.KEYED)
            {
                runner.job().shards().forEach(shard -> assertTrue(
                    shard.counters().applied()[0].get() * 10 > counts.applied() / shards * 4, "a shard starved"));
            }
        }
    }

    @Test
    void shouldCommitNothingAfterAnAgentHasFailed() throws InterruptedException
    {
        for (final Placement placement : Placement.values())
        {
            final IllegalStateException failure = new IllegalStateException("the sink can't be written to");
            final AtomicInteger writes = new AtomicInteger();
            final CountJob.Results results = new CountJob.Results()
            {
                @Override
                public void write(final long row, final int length)
                {
                    if (writes.incrementAndGet() == 5)
                    {
                        throw failure;
                    }
                    super.write(row, length);
                }
            };
            final Job.Endpoints endpoints = new Job.Endpoints(List.of(new CountJob.Events(events(7, 2, 4000), false)),
                Collections.singletonList(null), List.of(results));
            try (JobRunner runner = new JobRunner(CountJob.plan(Grouping.KEYED), options(2, 256, 0, placement),
                endpoints))
            {
                runner.start();
                assertEquals(failure, runner.await());
            }
            assertEquals(5, writes.get(), "what is half done is not done again");
            assertFalse(results.isCommitted);
        }
    }

    private Trace run(
        final long seed, final Grouping grouping, final JobOptions options, final int partitions,
        final boolean isLastQuiet)
    {
        final List<List<Event>> events = events(seed, partitions, 600);
        if (isLastQuiet)
        {
            events.set(partitions - 1, events.get(partitions - 1).subList(0, 3));
        }
        return run(seed, grouping, options, events, isLastQuiet);
    }

    private Trace run(
        final long seed, final Grouping grouping, final JobOptions options, final List<List<Event>> events,
        final boolean isLastQuiet)
    {
        final SeededRunner runner = new SeededRunner(seed);
        final Reference reference = new Reference(events.size());
        final CountJob.Results results = new CountJob.Results();
        final CountJob.Events source = new CountJob.Events(events, isLastQuiet);
        final Job.Environment seeded = runner.environment();
        final Job.Environment environment = new Job.Environment(seeded.nanoClock(), seeded.chooser(),
            (sequence, block) ->
            {
                seeded.observer().onPublish(sequence, block);
                reference.onBlock(block);
            }, seeded.regions());
        try (Job job = new Job(CountJob.plan(grouping), options, new Job.Endpoints(
            List.of(source), Collections.singletonList(null), List.of(results)), environment))
        {
            if (isLastQuiet)
            {
                assertEquals(-1, runner.run(job, 60_000), "a quiet partition has not ended");
                assertTrue(results.rows.size() > 20, "results must not wait for the idle partition");
                source.endQuiet();
            }
            assertTrue(runner.run(job, 3_000_000) >= 0, "seed " + seed + " did not end");
            assertEquals(List.of(), job.violations(), "seed " + seed);
            return new Trace(reference, sorted(results.rows), results.rows, job.counts().get(0), runner.traceHash(),
                runner.orderHash());
        }
    }

    private static List<String> sorted(final List<String> rows)
    {
        final List<String> sorted = new ArrayList<>(rows);
        Collections.sort(sorted);
        return sorted;
    }

    private record Trace(
        Reference reference, List<String> results, List<String> inOrder, StatementCounts counts, long traceHash,
        long orderHash)
    {
    }

    /** The meaning of the job, row by row in ring order, with collections. */
    private static final class Reference
    {
        private final Map<Integer, Long> watermarks = new HashMap<>();
        private final Set<Integer> idle = new HashSet<>();
        private final TreeMap<String, long[]> totals = new TreeMap<>();
        private final Map<String, Set<String>> pages = new HashMap<>();
        private final int partitions;
        private long watermark = Long.MIN_VALUE;
        private long late;
        private long dead;

        private Reference(final int partitions)
        {
            this.partitions = partitions;
        }

        private void onBlock(final Block block)
        {
            final int partition = block.partition();
            if (block.kind() == BlockDescriptor.KIND_CONTROL)
            {
                if (block.flags() == BlockDescriptor.CONTROL_END)
                {
                    watermarks.put(partition, Long.MAX_VALUE);
                    idle.remove(partition);
                }
                else
                {
                    idle.add(partition);
                }
            }
            else if (block.kind() == BlockDescriptor.KIND_ROWS)
            {
                idle.remove(partition);
                int at = BlockDescriptor.HEADER_LENGTH;
                for (int i = 0; i < block.count(); i++)
                {
                    onFrame(block.address() + at, partition);
                    at = BlockDescriptor.align(at + Memory.getInt(block.address() + at));
                }
                assertEquals(block.length(), at);
            }
            advance();
        }

        private void onFrame(final long frame, final int partition)
        {
            final int flagged = Memory.getInt(frame + BlockDescriptor.FRAME_RAW_LENGTH_OFFSET);
            final long row = frame + BlockDescriptor.FRAME_HEADER_LENGTH;
            if ((flagged & BlockDescriptor.FRAME_RAW_FLAG) != 0)
            {
                dead++;
                return;
            }
            final long ts = Memory.getLong(row + CountJob.IN.column("ts").fixedOffset());
            final long amount = Memory.getLong(row + CountJob.IN.column("amount").fixedOffset());
            advance();
            if (amount >= 0)
            {
                final long start = Math.floorDiv(ts, CountJob.WINDOW_MS) * CountJob.WINDOW_MS;
                if (start + CountJob.WINDOW_MS - 1 <= watermark)
                {
                    late++;
                }
                else
                {
                    add(text(row, 0), text(row, 1), start, amount);
                }
            }
            if (ts - CountJob.DELAY_MS > 0)
            {
                watermarks.merge(partition, ts - CountJob.DELAY_MS, Math::max);
            }
        }

        private void advance()
        {
            long least = Long.MAX_VALUE;
            for (int p = 0; p < partitions; p++)
            {
                if (!idle.contains(p))
                {
                    least = Math.min(least, watermarks.getOrDefault(p, Long.MIN_VALUE));
                }
            }
            if (idle.size() < partitions)
            {
                watermark = Math.max(watermark, least);
            }
        }

        private void add(final String user, final String page, final long start, final long amount)
        {
            for (final String key : List.of(user + " " + start, " " + start))
            {
                final long[] total = totals.computeIfAbsent(key, k -> new long[2]);
                total[0]++;
                total[1] += amount;
                pages.computeIfAbsent(key, k -> new HashSet<>()).add(page);
            }
        }

        private static String text(final long row, final int index)
        {
            final long at = CountJob.IN.varAddress(row, index);
            final byte[] bytes = new byte[Memory.getInt(at)];
            Memory.copy(at + RowLayout.VAR_HEADER_LENGTH, bytes, 0, bytes.length);
            return new String(bytes, StandardCharsets.UTF_8);
        }

        private List<String> results(final boolean isKeyed)
        {
            final List<String> rows = new ArrayList<>();
            totals.forEach((key, total) ->
            {
                if (key.startsWith(" ") != isKeyed)
                {
                    rows.add(key + " " + total[0] + " " + total[1] + " " + pages.get(key).size());
                }
            });
            return sorted(rows);
        }
    }
}
