package io.millrace.node.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.millrace.client.RowPublisher;
import io.millrace.node.kill.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows that are acknowledged once they are journaled: killed nodes, publishers that begin anew and pauses lose and
 * double none.
 *
 * <p>{@code -Dmillrace.kills=N} and {@code -Dmillrace.pauses=N} kill and pause N times, {@code -Dmillrace.pause.ms=N}
 * for so long; then rows must flow again in time, which asks for a machine that has nothing else to do.
 */
class AeronKillTest
{
    private static final int KILLS = Integer.getInteger("millrace.kills", 3);
    private static final int PAUSES = Integer.getInteger("millrace.pauses", 3);
    private static final boolean IS_SHORT = System.getProperty("millrace.pause.ms") == null;
    private static final int PAUSE_MS = Integer.getInteger("millrace.pause.ms", 3_000);
    private static final long SEED = Long.getLong("millrace.seed", 20_261_123L);
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
    /** The driver, which gives a sign of life each second, counts as lost after this: a short pause is a long one. */
    private static final int TIMEOUT_MS = 2_000;

    private static final String JOB = """
        CREATE TABLE events (k STRING, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
          WITH ('connector'='aeron', 'channel'='CHANNEL', 'stream-id'='10', 'format'='sbe',
            'aeron.embedded-dir'='DRIVER', 'ack'='journaled');
        CREATE TABLE results (k STRING, n BIGINT)
          WITH ('connector'='filesystem', 'path'='out', 'format'='json');
        INSERT INTO results SELECT k, n FROM events;
        """;

    @TempDir
    Path folder;
    private final Random random = new Random(SEED);
    private long published;

    @Test
    void shouldTakeEachRowOnceWhenNodesAreKilledAndPublishersBeginAnew() throws IOException
    {
        writeJob("aeron:ipc");
        NodeProcess node = start();
        RowPublisher publisher = null;
        try
        {
            publisher = new RowPublisher(context("aeron:ipc").retainedBytes(1 << 22));
            for (int kill = 0; kill < KILLS; kill++)
            {
                publishFor(node, publisher, 100 + random.nextInt(400), true);
                if (random.nextBoolean())
                {
                    // Nobody says goodbye: the next one asks where to go on and has its rows at hand.
                    publisher.close();
                    publisher = new RowPublisher(context("aeron:ipc").retainedBytes(1 << 22));
                }
                node.kill();
                node = start();
            }
            publishFor(node, publisher, 200, true);
            assertTrue(publisher.awaitAcknowledged(publisher.nextSequence(), 30_000), "seed " + SEED);
            finish(node, publisher.nextSequence());
        }
        finally
        {
            node.close();
            if (publisher != null)
            {
                publisher.close();
            }
        }
    }

    @Test
    void shouldBeThereAgainWithinASecondWhenTheNodeWasPaused() throws IOException
    {
        pause("aeron:ipc");
    }

    @Test
    void shouldBeThereAgainWithinASecondWhenTheNodeWasPausedBehindUdp() throws IOException
    {
        pause("aeron:udp?endpoint=localhost:" + AeronJob.freePort());
    }

    @Test
    void shouldBeThereAgainWhenADriverOfItsOwnHadGivenUpTheNode() throws IOException
    {
        final long livenessNs = TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS) / 2;
        try (MediaDriver driver = MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(AeronJob.driver(folder)).threadingMode(ThreadingMode.SHARED).dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true).clientLivenessTimeoutNs(livenessNs).timerIntervalNs(livenessNs / 8)))
        {
            writeJob("aeron:ipc");
            final Path job = folder.resolve("job.sql");
            Files.writeString(job, Files.readString(job).replace("aeron.embedded-dir", "aeron.dir"));
            try (NodeProcess node = start();
                RowPublisher publisher = new RowPublisher(context("aeron:ipc").retainedBytes(1 << 22)))
            {
                pause(node, publisher);
            }
            assertEquals(AeronJob.driver(folder), driver.aeronDirectoryName());
        }
    }

    private void pause(final String channel) throws IOException
    {
        writeJob(channel);
        try (NodeProcess node = start();
            RowPublisher publisher = new RowPublisher(
                context(channel).retainedBytes(1 << 22).driverTimeoutMs(TIMEOUT_MS)))
        {
            pause(node, publisher);
            assertTrue(publisher.disconnects() > 0, "no pause was long enough");
        }
    }

    private void pause(final NodeProcess node, final RowPublisher publisher) throws IOException
    {
        final List<Long> awayMs = new ArrayList<>();
        for (int i = 0; i < PAUSES; i++)
        {
            publishFor(node, publisher, 200, true);
            node.signal("STOP");
            publishFor(node, publisher, PAUSE_MS, false);
            node.signal("CONT");
            final long beginNs = System.nanoTime();
            final long from = publisher.nextSequence();
            while (publisher.acknowledged() <= from)
            {
                requireInTime(node, beginNs);
                publish(publisher);
                publisher.poll();
            }
            awayMs.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNs));
        }
        assertTrue(publisher.awaitAcknowledged(publisher.nextSequence(), 30_000));
        finish(node, publisher.nextSequence());
        assertTrue(IS_SHORT || awayMs.stream().allMatch(ms -> ms < 2_000), awayMs::toString);
    }

    private void writeJob(final String channel) throws IOException
    {
        Files.writeString(folder.resolve("job.sql"),
            JOB.replace("CHANNEL", channel).replace("DRIVER", AeronJob.driver(folder)));
    }

    private NodeProcess start()
    {
        return NodeProcess.start(folder, List.of("run", "job.sql", "--state", "state", "--set",
            "execution.checkpointing.interval=100 ms", "--set", "millrace.memory.state=64mb"));
    }

    private RowPublisher.Context context(final String channel)
    {
        return AeronJob.publisher(folder, channel);
    }

    /** Publishes what it can for a while, and longer until a row is taken where some are wanted. */
    private void publishFor(
        final NodeProcess node, final RowPublisher publisher, final int ms, final boolean isSome)
    {
        final long beginNs = System.nanoTime();
        final long before = published;
        while (isSome && published == before || System.nanoTime() - beginNs < TimeUnit.MILLISECONDS.toNanos(ms))
        {
            requireInTime(node, beginNs);
            publish(publisher);
        }
    }

    private static void requireInTime(final NodeProcess node, final long beginNs)
    {
        if (System.nanoTime() - beginNs > DEADLINE_NS || !node.isAlive())
        {
            throw new AssertionError("not in time; the node says " + node.errors());
        }
    }

    /** Row n has sequence n. */
    private void publish(final RowPublisher publisher)
    {
        final long n = publisher.nextSequence();
        if (publisher.claim() == RowPublisher.READY)
        {
            publisher.row().setText(0, "k").setLong(1, publisher.nextSequence()).setLong(2, 1_700_000_000_000L);
            if (publisher.commit() >= 0)
            {
                published++;
            }
        }
        if (publisher.nextSequence() == n || published % 16 == 0)
        {
            LockSupport.parkNanos(200_000);
        }
    }

    private void finish(final NodeProcess node, final long rows) throws IOException
    {
        node.signal("INT");
        assertEquals(130, node.exitCode(), node::errors);
        final List<Long> numbers = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder.resolve("out")))
        {
            for (final Path file : files.filter(f -> f.toString().endsWith(".jsonl")).toList())
            {
                for (final String line : Files.readAllLines(file))
                {
                    numbers.add(Long.parseLong(line.replaceAll("[^0-9]", "")));
                }
            }
        }
        numbers.sort(null);
        for (int i = 0; i < numbers.size(); i++)
        {
            assertEquals(i, numbers.get(i), "seed " + SEED);
        }
        assertEquals(rows, numbers.size(), "seed " + SEED);
    }
}
