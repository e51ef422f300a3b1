package io.millrace.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs from queue to queue. */
final class ChronicleQueueTest
{
    @TempDir
    private Path folder;

    private Path input;
    private Path output;
    private InProcessNode node;

    @BeforeEach
    void begin()
    {
        input = folder.resolve("in");
        output = folder.resolve("out");
        node = new InProcessNode(folder.resolve("side"));
    }

    @Test
    void shouldKeepWhatIsNoRowAsDeadWithItsIndex() throws IOException
    {
        append(0, 3);
        try (ChronicleQueue queue = ChronicleQueue.single(input.toString()))
        {
            queue.createAppender().writeBytes(Bytes.from("{\"n\":"));
        }

        assertEquals(0, run(), () -> node.errors());

        assertEquals(rows(0, 3), texts(output));
        final String dead = Files.readString(folder.resolve("side/job/dlq$events.jsonl"));
        assertEquals(1, dead.lines().count(), dead);
        assertTrue(dead.contains(input + ":0x"), dead);
    }

    @Test
    void shouldBeginAtAnIndexAndRefuseOneThatIsNotThere() throws IOException
    {
        append(0, 10);
        final long first;
        try (ChronicleQueue queue = ChronicleQueue.single(input.toString()))
        {
            first = queue.firstIndex();
        }

        assertEquals(0, run("-e", "events.scan.startup.mode=specific-index", "-e",
            "events.scan.startup.index=0x" + Long.toHexString(first + 7)), () -> node.errors());
        assertEquals(rows(7, 10), texts(output));

        assertEquals(3, run("-e", "events.scan.startup.mode=specific-index", "-e",
            "events.scan.startup.index=0x" + Long.toHexString(first + 70)));
        assertTrue(node.errors().contains("holds excerpts 0x" + Long.toHexString(first)), () -> node.errors());
    }

    @Test
    void shouldSayThatThereIsNoQueue() throws IOException
    {
        assertEquals(3, run());
        assertTrue(node.errors().contains("there is no queue in " + input), () -> node.errors());
    }

    @Test
    void shouldReadAndWriteTexts() throws IOException
    {
        try (ChronicleQueue queue = ChronicleQueue.single(input.toString()))
        {
            final ExcerptAppender appender = queue.createAppender();
            appender.writeText("{\"n\":1}");
            appender.writeText("{\"n\":2,\"text\":\"" + "é".repeat(200) + "\"}");
        }

        assertEquals(0, run("-e", "events.excerpt=text", "-e", "results.excerpt=text"), () -> node.errors());

        try (ChronicleQueue queue = ChronicleQueue.single(output.toString()))
        {
            final ExcerptTailer tailer = queue.createTailer();
            assertEquals("{\"n\":1,\"text\":null}", tailer.readText());
            assertEquals("{\"n\":2,\"text\":\"" + "é".repeat(200) + "\"}", tailer.readText());
        }
    }

    private int run(final String... more) throws IOException
    {
        final Path job = folder.resolve("job.sql");
        Files.writeString(job, """
            CREATE TABLE events (n BIGINT, text STRING) WITH ('connector'='chronicle-queue', 'path'='%s',
              'format'='json', 'scan.bounded.mode'='latest-offset');
            CREATE TABLE results (n BIGINT, text STRING) WITH ('connector'='chronicle-queue', 'path'='%s',
              'format'='json');
            INSERT INTO results SELECT n, text FROM events WHERE n >= 0;
            """.formatted(input, output));
        final List<String> arguments = new ArrayList<>(List.of("run", job.toString()));
        arguments.addAll(List.of(more));
        return node.run(arguments.toArray(String[]::new));
    }

    private void append(final int from, final int to)
    {
        try (ChronicleQueue queue = ChronicleQueue.single(input.toString()))
        {
            final ExcerptAppender appender = queue.createAppender();
            for (int n = from; n < to; n++)
            {
                appender.writeBytes(Bytes.from("{\"n\":" + n + "}"));
            }
        }
    }

    private static List<String> rows(final int from, final int to)
    {
        final List<String> rows = new ArrayList<>();
        for (int n = from; n < to; n++)
        {
            rows.add("{\"n\":" + n + ",\"text\":null}");
        }
        return rows;
    }

    private static List<String> texts(final Path queueFolder) throws IOException
    {
        assertTrue(Files.isDirectory(queueFolder));
        final List<String> texts = new ArrayList<>();
        try (ChronicleQueue queue = ChronicleQueue.single(queueFolder.toString()))
        {
            final ExcerptTailer tailer = queue.createTailer();
            final Bytes<?> bytes = Bytes.allocateElasticOnHeap();
            while (tailer.readBytes(bytes))
            {
                texts.add(new String(bytes.toByteArray(), StandardCharsets.UTF_8));
                bytes.clear();
            }
        }
        return texts;
    }
}
