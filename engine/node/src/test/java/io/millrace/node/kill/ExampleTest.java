package io.millrace.node.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.client.DriverLink;
import io.millrace.node.InProcessNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/aeron-producer}, started by its one command beside its running job, which is watched meanwhile. */
final class ExampleTest
{
    private static final Path EXAMPLE = Path.of("../../examples/aeron-producer");
    private static final String LIVE = "millrace.live.folder";
    private static final long ACTIVE_MS = 10_000;
    /** A row each ten milliseconds: three whole minutes and a part of the fourth. */
    private static final int ORDERS = 20_000;
    private static final int USERS = 5;
    private static final int MINUTES = 3;

    @TempDir
    Path folder;

    @AfterEach
    void end()
    {
        System.clearProperty(LIVE);
    }

    @Test
    void shouldPrintTheSumsOfItsOrders() throws Exception
    {
        System.setProperty(LIVE, folder.resolve("live").toString());
        final String driver = folder.resolve("driver").toString();
        final Path example = copy();
        try (NodeProcess node = NodeProcess.start(folder, List.of("-Daeron.dir=" + driver,
            "-D" + LIVE + "=" + System.getProperty(LIVE)), List.of("run", example.resolve("job.sql").toString())))
        {
            assertTrue(node.await(() -> DriverLink.isActive(driver, ACTIVE_MS)), node::errors);
            final Path printed = folder.resolve("totals.txt");
            final Path said = folder.resolve("said.txt");
            final ProcessBuilder command =
                new ProcessBuilder(example.resolve("producer").toString(), Integer.toString(ORDERS))
                .redirectOutput(printed.toFile()).redirectError(said.toFile());
            command.environment().put("JAVA_HOME", System.getProperty("java.home"));
            command.environment().put("MILLRACE_JAVA_OPTS", "-Daeron.dir=" + driver);
            final Process producer = command.start();
            final boolean hasEnded = producer.waitFor(NodeProcess.DEADLINE_SECONDS, TimeUnit.SECONDS);
            producer.destroyForcibly();
            assertTrue(hasEnded, "the producer has not ended");
            assertEquals(0, producer.exitValue(), () -> text(said) + node.errors());
            assertTrue(text(said).contains("published " + ORDERS + " orders") &&
                text(said).contains("rows up to " + ORDERS + " were taken"), () -> text(said));
            final List<String> totals = text(printed).lines().toList();
            assertEquals(USERS * MINUTES, totals.size(), totals::toString);
            assertTrue(totals.contains("2026-01-01T00:01:00Z  user-3  orders 1200  amount 61800"), totals::toString);
            requireStreams(node.pid());
            node.signal("INT");
            assertEquals(130, node.exitCode(), node::errors);
        }
    }

    /** What the streams have counted, for programs and on the page. */
    private void requireStreams(final long pid) throws IOException
    {
        final InProcessNode here = new InProcessNode(folder);
        assertEquals(InProcessNode.OK, here.run("stat", "--once", "--json", "--pid", Long.toString(pid)), here::errors);
        final JsonNode streams = new ObjectMapper().readTree(here.output()).get("stream");
        assertEquals(2, streams.size(), here::output);
        final JsonNode orders = streams.get(0);
        final JsonNode totals = streams.get(1);
        assertEquals("orders", orders.get("name").asText());
        assertEquals("totals", totals.get("name").asText());
        for (final String count : List.of("missed", "repeated", "passedOver", "foreign", "refused", "reconnects"))
        {
            assertEquals(0, orders.get(count).asLong(-1), here::output);
        }
        assertEquals(USERS * MINUTES, totals.get("sent").asLong(), here::output);
        assertEquals(0, totals.get("dropped").asLong(-1), here::output);
        assertTrue(totals.get("backPressured").asLong(-1) >= 0, here::output);
        assertEquals(InProcessNode.OK, here.run("stat", "--once", "--pid", Long.toString(pid)), here::errors);
        assertTrue(here.output().contains("back pressure/s"), here::output);
    }

    private static String text(final Path file)
    {
        try
        {
            return Files.readString(file);
        }
        catch (final IOException e)
        {
            throw new UncheckedIOException(e);
        }
    }

    /** The example beside a distribution that is this build. */
    private Path copy() throws IOException
    {
        final Path example = Files.createDirectories(folder.resolve("examples/aeron-producer"));
        try (Stream<Path> files = Files.list(EXAMPLE))
        {
            for (final Path file : files.toList())
            {
                Files.copy(file, example.resolve(file.getFileName()));
            }
        }
        assertTrue(example.resolve("producer").toFile().setExecutable(true));
        final Path lib = Files.createDirectories(folder.resolve("engine/node/target/millrace/lib"));
        final List<String> node = NodeBuild.command();
        Files.copy(Path.of(node.get(node.size() - 1)), lib.resolve("millrace.jar"));
        return example;
    }
}
