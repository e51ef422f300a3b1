package io.millrace.engine.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.plan.AggregatePlan.Grouping;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Snapshots of shards and of the merge agent, and what goes on from them. */
final class SnapshotTest
{
    private static final List<Grouping> ALL = List.of(Grouping.KEYED, Grouping.GLOBAL, Grouping.GLOBAL_IN_ORDER);

    private static ShardHarness.Shape shape(final SplittableRandom random)
    {
        final int shards = random.nextInt(1, 5);
        return new ShardHarness.Shape(shards, random.nextBoolean() ? ALL : List.of(Grouping.KEYED),
            random.nextInt(500, 8000), 1 << random.nextInt(12, 16), 1 << random.nextInt(12, 17),
            random.nextInt(3) == 0 ? Snapshot.BUDGET : random.nextInt(1, 5000));
    }

    @Test
    void shouldGoOnFromASnapshotAsIfNothingHadHappened()
    {
        final RichJob job = new RichJob();
        for (long seed = 1; seed <= 40; seed++)
        {
            final SplittableRandom random = new SplittableRandom(seed);
            final ShardHarness.Shape shape = shape(random);
            final List<ShardHarness.Entry> script = ShardHarness.script(seed, random.nextInt(20, 160),
                random.nextInt(1, 200), List.of(5, 200, 3000).get(random.nextInt(3)), 3);
            try (ShardHarness whole = new ShardHarness(job, shape, false);
                ShardHarness going = new ShardHarness(job, shape, true))
            {
                whole.run(script, 0, seed);
                going.run(script, 0, seed + 1000);
                assertSame(whole.records, going.records, "seed " + seed);
                assertEquals(whole.counts(), going.counts(), "seed " + seed);
                assertEquals(Set.of(1L, 2L, 3L), going.snapshots.keySet());
                for (long checkpoint = 1; checkpoint <= 3; checkpoint++)
                {
                    restored(job, shape, script, checkpoint, whole, going, seed);
                }
            }
        }
        assertEquals(Set.of(0, 1, 2), job.shapes);
    }

    private static void assertSame(
        final List<List<String>> expected, final List<List<String>> actual, final String what)
    {
        for (int writer = 0; writer < expected.size(); writer++)
        {
            final int count = Math.min(expected.get(writer).size(), actual.get(writer).size());
            for (int i = 0; i < count; i++)
            {
                assertEquals(expected.get(writer).get(i), actual.get(writer).get(i),
                    what + " writer " + writer + " record " + i);
            }
            assertEquals(expected.get(writer).size(), actual.get(writer).size(), what + " writer " + writer);
        }
    }

    private static void restored(
        final RichJob job, final ShardHarness.Shape shape, final List<ShardHarness.Entry> script, final long checkpoint,
        final ShardHarness whole, final ShardHarness going, final long seed)
    {
        final String what = "seed " + seed + " checkpoint " + checkpoint + " " + shape;
        try (ShardHarness restored = new ShardHarness(job, shape, checkpoint == 2))
        {
            final long[] first = restored.restore(going.snapshots.get(checkpoint));
            restored.run(script, ShardHarness.indexOf(script, checkpoint) + 1, seed + 2000 + checkpoint);
            final List<List<String>> rest = new ArrayList<>();
            for (int writer = 0; writer < first.length; writer++)
            {
                final List<String> all = whole.records.get(writer);
                assertTrue(first[writer] <= all.size(), what);
                rest.add(all.subList((int)first[writer], all.size()));
            }
            assertSame(rest, restored.records, what);
            assertEquals(whole.counts(), restored.counts(), what);
        }
    }
}
