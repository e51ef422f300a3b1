package io.millrace.engine.connector.builtin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.SinkContext;
import io.millrace.engine.log.MemoryLog;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.log.RecordWriter;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.SinkPlan;
import io.millrace.engine.plan.StatementPlan;
import io.millrace.engine.sink.CommitTerms;
import io.millrace.engine.sink.ErrorHandling;
import io.millrace.engine.sink.PositionStore;
import io.millrace.engine.sink.SinkAgent;
import io.millrace.engine.sink.Sinks;
import io.millrace.engine.storage.DiskFixture;
import io.millrace.engine.storage.StorageException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Files written in commits, by a process that dies at any change it makes to a disk. */
final class FileSinkCommitTest
{
    private static final int ROWS = 80;
    private static final long COMMIT_NS = 1_000_000;
    private static final RowLayout LAYOUT =
        RowLayout.of(List.of(new SqlType.Field("n", SqlType.of(SqlType.Kind.BIGINT))));

    private final List<String> said = new ArrayList<>();
    private final DiskFixture.Fuse fuse = new DiskFixture.Fuse();
    private DiskFixture out = new DiskFixture(fuse);
    private DiskFixture state = new DiskFixture(fuse);
    private MemoryLog log = new MemoryLog(1 << 20);
    private int appended;
    private long nowNs;

    @Test
    void shouldShowEachRowOnceWhereverTheProcessDies()
    {
        for (final Map<String, String> options : List.<Map<String, String>>of(Map.of(),
            Map.of("sink.rolling-policy.file-size", "64 b"),
            Map.of("sink.rolling-policy.rollover-interval", "20 ms", "sink.rolling-policy.file-size", "400 b")))
        {
            int crashes = 0;
            int steps = 1;
            boolean hasCrashed = true;
            while (hasCrashed)
            {
                renew();
                fuse.set(steps);
                final SplittableRandom random = new SplittableRandom(steps);
                hasCrashed = run(options, random) > 0;
                crashes += hasCrashed ? 1 : 0;
                assertEquals(expected(), visible(), options + ", died at step " + steps);
                assertFalse(out.list("").stream().anyMatch(name -> name.endsWith(".inprogress")),
                    options + ", died at step " + steps + ": " + out.list(""));
                steps++;
            }
            assertTrue(crashes > 100, crashes + " places to die");
        }
    }

    @Test
    void shouldShowEachRowOnceWhenTheProcessDiesAgainAndAgain()
    {
        int most = 0;
        for (long seed = 1; seed <= 150; seed++)
        {
            renew();
            final SplittableRandom random = new SplittableRandom(seed);
            final Map<String, String> options = seed % 2 == 0 ? Map.of() :
                Map.of("sink.rolling-policy.rollover-interval", "9 ms", "sink.rolling-policy.file-size", "200 b");
            fuse.set(random.nextInt(1, 40));
            most = Math.max(most, run(options, random));
            assertEquals(expected(), visible(), "seed " + seed);
        }
        assertTrue(most > 5, most + " deaths at most");
    }

    /** Runs to the end, however often the process dies: how often it did. */
    private int run(final Map<String, String> options, final SplittableRandom random)
    {
        int deaths = 0;
        while (true)
        {
            try (Sinks sinks = open(options))
            {
                drive(sinks, random);
                return deaths;
            }
            catch (final DiskFixture.Crash e)
            {
                deaths++;
                final List<Long> before = visible();
                assertEquals(expected().subList(0, before.size()), before, "seen when it died");
                out.fail(random);
                state.fail(random);
                if (random.nextInt(3) > 0)
                {
                    fuse.set(random.nextInt(1, 60));
                }
            }
        }
    }

    private void drive(final Sinks sinks, final SplittableRandom random)
    {
        for (int cycle = 0; !sinks.isDone(); cycle++)
        {
            assertTrue(cycle < 100_000, "the sinks come to no end");
            if (appended < ROWS && random.nextInt(3) == 0)
            {
                append(random.nextInt(1, 6));
            }
            nowNs += random.nextLong(400_000);
            for (final SinkAgent agent : sinks.agents())
            {
                agent.doWork();
            }
        }
    }

    @Test
    void shouldGoOnWhenTheDiskHasRoomAgain()
    {
        final SplittableRandom random = new SplittableRandom(4);
        try (Sinks sinks = open(Map.of()))
        {
            final SinkAgent agent = sinks.agents().get(1);
            for (int outage = 1; outage <= 3; outage++)
            {
                append(20);
                out.fill(true);
                final long before = agent.commits().failures();
                for (int i = 0; i < 2_000; i++)
                {
                    nowNs += 10_000_000;
                    sinks.agents().forEach(SinkAgent::doWork);
                }
                assertTrue(agent.commits().failures() > before + 3, "tried again");
                assertTrue(agent.backlogBytes() > 0);
                assertEquals(2 * outage - 1, said.size(), said.toString());
                assertTrue(said.get(2 * outage - 2).contains("no space left"), said.toString());
                out.fill(false);
                for (int i = 0; i < 1_000; i++)
                {
                    nowNs += 10_000_000;
                    sinks.agents().forEach(SinkAgent::doWork);
                }
                assertEquals(2 * outage, said.size(), said.toString());
                assertEquals(20 * outage, visible().size());
            }
            append(ROWS);
            drive(sinks, random);
        }
        assertEquals(expected(), visible());
    }

    @Test
    void shouldShowRowsAtEachCommitAndKeepPartsThatGrow()
    {
        try (Sinks sinks = open(Map.of("sink.rolling-policy.rollover-interval", "1 h")))
        {
            append(5);
            work(sinks, 2 * COMMIT_NS);
            assertEquals(List.of(), visible());
            assertEquals(1, out.list("").size());
        }
        try (Sinks sinks = open(Map.of("sink.rolling-policy.rollover-interval", "0")))
        {
            append(3);
            work(sinks, 2 * COMMIT_NS);
            assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L), visible());
            assertFalse(out.list("").stream().anyMatch(name -> name.endsWith(".inprogress")), out.list("").toString());
        }
    }

    @Test
    void shouldSayWhatIsMissingWhenCommittedBytesAreGone()
    {
        final Map<String, String> options = Map.of("sink.rolling-policy.rollover-interval", "1 h");
        try (Sinks sinks = open(options))
        {
            append(5);
            work(sinks, 2 * COMMIT_NS);
        }
        final String part = out.list("").get(0);
        out.replace(part, "{".getBytes(UTF_8));
        final RuntimeException e =
            Assertions.assertThrows(RuntimeException.class, () -> open(options));
        assertTrue(String.valueOf(e.getMessage()).contains(part + " has 1 of the 40 bytes"), e.getMessage());
        assertFalse(e instanceof StorageException, "the table's name belongs to it");
    }

    private void work(final Sinks sinks, final long stepNs)
    {
        for (int i = 0; i < 20; i++)
        {
            nowNs += stepNs;
            sinks.agents().forEach(SinkAgent::doWork);
        }
    }

    private void renew()
    {
        fuse.set(Integer.MAX_VALUE);
        out = new DiskFixture(fuse);
        state = new DiskFixture(fuse);
        log.close();
        log = new MemoryLog(1 << 20);
        // Stands for what the checkpoints hold back: nothing is given up that a later process may ask for.
        log.newReader(0);
        appended = 0;
    }

    private Sinks open(final Map<String, String> options)
    {
        final Map<String, String> all = new TreeMap<>(options);
        all.putAll(Map.of("path", "unused", "format", "json"));
        final JobPlan plan = new JobPlan("rows", Map.of(), List.of(),
            List.of(new SinkPlan(0, "rows", LAYOUT, all)),
            List.of(new StatementPlan(0, "INSERT INTO rows", 0, List.of())), List.of(), List.of());
        final Supplier<Sink> opener = () -> new FileSink(
            new SinkContext("rows", all, LAYOUT, "json", OutputStream.nullOutputStream()), out, "a1", () -> nowNs);
        return Sinks.durable(plan, List.of(opener.get()), List.of(opener), List.of(), state, log,
            () -> appended >= ROWS, ErrorHandling.KEEP, () -> 0, new CommitTerms(
                new PositionStore(state), () -> nowNs, () -> false, COMMIT_NS, 60_000_000_000L, 1 << 19, said::add));
    }

    private void append(final int count)
    {
        try (RecordWriter writer = new RecordWriter(log, 0, 4096))
        {
            writer.resume(appended);
            for (int i = 0; i < count && appended < ROWS; i++)
            {
                assertTrue(writer.hasRoom(LAYOUT.minRowLength() + Memory.SLACK));
                Memory.fill(writer.payload(), LAYOUT.minRowLength(), (byte)0);
                Memory.putLong(writer.payload() + LAYOUT.column("n").fixedOffset(), appended++);
                writer.commit(RecordDescriptor.RESULT, 0, LAYOUT.minRowLength());
            }
            assertTrue(writer.flush());
        }
    }

    private static List<Long> expected()
    {
        return LongStream.range(0, ROWS).boxed().toList();
    }

    /** Rows in visible parts, in the order of the parts' numbers. */
    private List<Long> visible()
    {
        final TreeMap<Long, String> parts = new TreeMap<>();
        for (final String name : out.list(""))
        {
            if (!name.startsWith("."))
            {
                parts.put(Long.parseLong(name.replaceAll("part-a1-(\\d+)\\.jsonl", "$1")), name);
            }
        }
        final List<Long> rows = new ArrayList<>();
        for (final String name : parts.values())
        {
            new String(out.bytes(name), UTF_8).lines()
                .forEach(line -> rows.add(Long.parseLong(line.replaceAll("\\{\"n\":(\\d+)}", "$1"))));
        }
        return rows;
    }
}
