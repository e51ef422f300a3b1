package io.millrace.node.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import io.millrace.engine.job.JobOptions;
import io.millrace.engine.job.JobOptions.Placement;
import io.millrace.engine.job.JobRunner;
import io.millrace.engine.job.LiveJob;
import io.millrace.engine.job.StatementCounts;
import io.millrace.engine.live.LatencySummary;
import io.millrace.engine.live.LiveReader;
import io.millrace.engine.plan.JobPlan;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole jobs allocate nothing per row once they are warm: bytes of every agent's thread over a million rows, from JSON
 * in memory to JSON in a file.
 */
final class JobAllocationTest
{
    private static final int WARM = 400_000;
    private static final int MEASURED = 1_000_000;
    /**
     * What all threads together may allocate in a million rows: some hundred windows' worth of an iterator, a growing
     * array, or a branch that was linked only now. A byte for every eighth row would be beyond it.
     */
    private static final long MAX_BYTES = 64 * 1024;
    private static final long WAIT_NS = 1_000_000;
    private static final long DEADLINE_NS = 60_000_000_000L;

    private static final String EVENTS = """
        CREATE TABLE user_events (user_id STRING, event_type STRING, timestamp_col TIMESTAMP(3),
          payload ROW<page_url STRING, session_id STRING>, duration_ms BIGINT, amount DECIMAL(10, 2),
          WATERMARK FOR timestamp_col AS timestamp_col - INTERVAL '5' SECOND)
        WITH ('connector' = 'stdin', 'format' = 'json');
        """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"FUSED, 1", "FUSED, 2", "BALANCED, 1", "BALANCED, 2", "DEDICATED, 2"})
    void shouldNotAllocateWhenTheCentralJobRuns(final Placement placement, final int shards)
        throws IOException, InterruptedException
    {
        measure(EVENTS + """
            CREATE TABLE hourly (user_id STRING, event_count BIGINT, unique_pages BIGINT, window_start TIMESTAMP(3),
              window_end TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '%s', 'format' = 'json');
            INSERT INTO hourly
            SELECT user_id, COUNT(*), COUNT(DISTINCT payload.page_url), TUMBLE_START(timestamp_col, INTERVAL '1' HOUR),
              TUMBLE_END(timestamp_col, INTERVAL '1' HOUR)
            FROM user_events WHERE event_type IN ('page_view', 'click', 'scroll')
            GROUP BY user_id, TUMBLE(timestamp_col, INTERVAL '1' HOUR);
            """.formatted(folder), events(), 50, placement, shards, WARM, MEASURED).assertNone();
    }

    @Test
    void shouldNotAllocateWhenEveryOperatorRuns() throws IOException, InterruptedException
    {
        measure(EVENTS + """
            CREATE TABLE keyed (user_id STRING, event_type STRING, n BIGINT, pages BIGINT, sessions BIGINT,
              longest BIGINT, first_page STRING, last_page STRING, spent DECIMAL(38, 2), clicks BIGINT, mean BIGINT,
              prices DECIMAL(38, 2), price DECIMAL(38, 6), window_end TIMESTAMP(3))
              WITH ('connector' = 'filesystem', 'path' = '%1$s/keyed', 'format' = 'json');
            CREATE TABLE totals (n BIGINT, users BIGINT, first_user STRING, spent DECIMAL(38, 2),
              window_end TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '%1$s/totals', 'format' = 'json');
            CREATE TABLE lengths (total BIGINT, mean BIGINT, window_end TIMESTAMP(3))
              WITH ('connector' = 'filesystem', 'path' = '%1$s/lengths', 'format' = 'json');
            CREATE TABLE purchases (user_id STRING, page STRING, amount DECIMAL(10, 2), t TIMESTAMP(3))
              WITH ('connector' = 'filesystem', 'path' = '%1$s/purchases', 'format' = 'json');
            EXECUTE STATEMENT SET BEGIN
            INSERT INTO keyed
            SELECT user_id, event_type, COUNT(*), COUNT(DISTINCT payload.page_url), COUNT(DISTINCT payload.session_id),
              MAX(duration_ms), MIN(payload.page_url), MAX(payload.page_url), SUM(amount),
              COUNT(*) FILTER (WHERE event_type = 'click'), AVG(duration_ms), SUM(DISTINCT amount),
              AVG(DISTINCT amount), window_end
            FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '1' HOUR))
            GROUP BY user_id, event_type, window_start, window_end HAVING COUNT(*) > 1;
            INSERT INTO totals
            SELECT COUNT(*), COUNT(DISTINCT user_id), MIN(user_id), SUM(amount), window_end
            FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '1' HOUR))
            GROUP BY window_start, window_end;
            INSERT INTO lengths
            SELECT SUM(DISTINCT duration_ms), AVG(DISTINCT duration_ms) FILTER (WHERE event_type = 'click'), window_end
            FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '1' HOUR))
            GROUP BY window_start, window_end;
            INSERT INTO purchases
            SELECT UPPER(user_id), SUBSTRING(payload.page_url, 2), amount * 2, timestamp_col + INTERVAL '1' DAY
            FROM user_events WHERE amount > 90 AND user_id LIKE '%%7';
            END;
            """.formatted(folder), events(), 50, Placement.BALANCED, 2, WARM, MEASURED).assertNone();
    }

    @Test
    void shouldNotAllocateWhenEveryFunctionRuns() throws IOException, InterruptedException
    {
        final Path flink = Path.of("../sql/src/test/resources/flink");
        final List<String> expressions = Files.readAllLines(flink.resolve("zero-allocation.txt"));
        final StringBuilder text = new StringBuilder("CREATE TABLE t (")
            .append(Files.readAllLines(flink.resolve("functions.tsv")).get(1).substring(2))
            .append(") WITH ('connector' = 'stdin', 'format' = 'json');\n");
        final StringBuilder statements = new StringBuilder("EXECUTE STATEMENT SET BEGIN\n");
        for (int from = 0; from < expressions.size(); from += 20)
        {
            final List<String> part = expressions.subList(from, Math.min(from + 20, expressions.size()));
            text.append("CREATE TABLE o").append(from).append(" (");
            statements.append("INSERT INTO o").append(from).append(" SELECT ");
            for (int i = 0; i < part.size(); i++)
            {
                text.append(i == 0 ? "c" : ", c").append(i).append(" INT");
                statements.append(i == 0 ? "" : ", ").append("CASE WHEN (").append(part.get(i))
                    .append(") IS NULL THEN 1 ELSE 0 END");
            }
            text.append(") WITH ('connector' = 'filesystem', 'format' = 'json', 'path' = '").append(folder)
                .append("/o").append(from).append("');\n");
            statements.append(" FROM t WHERE id > 0;\n");
        }
        measure(text.append(statements).append("END;").toString(),
            plainReals(Files.readAllLines(flink.resolve("function-input.jsonl"))), 1, Placement.BALANCED, 1, 20_000,
            MEASURED / 5).assertNone();
    }

    @Test
    void shouldSeeWhatAnExceptionOfThePublishedListAllocates() throws IOException, InterruptedException
    {
        final Allocation allocation = measure("""
            CREATE TABLE t (d DOUBLE) WITH ('connector' = 'stdin', 'format' = 'json');
            CREATE TABLE o (s STRING) WITH ('connector' = 'blackhole');
            INSERT INTO o SELECT CAST(d AS STRING) FROM t;
            """, List.of("{\"d\":2.75}", "{\"d\":0.125}"), 1, Placement.DEDICATED, 1, 1000, 10_000);
        assertTrue(allocation.bytes > MAX_BYTES, allocation.toString());
    }

    /** Bytes of all agents' threads, and of each by its name. */
    private record Allocation(long bytes, String threads)
    {
        private void assertNone()
        {
            assertTrue(bytes <= MAX_BYTES, () -> "bytes by thread: " + threads);
        }
    }

    /** FLOAT and DOUBLE of few digits: longer ones are read by java.lang, which is in the published list. */
    private static List<String> plainReals(final List<String> lines) throws IOException
    {
        final ObjectMapper mapper = new ObjectMapper();
        final List<String> plain = new ArrayList<>();
        for (final String line : lines)
        {
            final ObjectNode row = (ObjectNode)mapper.readTree(line);
            plain.add(row.put("f", 3.25).put("d", -2.75).put("d2", 0.5).toString());
        }
        return plain;
    }

    private static List<String> events()
    {
        final List<String> lines = new ArrayList<>();
        final String[] types = {"page_view", "click", "scroll", "purchase"};
        for (int i = 0; i < 8192; i++)
        {
            lines.add("{\"user_id\":\"user_" + i * i % 1777 + "\",\"event_type\":\"" + types[i % 4] +
                "\",\"timestamp_col\":\"" + ReplayedSource.TIME + "\",\"payload\":{\"page_url\":\"/item/" + i % 501 +
                "\",\"session_id\":\"s" + i % 97 + "\"},\"duration_ms\":" + i * 31 + ",\"amount\":" +
                (i % 7 == 0 ? "null" : i % 100 + ".5") + "}");
        }
        return lines;
    }

    private Allocation measure(
        final String text, final List<String> lines, final long stepMs, final Placement placement, final int shards,
        final int warm, final int measured) throws IOException, InterruptedException
    {
        final JobPlan plan = SqlJob.plan(text);
        final ReplayedSource source = new ReplayedSource(lines, stepMs, 4000);
        final Set<Thread> others = new HashSet<>(Thread.getAllStackTraces().keySet());
        try (JobRunner runner = new JobRunner(plan, new JobOptions(shards, placement, 65_536, 1024, 16, 128L << 20,
            SqlJob.MAX_ROW_BYTES, 1 << 20, 0, folder.resolve("side")), SqlJob.open(plan, source)))
        {
            final LiveJob live = new LiveJob(runner.job(), runner::firstTouches,
                folder.resolve("live"), "job", 1, System::currentTimeMillis, System::nanoTime);
            runner.start();
            source.allow(warm);
            await(runner, warm);
            final List<Thread> agents = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !others.contains(thread) && !thread.getName().equals("memory")).toList();
            final Set<String> roles = new HashSet<>();
            runner.job().sources().forEach(agent -> roles.add(agent.roleName()));
            runner.job().shards().forEach(agent -> roles.add(agent.roleName()));
            roles.add(runner.job().output().roleName());
            runner.job().sinks().agents().forEach(agent -> roles.add(agent.roleName()));
            roles.forEach(role -> assertTrue(agents.stream().anyMatch(thread -> thread.getName().contains(role)),
                role + " runs on none of " + agents));
            final ThreadMXBean bean = (ThreadMXBean)ManagementFactory.getThreadMXBean();
            final long[] ids = agents.stream().mapToLong(Thread::getId).toArray();
            final long[] before = bean.getThreadAllocatedBytes(ids);
            source.allow(warm + measured);
            await(runner, warm + measured);
            final long[] after = bean.getThreadAllocatedBytes(ids);
            live.doWork();
            assertTrue(LatencySummary.of(LiveReader.read(live.path())).stream()
                .allMatch(latency -> latency.count() > 0), "the time of blocks was taken");
            long bytes = 0;
            final StringBuilder shown = new StringBuilder();
            for (int i = 0; i < ids.length; i++)
            {
                bytes += after[i] - before[i];
                shown.append(agents.get(i).getName()).append(' ').append(after[i] - before[i]).append(' ');
            }
            source.end();
            assertNull(runner.await());
            assertEquals(List.of(), runner.job().violations());
            return new Allocation(bytes, shown.toString());
        }
    }

    /** Waits until {@code rows} have been read and are accounted for, and nothing is left to be drained. */
    private static void await(final JobRunner runner, final long rows)
    {
        final long startNs = System.nanoTime();
        while (true)
        {
            assertNull(runner.failure(), () -> "ended by " + runner.failure());
            assertTrue(System.nanoTime() - startNs < DEADLINE_NS, () -> "stuck at " + runner.job().counts());
            final long results = runner.job().progress().results();
            boolean isQuiet = runner.job().shards().stream().allMatch(s -> s.counters().pendingWindows().get() == 0);
            for (final StatementCounts counts : runner.job().counts())
            {
                isQuiet &= counts.in() == rows && counts.isBalanced();
            }
            LockSupport.parkNanos(10 * WAIT_NS);
            if (isQuiet && results == runner.job().progress().results())
            {
                return;
            }
        }
    }
}
