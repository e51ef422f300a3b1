package io.millrace.node.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The newest checkpoint turns out to be damaged while it is restored, when standard input is open already: the node
 * begins again from the one before, and not a row of what nobody can read twice is lost.
 */
final class DamagedStartTest
{
    private static final int ROWS = 5000;
    private static final String JOB = """
        CREATE TABLE events (life INT, n INT) WITH ('connector'='stdin', 'format'='json');
        CREATE TABLE results (life INT, n INT) WITH ('connector'='filesystem', 'path'='out/rows', 'format'='json');
        INSERT INTO results SELECT life, n FROM events;
        """;

    @TempDir
    Path folder;

    @Test
    void shouldTakeAllOfStandardInputWhenTheNewestCheckpointIsDamaged() throws IOException
    {
        final NodeFolder node = new NodeFolder(folder.resolve("node"), JOB, Map.of(
            "execution.checkpointing.interval", "20 ms", "millrace.segment.bytes", "65536",
            "millrace.max-row-bytes", "16kb", "millrace.log.bytes", "131072", "millrace.memory.state", "64mb"));
        try (NodeProcess first = node.start())
        {
            // Without new rows there is no second one.
            feed(first.input(), 0, 0, ROWS / 2);
            assertTrue(first.await(() -> !whole(node).isEmpty()), first::errors);
            feed(first.input(), 0, ROWS / 2, ROWS);
            assertTrue(first.await(() -> whole(node).size() >= 2 && node.visible().count("rows") > 0), first::errors);
            first.kill();
        }
        final List<Path> whole = whole(node);
        final Path part = whole.get(whole.size() - 1).resolve("shard-0.part");
        final byte[] bytes = Files.readAllBytes(part);
        bytes[bytes.length / 2] ^= 1;
        Files.write(part, bytes);
        try (NodeProcess second = node.start())
        {
            feed(second.input(), 1, 0, ROWS);
            second.input().close();
            assertEquals(0, second.exitCode(), second::errors);
            assertTrue(second.errors().contains("checkpoint " + part.getParent().getFileName() + " is passed over"),
                second::errors);
        }
        final BitSet[] seen = {new BitSet(), new BitSet()};
        node.visible().tables().get("rows").forEach((line, count) ->
        {
            assertEquals(1, count, line);
            final String[] numbers = line.replaceAll("[^0-9,]", "").split(",");
            seen[Integer.parseInt(numbers[0])].set(Integer.parseInt(numbers[1]));
        });
        assertEquals(seen[0].length(), seen[0].cardinality(), "without a gap");
        assertEquals(ROWS, seen[1].cardinality());
    }

    private static void feed(final OutputStream into, final int life, final int from, final int to) throws IOException
    {
        final StringBuilder lines = new StringBuilder();
        for (int n = from; n < to; n++)
        {
            lines.append("{\"life\":").append(life).append(",\"n\":").append(n).append("}\n");
        }
        into.write(lines.toString().getBytes(StandardCharsets.UTF_8));
        into.flush();
    }

    /** Folders of checkpoints that have a manifest, the oldest first. */
    private static List<Path> whole(final NodeFolder node)
    {
        try (Stream<Path> all = Files.list(node.state().resolve("checkpoints")))
        {
            return all.filter((path) -> Files.exists(path.resolve("MANIFEST")))
                .sorted((a, b) -> Long.compare(id(a), id(b))).toList();
        }
        catch (final IOException | java.io.UncheckedIOException e)
        {
            return List.of();
        }
    }

    private static long id(final Path checkpoint)
    {
        return Long.parseLong(checkpoint.getFileName().toString());
    }
}
