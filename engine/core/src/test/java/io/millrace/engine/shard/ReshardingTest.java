package io.millrace.engine.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.plan.AggregatePlan.Grouping;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A job whose number of shards changes between its runs makes what it would have made. */
final class ReshardingTest
{
    private static final int[] SHARDS = {1, 2, 4, 3, 1};

    private static ShardHarness.Shape shape(final int shards, final long windowMs)
    {
        return new ShardHarness.Shape(shards, List.of(Grouping.KEYED, Grouping.GLOBAL, Grouping.GLOBAL_IN_ORDER),
            windowMs, 1 << 15, 1 << 15, Snapshot.BUDGET);
    }

    @Test
    void shouldMakeTheSameResultsWithAnyNumberOfShards()
    {
        final RichJob job = new RichJob();
        for (long seed = 1; seed <= 8; seed++)
        {
            final List<ShardHarness.Entry> script =
                ShardHarness.script(seed, 150, 120, List.of(5, 200, 3000).get((int)(seed % 3)), 0);
            final long windowMs = 700 + 450 * seed;
            final List<String> expected = new ArrayList<>();
            final List<Long> counts;
            try (ShardHarness whole = new ShardHarness(job, shape(1, windowMs), true))
            {
                final List<ShardHarness.Entry> all = new ArrayList<>();
                for (int part = 0; part < SHARDS.length; part++)
                {
                    all.addAll(ShardHarness.part(script, part, SHARDS.length));
                }
                whole.run(all, 0, seed);
                whole.records.forEach(expected::addAll);
                counts = sums(whole);
            }
            final List<String> made = new ArrayList<>();
            final long[] watermarks = new long[2];
            List<List<byte[]>> left = List.of();
            List<Long> ownCounts = List.of();
            for (int part = 0; part < SHARDS.length; part++)
            {
                try (ShardHarness run = new ShardHarness(job, shape(SHARDS[part], windowMs), true))
                {
                    if (part > 0)
                    {
                        run.reshard(left);
                    }
                    run.run(ShardHarness.part(script, part, SHARDS.length), 0, seed + part, watermarks);
                    run.records.forEach(made::addAll);
                    left = run.snapshots.get(1L);
                    ownCounts = sums(run);
                }
            }
            Collections.sort(expected);
            Collections.sort(made);
            assertTrue(expected.size() > 150, "seed " + seed);
            assertEquals(expected, made, "seed " + seed);
            assertEquals(counts, ownCounts, "seed " + seed);
        }
    }

    /** Rows by what became of them, results, and rows that each shard has seen. */
    private static List<Long> sums(final ShardHarness run)
    {
        final List<Long> sums = new ArrayList<>();
        final ShardCounters first = run.shards.get(0).counters();
        for (int pipeline = 0; pipeline < first.applied().length; pipeline++)
        {
            final int id = pipeline;
            sums.add(run.shards.stream().mapToLong(shard -> shard.counters().applied()[id].get()).sum());
            sums.add(run.shards.stream().mapToLong(shard -> shard.counters().late()[id].get()).sum());
            sums.add(run.shards.stream().mapToLong(shard -> shard.counters().results()[id].get()).sum() +
                run.merge.counters().results()[id].get());
        }
        sums.add(run.shards.stream().mapToLong(shard -> shard.counters().deadTable()[0].get()).sum());
        run.shards.forEach(shard -> assertEquals(first.ringRows().get(), shard.counters().ringRows().get()));
        sums.add(first.ringRows().get());
        return sums;
    }

    @Test
    void shouldRefuseWhileAWindowWaitsToBeDrained()
    {
        final RichJob job = new RichJob();
        int refused = 0;
        for (long seed = 1; seed <= 10; seed++)
        {
            final List<ShardHarness.Entry> script = ShardHarness.script(seed, 100, 100, 3000, 3);
            try (ShardHarness run = new ShardHarness(job, shape(2, 700), true))
            {
                run.run(script, 0, seed);
                for (long checkpoint = 1; checkpoint <= 3; checkpoint++)
                {
                    final List<List<byte[]>> parts = run.snapshots.get(checkpoint);
                    try (ShardHarness fresh = new ShardHarness(job, shape(3, 700), false))
                    {
                        fresh.reshard(parts);
                    }
                    catch (final IllegalStateException e)
                    {
                        refused++;
                    }
                }
            }
        }
        assertTrue(refused > 5, refused + " of 30 refused");
    }
}
