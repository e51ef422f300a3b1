package io.millrace.node.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person at a terminal sees of a job that goes on, and behind Ctrl-C. */
class InterruptTest
{
    private static final String JOB = """
        CREATE TABLE events (k STRING, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
          WITH ('connector'='stdin', 'format'='json');
        CREATE TABLE sums (k STRING, s BIGINT) WITH ('connector'='print');
        INSERT INTO sums SELECT k, SUM(n) FROM events WHERE n > 0 GROUP BY k, TUMBLE(ts, INTERVAL '1' MINUTE);
        """;
    private static final Pattern PROGRESS = Pattern.compile(
        "\r\u001b\\[K[0-9.]+ s  5 rows  \\S+ ?[kM]? rows/s  watermark 2024-01-01 00:02:29\\S*  late 1  dead 1  " +
        "state \\S+ \\S+  results 1");
    private static final List<String> LINES = List.of(
        "{\"k\":\"a\",\"n\":1,\"ts\":\"2024-01-01 00:00:10\"}",
        "{\"k\":\"b\",\"n\":0,\"ts\":\"2024-01-01 00:00:20\"}",
        "{\"k\":\"a\",\"n\":2,\"ts\":\"2024-01-01 00:02:30\"}",
        "{\"k\":\"b\",\"n\":3,\"ts\":\"2024-01-01 00:00:30\"}",
        "no json");

    @TempDir
    Path folder;

    @Test
    void shouldDrawOneLineAndSayWhatWasProcessedWhenInterrupted() throws IOException
    {
        Files.writeString(folder.resolve("job.sql"), JOB);
        try (NodeProcess node = NodeProcess.start(
            folder, List.of("-Dmillrace.columns=200"), List.of("run", "job.sql")))
        {
            node.input().write((String.join("\n", LINES) + "\n").getBytes(StandardCharsets.UTF_8));
            node.input().flush();
            assertTrue(node.await(() -> PROGRESS.matcher(node.errors()).find()), node::errors);
            node.signal("INT");
            assertEquals(130, node.exitCode(), node::errors);
            final String errors = node.errors();
            // What is said last stands behind the line, which was wiped.
            final String said = errors.substring(errors.lastIndexOf("\u001b[K") + 3);
            assertTrue(Pattern.compile("^job stopped after [0-9.]+ s: 5 rows, .* rows/s").matcher(said).find(), said);
            assertTrue(Pattern.compile("INSERT INTO sums +5 +1 +2 +1 +1 +1").matcher(said).find(), said);
            assertTrue(said.contains("late and dead rows are kept in "), said);
            assertFalse(said.contains("\tat "), said);
            assertEquals("{\"k\":\"a\",\"s\":1}\n", Files.readString(folder.resolve("stdout.txt")));
        }
    }

    @Test
    void shouldDrawNothingWhereThereIsNoTerminal() throws IOException
    {
        Files.writeString(folder.resolve("job.sql"), JOB);
        try (NodeProcess node = NodeProcess.start(folder, List.of("run", "job.sql")))
        {
            node.input().write((String.join("\n", LINES) + "\n").getBytes(StandardCharsets.UTF_8));
            node.input().close();
            assertEquals(0, node.exitCode(), node::errors);
            assertFalse(node.errors().contains("\r") || node.errors().contains("\u001b"), node::errors);
            assertTrue(node.errors().startsWith("job done in "), node::errors);
        }
    }
}
