package io.millrace.engine.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.plan.AggregatePlan.Grouping;
import io.millrace.engine.state.StateExhaustedException;
import io.millrace.engine.storage.StorageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Snapshots of shards and of the merge agent, and what goes on from them. */
final class SnapshotTest
{
    private static final List<Grouping> ALL =
        List.of(Grouping.KEYED, Grouping.GLOBAL, Grouping.GLOBAL_IN_ORDER, Grouping.KEYED);

    private static ShardHarness.Shape shape(final SplittableRandom random)
    {
        final int shards = random.nextInt(1, 5);
        return new ShardHarness.Shape(shards, random.nextBoolean() ? ALL : List.of(Grouping.KEYED, Grouping.KEYED),
            random.nextInt(500, 8000), 1 << random.nextInt(12, 16), 1 << random.nextInt(12, 17),
            random.nextInt(3) == 0 ? Snapshot.BUDGET : random.nextInt(1, 5000));
    }

    @Test
    void shouldGoOnFromASnapshotAsIfNothingHadHappened()
    {
        final RichJob job = new RichJob();
        for (long seed = 1; seed <= 15; seed++)
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
                assertEquals(whole.usedBytes(), going.usedBytes(), "seed " + seed);
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
            restored.shards.forEach(shard -> assertTrue(shard.settledSequence() < -1, "windows may wait: " + what));
            assertTrue(restored.merge == null || !restored.merge.isSettled(), what);
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
            if (checkpoint == 2)
            {
                restored(job, shape, script, 3, whole, restored, seed);
            }
        }
    }

    @Test
    void shouldStopInTheMiddleOfAnEntryWhileTheSnapshotsLogIsFull()
    {
        final RichJob job = new RichJob();
        int heldUp = 0;
        for (long seed = 100; seed < 103; seed++)
        {
            final ShardHarness.Shape shape = new ShardHarness.Shape(2, ALL, 1500, 1 << 15, 1 << 13, 1000);
            final List<ShardHarness.Entry> script = ShardHarness.script(seed, 120, 250, 3000, 3);
            try (ShardHarness whole = new ShardHarness(job, shape, false);
                ShardHarness going = new ShardHarness(job, shape, true))
            {
                whole.run(script, 0, seed);
                going.isLastRead = true;
                going.run(script, 0, seed + 1000);
                heldUp += going.heldUp;
                assertSame(whole.records, going.records, "seed " + seed);
                for (long checkpoint = 1; checkpoint <= 3; checkpoint++)
                {
                    restored(job, shape, script, checkpoint, whole, going, seed);
                }
            }
        }
        assertTrue(heldUp > 30, "held up " + heldUp + " times");
    }

    @Test
    void shouldCopyNoMoreInADutyCycleThanItsBudgetAndWhatABlockChanges()
    {
        final ShardHarness.Shape shape =
            new ShardHarness.Shape(1, List.of(Grouping.KEYED), 1_000_000, 1 << 20, 1 << 20, Snapshot.BUDGET);
        final List<ShardHarness.Entry> script = ShardHarness.script(7, 400, 256, 100_000, 3);
        script.addAll(Collections.nCopies(2000, new ShardHarness.Entry(0, List.of(), (short)0, 0)));
        try (ShardHarness going = new ShardHarness(new RichJob(), shape, true))
        {
            going.run(script, 0, 7);
            final long written = going.snapshots.get(3L).get(0).stream().mapToLong(batch -> batch.length).sum();
            final long most = going.shards.get(0).counters().maxSnapshotBytes().get();
            assertTrue(written > 8L * Snapshot.BUDGET, written + " bytes");
            assertTrue(most > Snapshot.BUDGET / 2 && most < Snapshot.BUDGET + 160 * 1024, most + " bytes in a cycle");
        }
    }

    @Test
    void shouldRefuseWhatIsDamagedAndCrashOnNothing()
    {
        final RichJob job = new RichJob();
        final ShardHarness.Shape shape = new ShardHarness.Shape(2, ALL, 3000, 1 << 15, 1 << 14, 2000);
        final List<ShardHarness.Entry> script = ShardHarness.script(9, 60, 120, 300, 3);
        int refused = 0;
        try (ShardHarness going = new ShardHarness(job, shape, true))
        {
            going.run(script, 0, 9);
            final SplittableRandom random = new SplittableRandom(9);
            for (int round = 0; round < 400; round++)
            {
                final List<List<byte[]>> parts = new ArrayList<>();
                going.snapshots.get(2L).forEach(part -> parts.add(new ArrayList<>(part)));
                damage(parts.get(random.nextInt(3)), random);
                try (ShardHarness restored = new ShardHarness(job, shape, false))
                {
                    restored.restore(parts);
                }
                catch (final StorageException e)
                {
                    assertEquals(StorageException.Kind.DAMAGED, e.kind());
                    refused++;
                }
                catch (final StateExhaustedException e)
                {
                    refused++;
                }
            }
        }
        assertTrue(refused > 200, refused + " of 400 refused");
    }

    /** Cuts off, leaves out, repeats or turns some bits of what follows the first batch's beginning. */
    private static void damage(final List<byte[]> part, final SplittableRandom random)
    {
        final int at = random.nextInt(part.size());
        final byte[] batch = part.get(at).clone();
        switch (random.nextInt(4))
        {
            case 0 -> part.set(at, Arrays.copyOf(batch, at == 0 ? 64 : random.nextInt(batch.length)));
            case 1 -> part.add(at, batch);
            case 2 ->
            {
                if (at > 0)
                {
                    part.remove(at);
                }
            }
            default ->
            {
                final int first = at == 0 ? 80 : 16;
                batch[random.nextInt(first, batch.length)] ^= (byte)random.nextInt(1, 256);
                part.set(at, batch);
            }
        }
    }
}
