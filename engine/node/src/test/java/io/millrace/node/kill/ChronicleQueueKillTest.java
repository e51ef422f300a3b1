package io.millrace.node.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that tails one Chronicle queue into another, and is killed on the way. */
final class ChronicleQueueKillTest
{
    private static final long SEED = Long.getLong("millrace.seed", 20_261_122L);
    private static final int KILLS = Integer.getInteger("millrace.kills", 5);
    private static final int ROWS_A_LIFE = 20_000;

    @TempDir
    private Path folder;

    private int seen;

    @Test
    void shouldHaveEveryExcerptOnceWhereTheNodeWasKilledOnTheWay() throws IOException
    {
        final Random random = new Random(SEED);
        final Path in = folder.resolve("in");
        final Path out = folder.resolve("out");
        Files.writeString(folder.resolve("job.sql"), """
            SET 'execution.checkpointing.interval' = '200 ms';
            CREATE TABLE events (n BIGINT) WITH ('connector'='chronicle-queue', 'path'='%s', 'format'='json');
            CREATE TABLE results (n BIGINT, twice BIGINT)
              WITH ('connector'='chronicle-queue', 'path'='%s', 'format'='json');
            INSERT INTO results SELECT n, 2 * n FROM events;
            """.formatted(in, out));
        final List<String> arguments =
            List.of("run", "job.sql", "--state", folder.resolve("state").toString());
        final List<String> expected = new ArrayList<>();
        try (ChronicleQueue results = ChronicleQueue.single(out.toString()))
        {
            final ExcerptTailer tailer = results.createTailer();
            for (int life = 0; life <= KILLS; life++)
            {
                append(in, expected);
                final int wanted = life == KILLS ? expected.size() : expected.size() - random.nextInt(ROWS_A_LIFE);
                try (NodeProcess node = NodeProcess.start(folder, arguments))
                {
                    assertTrue(
                        node.await(() -> seen(tailer) >= wanted), () -> "seed " + SEED + ": " + node.errors());
                    if (life < KILLS)
                    {
                        node.kill();
                    }
                    else
                    {
                        node.signal("TERM");
                        node.exitCode();
                    }
                }
            }
        }

        final List<String> rows = rows(out);
        assertEquals(expected.size(), rows.size(), "seed " + SEED);
        for (int i = 0; i < rows.size(); i++)
        {
            assertEquals(expected.get(i), rows.get(i), "seed " + SEED + ", row " + i);
        }
    }

    private static void append(final Path folder, final List<String> expected)
    {
        try (ChronicleQueue queue = ChronicleQueue.single(folder.toString()))
        {
            final ExcerptAppender appender = queue.createAppender();
            for (int i = 0; i < ROWS_A_LIFE; i++)
            {
                final int n = expected.size();
                appender.writeBytes(Bytes.from("{\"n\":" + n + "}"));
                expected.add("{\"n\":" + n + ",\"twice\":" + 2L * n + "}");
            }
        }
    }

    /** How many excerpts have been seen, those that came since the last call included. */
    private int seen(final ExcerptTailer tailer)
    {
        final Bytes<?> bytes = Bytes.allocateElasticOnHeap();
        while (tailer.readBytes(bytes))
        {
            seen++;
            bytes.clear();
        }
        return seen;
    }

    private static List<String> rows(final Path folder)
    {
        final List<String> rows = new ArrayList<>();
        try (ChronicleQueue queue = ChronicleQueue.single(folder.toString()))
        {
            final ExcerptTailer tailer = queue.createTailer();
            final Bytes<?> bytes = Bytes.allocateElasticOnHeap();
            while (tailer.readBytes(bytes))
            {
                rows.add(new String(bytes.toByteArray(), StandardCharsets.UTF_8));
                bytes.clear();
            }
        }
        return rows;
    }
}
