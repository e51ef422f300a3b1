package io.millrace.node.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.node.InProcessNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs in processes of their own are watched from this one while they run, when they are killed, and when they end. */
final class WatchTest
{
    private static final String LIVE = "millrace.live.folder";
    private static final int ROWS = 3_000;
    private static final int KEYS = 7;
    /** The watermark is a second behind the last row. */
    private static final int OPEN_WINDOWS = 2;
    private static final String JOB = """
        CREATE TABLE events (k STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
          WITH ('connector'='stdin', 'format'='json');
        CREATE TABLE results (k STRING, c BIGINT, e TIMESTAMP(3))
          WITH ('connector'='filesystem', 'path'='out/rows', 'format'='json');
        INSERT INTO results SELECT k, COUNT(*), TUMBLE_END(ts, INTERVAL '1' SECOND) FROM events WHERE n < 90
          GROUP BY k, TUMBLE(ts, INTERVAL '1' SECOND);
        """;

    @TempDir
    Path folder;
    private Path live;
    private InProcessNode here;

    @BeforeEach
    void begin() throws IOException
    {
        live = folder.resolve("live");
        System.setProperty(LIVE, live.toString());
        here = new InProcessNode(folder);
        Files.writeString(folder.resolve("job.sql"), JOB);
        Files.writeString(folder.resolve("other.sql"), JOB.replace("out/rows", "out/other"));
    }

    @AfterEach
    void end()
    {
        System.clearProperty(LIVE);
    }

    @Test
    void shouldShowARunningJobAndWhatItHadCountedWhenItWasKilled() throws IOException
    {
        final JsonNode killed;
        try (NodeProcess node = start("job.sql", "--state", "state"))
        {
            feed(node, 0);
            assertTrue(node.await(() -> hasAll("--state", "state")), node::errors);
            final JsonNode running = stat("--pid", Long.toString(node.pid()));
            assertEquals("running", running.get("is").asText());
            assertEquals(node.pid(), running.get("pid").asLong());
            assertEquals("job", running.get("job").asText());
            final String pid = Long.toString(node.pid());
            assertEquals(InProcessNode.OK, here.run("stat", "--once", "--latency", "--pid", pid), here::errors);
            assertTrue(here.output().contains("running for") && here.output().contains("in all") &&
                here.output().contains("p99.9") && here.output().contains("ring wait"), here::output);
            assertFalse(here.output().contains("watermark"), here::output);
            assertEquals(InProcessNode.OK, here.run("explain", "--analyze", "--pid", pid), here::errors);
            assertTrue(here.output().contains("process " + pid + ", running, ") &&
                here.output().contains("3,030 read, 30 dead") && here.output().contains("ring wait"), here::output);
            node.kill();
            killed = stat("--state", folder.resolve("state").toString());
        }
        assertEquals("dead", killed.get("is").asText());
        assertCounts(killed);
        final JsonNode shard = killed.get("shard").get(0);
        assertEquals(OPEN_WINDOWS * KEYS, shard.get("keys").asInt());
        assertTrue(shard.get("slots").asInt() >= OPEN_WINDOWS * KEYS, shard::toString);
        assertEquals(InProcessNode.OK, here.run("stat", "--once", "--state", folder.resolve("state").toString()));
        assertTrue(here.output().contains("dead since"), here::output);
        assertEquals(InProcessNode.OK, here.run("explain", "--analyze", "--state", folder.resolve("state").toString()));
        assertTrue(here.output().contains("3,030 read, 30 dead") && here.output().contains("ring wait"), here::output);

        try (NodeProcess node = start("job.sql", "--state", "state"))
        {
            node.input().close();
            assertEquals(0, node.exitCode(), node::errors);
            assertTrue(node.errors().contains("3,030 rows"), node::errors);
        }
        final JsonNode ended = stat("--state", folder.resolve("state").toString());
        assertEquals("ended", ended.get("is").asText());
        assertEquals(0, ended.get("shard").get(0).get("keys").asInt());
        assertCounts(ended);
        assertEquals(0, files(), "the file in memory is gone");
    }

    private static void assertCounts(final JsonNode stat)
    {
        final JsonNode statement = stat.get("statement").get(0);
        assertEquals("INSERT INTO results", statement.get("name").asText());
        assertEquals(ROWS + 30, statement.get("in").asInt());
        assertEquals(ROWS / 10, statement.get("filtered").asInt());
        assertEquals(ROWS - ROWS / 10, statement.get("applied").asInt());
        assertEquals(30, statement.get("dead").asInt());
        assertEquals(ROWS + 30, stat.get("source").get(0).get("rows").asInt());
        assertEquals(stat.get("journal").get(0).get("appendedEntry"), stat.get("journal").get(0).get("committedEntry"));
        assertTrue(stat.get("latency").get(0).get("count").asLong() > 0 || "ended".equals(stat.get("is").asText()));
    }

    @Test
    void shouldListTheJobsWhenThereAreTwo() throws IOException
    {
        try (NodeProcess one = start("job.sql"); NodeProcess other = start("other.sql", "--state", "state"))
        {
            assertTrue(one.await(() -> files() == 2), () -> one.errors() + other.errors());
            assertEquals(InProcessNode.OK, here.run("stat", "--once", "--json"));
            final JsonNode jobs = new ObjectMapper().readTree(here.output()).get("jobs");
            assertEquals(2, jobs.size());
            assertEquals(InProcessNode.OK, here.run("stat", "--once"));
            assertTrue(here.output().contains("other") && here.errors().contains("which one? --pid N"), here::output);
            assertEquals(InProcessNode.USAGE, here.run("errors"));
            assertEquals(InProcessNode.ENVIRONMENT, here.run("stat", "--once", "--pid", "1"));
            assertTrue(here.errors().contains(one.pid() + " (job, running)"), here::errors);
            one.input().close();
            assertEquals(0, one.exitCode(), one::errors);
            assertEquals(1, files(), "what ended without a state folder leaves nothing");
            assertEquals("other", stat().get("job").asText(), "the only one that runs is meant");
        }
    }

    @Test
    void shouldKeepEachKindOfErrorOnceWhenASinkFailsAgainAndAgain() throws IOException
    {
        try (NodeProcess node = start("job.sql", "--state", "state", "--set", "execution.checkpointing.interval=50 ms"))
        {
            assertTrue(node.await(() -> files() == 1), node::errors);
            NodeBuild.delete(folder.resolve("out"));
            Files.writeString(folder.resolve("out"), "in the way");
            feed(node, 0);
            feed(node, 60);
            assertTrue(node.await(() -> stat().get("errors").findValues("count").stream()
                .anyMatch(count -> count.asInt() >= 2)), node::errors);
            final JsonNode stat = stat();
            assertTrue(stat.get("errors").size() <= 3, stat::toString);
            assertTrue(stat.get("errors").get(0).get("text").asText().startsWith("sink results: "), stat::toString);
            assertTrue(stat.get("sink").get(1).get("failures").asInt() >= 2, stat::toString);
            assertEquals(InProcessNode.OK, here.run("errors"));
            assertTrue(here.output().contains(" times, first at "), here::output);
            node.kill();
            assertEquals(InProcessNode.OK, here.run("errors", "--state", folder.resolve("state").toString()));
            assertTrue(here.output().contains("sink results: "), here::output);
        }
    }

    @Test
    void shouldRunUnseenWhenTheCountersHaveNoPlace() throws IOException
    {
        System.setProperty(LIVE, "/proc/no/such/folder");
        try (NodeProcess node = start("job.sql", "--state", "state"))
        {
            feed(node, 0);
            node.input().close();
            assertEquals(0, node.exitCode(), node::errors);
            assertEquals(1, node.errors().lines().filter(line -> line.contains("can't be watched")).count(),
                node::errors);
        }
        assertEquals(InProcessNode.ENVIRONMENT, here.run("stat", "--state", folder.resolve("state").toString()));
        assertTrue(here.errors().contains("has no counters"), here::errors);
        System.setProperty(LIVE, live.toString());
        assertEquals(InProcessNode.ENVIRONMENT, here.run("stat", "--once"));
        assertTrue(here.errors().contains("no job of this user runs here"), here::errors);
    }

    @Test
    void shouldSayWhatIsWrongWithAFileThatIsNone() throws IOException
    {
        final Path state = Files.createDirectories(folder.resolve("state"));
        Files.write(state.resolve("counters"), "hello".repeat(2_000).getBytes(StandardCharsets.UTF_8));
        assertEquals(InProcessNode.ENVIRONMENT, here.run("stat", "--state", state.toString()));
        assertTrue(here.errors().contains("is not a file of counters"), here::errors);
        Files.delete(state.resolve("counters"));
        Files.createSymbolicLink(state.resolve("counters"), live.resolve("77"));
        assertEquals(InProcessNode.ENVIRONMENT, here.run("errors", "--state", state.toString()));
        assertTrue(here.errors().contains("started anew since the job died"), here::errors);
        assertFalse(here.errors().contains("defect"), here::errors);
    }

    private NodeProcess start(final String job, final String... more) throws IOException
    {
        final List<String> arguments = new ArrayList<>(List.of("run", job));
        arguments.addAll(List.of(more));
        final Path said = Files.createDirectories(folder.resolve("said-" + job));
        return NodeProcess.start(folder, said, List.of("-D" + LIVE + "=" + System.getProperty(LIVE)), arguments);
    }

    /** Feeds rows of a minute: a tenth is filtered, and thirty more are dead. */
    private static void feed(final NodeProcess node, final int firstSecond) throws IOException
    {
        final StringBuilder lines = new StringBuilder();
        for (int i = 0; i < ROWS; i++)
        {
            final int second = firstSecond + i / 100;
            lines.append(String.format("{\"k\":\"k%d\",\"n\":%d,\"ts\":\"2026-01-01 00:%02d:%02d\"}%n", i % 7, i % 100,
                second / 60, second % 60));
            if (i % 100 == 0)
            {
                lines.append("{bad\n");
            }
        }
        final OutputStream input = node.input();
        input.write(lines.toString().getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    private boolean hasAll(final String option, final String value)
    {
        if (!Files.exists(folder.resolve("state/counters")))
        {
            return false;
        }
        final JsonNode stat = stat(option, folder.resolve(value).toString());
        final JsonNode statement = stat.get("statement").get(0);
        return statement.get("in").asInt() == ROWS + 30 && statement.get("filtered").asInt() +
            statement.get("applied").asInt() + statement.get("dead").asInt() == ROWS + 30 &&
            stat.get("shard").get(0).get("keys").asInt() > 0 &&
            stat.get("journal").get(0).get("appendedEntry").equals(stat.get("journal").get(0).get("committedEntry"));
    }

    private JsonNode stat(final String... which)
    {
        final List<String> arguments = new ArrayList<>(List.of("stat", "--once", "--json"));
        arguments.addAll(List.of(which));
        assertEquals(InProcessNode.OK, here.run(arguments.toArray(new String[0])), here::errors);
        try
        {
            return new ObjectMapper().readTree(here.output());
        }
        catch (final IOException e)
        {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private int files()
    {
        final String[] names = live.toFile().list((path, name) -> name.matches("\\d+"));
        return names == null ? 0 : names.length;
    }
}
