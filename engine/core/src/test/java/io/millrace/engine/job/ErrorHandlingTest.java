package io.millrace.engine.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.engine.job.CountJob.Event;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.log.MemoryLog;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.log.RecordWriter;
import io.millrace.engine.plan.AggregatePlan.Grouping;
import io.millrace.engine.sink.DeadRowException;
import io.millrace.engine.sink.CommitTerms;
import io.millrace.engine.sink.ErrorHandling;
import io.millrace.engine.sink.ErrorHandling.Mode;
import io.millrace.engine.sink.LineSum;
import io.millrace.engine.sink.PositionStore;
import io.millrace.engine.sink.SinkAgent;
import io.millrace.engine.sink.Sinks;
import io.millrace.engine.storage.DiskFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What dead rows do to a job, and how they are kept. */
final class ErrorHandlingTest
{
    private static final int ROWS = 60;

    @TempDir
    Path folder;

    /** Rows in order, each {@code every}-th of which has no event time. */
    private static List<Event> events(final int count, final int every)
    {
        final List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++)
        {
            events.add(new Event("u" + i % 3, "/p", i % every == every - 1 ? Long.MIN_VALUE : i * 10L, i));
        }
        return events;
    }

    private Job job(final SeededRunner runner, final List<Event> events, final ErrorHandling errors,
        final CountJob.Results results)
    {
        return new Job(CountJob.plan(Grouping.KEYED), new JobOptions(2, JobOptions.Placement.FUSED, 4096, 16, 8,
            64L << 20, 1 << 16, 1 << 20, 0, folder, errors), new Job.Endpoints(
            List.of(new CountJob.Events(List.of(events), false)), Collections.singletonList(null), List.of(results)),
            runner.environment());
    }

    private String failure(final List<Event> events, final ErrorHandling errors, final CountJob.Results results)
    {
        final SeededRunner runner = new SeededRunner(3);
        try (Job job = job(runner, events, errors, results))
        {
            return assertThrows(DeadRowException.class, () -> runner.run(job, 1_000_000)).getMessage();
        }
    }

    @Test
    void shouldEndTheJobAtADeadRowOnceTheRestIsCommitted()
    {
        final CountJob.Results results = new CountJob.Results();
        final String message = failure(events(2000, 1500), new ErrorHandling(Mode.FAIL, 0, 1), results);
        assertTrue(message.startsWith("a row is dead: dlq$events {\"reason\":\"TIME_NULL\""), message);
        assertTrue(message.contains("\"position\":\"event 1499\""), message);
        assertTrue(results.isCommitted);
    }

    @Test
    void shouldEndTheJobOnlyWhenTooManyAreDead()
    {
        final ErrorHandling errors = new ErrorHandling(Mode.FAIL_AFTER, 50_000, 400);
        final String message = failure(events(2000, 10), errors, new CountJob.Results());
        assertTrue(message.startsWith("21 rows are dead of 400, 20 are allowed"), message);
        final SeededRunner runner = new SeededRunner(3);
        try (Job job = job(runner, events(2000, 40), errors, new CountJob.Results()))
        {
            assertTrue(runner.run(job, 1_000_000) > 0);
            assertEquals(List.of(), job.violations());
            assertEquals(50, job.sinks().sideTables().deadKept());
        }
    }

    @Test
    void shouldCountDeadRowsAndNotKeepThemWhenTheyAreIgnored()
    {
        final SeededRunner runner = new SeededRunner(3);
        try (Job job = job(runner, events(100, 10), new ErrorHandling(Mode.IGNORE, 0, 1), new CountJob.Results()))
        {
            assertTrue(runner.run(job, 1_000_000) > 0);
            assertEquals(List.of(), job.violations());
            assertEquals(10, job.counts().get(0).dead());
            assertEquals(10, job.sinks().sideTables().deadIgnored());
            assertEquals(0, job.sinks().sideTables().deadKept());
        }
        assertTrue(!Files.exists(folder.resolve("dlq$events.jsonl")));
    }

    @Test
    void shouldKeepEachDeadRowOnceWhereverTheProcessDies()
    {
        int crashes = 0;
        for (int step = 1; step <= 400; step++)
        {
            final DiskFixture.Fuse fuse = new DiskFixture.Fuse();
            final DiskFixture state = new DiskFixture(fuse);
            final SplittableRandom random = new SplittableRandom(step);
            fuse.set(step);
            try (MemoryLog log = new MemoryLog(1 << 16))
            {
                log.newReader(0);
                int appended = 0;
                boolean isDone = false;
                while (!isDone)
                {
                    try
                    {
                        appended = keep(state, log, appended, random);
                        isDone = true;
                    }
                    catch (final DiskFixture.Crash e)
                    {
                        crashes++;
                        appended = Math.max(appended, (int)(log.endPosition() / 88));
                        state.fail(random);
                    }
                }
            }
            final StringBuilder kept = new StringBuilder();
            state.list("tables/dlq$events").stream().filter(name -> name.startsWith("part-0-"))
                .sorted((a, b) -> Integer.compare(number(a), number(b)))
                .forEach(name -> kept.append(
                    new String(state.bytes("tables/dlq$events/" + name), StandardCharsets.UTF_8)));
            final List<String> lines = kept.toString().lines().toList();
            assertEquals(ROWS, lines.size(), "died at step " + step);
            for (int i = 0; i < ROWS; i++)
            {
                assertEquals("{\"reason\":\"TIME_NULL\",\"detail\":\"" + Failure.TIME_NULL.description() +
                    "\",\"position\":\"event " + i + "\",\"raw\":\"" + (char)('a' + i % 26) + "\"}",
                    LineSum.check(lines.get(i)));
            }
        }
        assertTrue(crashes > 100, crashes + " places to die");
    }

    private static int number(final String part)
    {
        return Integer.parseInt(part.replaceAll("part-0-(\\d+)\\.jsonl", "$1"));
    }

    /** Runs the side tables' agent to the end: how many rows the log holds. */
    private static int keep(final DiskFixture state, final MemoryLog log, final int from, final SplittableRandom random)
    {
        final long[] nowNs = new long[1];
        final int[] appended = {from};
        try (Sinks sinks = Sinks.durable(CountJob.plan(Grouping.KEYED), List.of(new CountJob.Results()),
            List.of(CountJob.Results::new), List.of(new CountJob.Events(List.of(List.of()), false)), state, log,
            () -> appended[0] == ROWS, ErrorHandling.KEEP, () -> 0, new CommitTerms(new PositionStore(state),
                () -> nowNs[0], () -> false, 1_000_000, 1, 1 << 15, text ->
                {
                })))
        {
            for (int cycle = 0; !sinks.isDone(); cycle++)
            {
                assertTrue(cycle < 100_000, "the sinks come to no end");
                nowNs[0] += random.nextLong(400_000);
                if (appended[0] < ROWS && random.nextInt(4) == 0)
                {
                    append(log, appended[0]);
                    appended[0]++;
                }
                sinks.agents().forEach(SinkAgent::doWork);
            }
        }
        return appended[0];
    }

    private static void append(final MemoryLog log, final int number)
    {
        try (RecordWriter writer = new RecordWriter(log, 0, 1024))
        {
            writer.resume(number);
            assertTrue(writer.hasRoom(64));
            final long payload = writer.payload();
            Memory.fill(payload, 64, (byte)0);
            Memory.putInt(payload, Failure.TIME_NULL.ordinal());
            Memory.putInt(payload + 4, -1);
            Memory.putLong(payload + 16, number);
            Memory.putInt(payload + 28, 1);
            Memory.putInt(payload + 32, RecordDescriptor.FORM_RAW);
            Memory.putInt(payload + 36, 1);
            Memory.putByte(payload + 40, (byte)('a' + number % 26));
            writer.commit(RecordDescriptor.DEAD_TABLE, 0, 41);
            assertTrue(writer.flush());
        }
    }
}
