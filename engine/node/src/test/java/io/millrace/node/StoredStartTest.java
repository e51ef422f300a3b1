package io.millrace.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A job that has not changed starts without what compiles SQL, in a process of its own. */
@Timeout(120)
final class StoredStartTest
{
    private static final String JOB = """
        CREATE TABLE events (k STRING, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
          WITH ('connector'='filesystem', 'path'='IN', 'format'='json');
        CREATE TABLE results (k STRING, s BIGINT) WITH ('connector'='filesystem', 'path'='OUT', 'format'='json');
        INSERT INTO results SELECT k, SUM(n) FROM events WHERE k LIKE 'a%' AND n IN (1, 2, 3)
        GROUP BY k, TUMBLE(ts, INTERVAL '1' MINUTE);
        """;

    private final Path folder;

    StoredStartTest(@TempDir final Path folder)
    {
        this.folder = folder;
    }

    @Test
    void shouldLoadNoCompilerWhenNothingHasChanged() throws Exception
    {
        final Path input = folder.resolve("in.jsonl");
        Files.writeString(input, "{\"k\":\"a1\",\"n\":2,\"ts\":\"2024-01-01 00:00:00\"}\n");
        final Path job = folder.resolve("job.sql");
        Files.writeString(job, JOB.replace("IN'", input + "'").replace("OUT'", folder.resolve("out") + "'"));
        assertTrue(compilers(run(job)).size() > 100, "the first start compiles");
        final List<String> loaded = run(job);
        assertTrue(loaded.stream().anyMatch((line) -> line.contains("io.millrace.generated.Pipeline0")),
            "classes are listed");
        assertEquals(List.of(), compilers(loaded));
        Files.writeString(job, Files.readString(job) + "-- Changed.\n");
        assertTrue(compilers(run(job)).size() > 100, "another text is compiled");
        assertFalse(Files.readString(folder.resolve("said.txt")).contains("has changed"), "the job is the same");
    }

    private static List<String> compilers(final List<String> loaded)
    {
        return loaded.stream().filter((line) -> line.contains("org.apache.calcite") ||
            line.contains("org.codehaus.") || line.contains("org.apache.flink")).limit(200).toList();
    }

    private List<String> run(final Path job) throws IOException, InterruptedException
    {
        final Path log = folder.resolve("classes.log");
        Files.deleteIfExists(log);
        final List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx256m",
            "-XX:TieredStopAtLevel=1", "-Xlog:class+load:file=" + log, "--add-exports",
            "java.base/jdk.internal.misc=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
            "io.millrace.node.Main", "run", job.toString(), "--state", folder.resolve("state").toString()));
        final Path said = folder.resolve("said.txt");
        final Process process = new ProcessBuilder(command).directory(folder.toFile())
            .redirectErrorStream(true).redirectOutput(said.toFile()).start();
        process.getOutputStream().close();
        assertTrue(process.waitFor(100, TimeUnit.SECONDS), "it ends");
        assertEquals(0, process.exitValue(), () ->
        {
            try
            {
                return Files.readString(said);
            }
            catch (final IOException e)
            {
                return e.toString();
            }
        });
        return Files.readAllLines(log);
    }
}
