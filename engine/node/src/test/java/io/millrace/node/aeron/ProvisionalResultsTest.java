package io.millrace.node.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.millrace.client.ResultSubscriber;
import io.millrace.client.RowPublisher;
import io.millrace.client.RowReader;
import io.millrace.node.kill.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results ahead of the commit: each comes once, what is committed is said, and a restart takes back the rest. */
class ProvisionalResultsTest
{
    private static final int KILLS = Integer.getInteger("millrace.kills", 3);
    private static final long SEED = Long.getLong("millrace.seed", 20_261_123L);
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int ROWS = 5_000;

    @TempDir
    Path folder;
    private final TreeMap<Long, Long> received = new TreeMap<>();
    private int provisional;
    private long committed;
    private int published;

    /** Keeps what was received by number. */
    private final ResultSubscriber.Handler handler = new ResultSubscriber.Handler()
    {
        @Override
        public void onResult(final RowReader row, final int writer, final long number, final boolean isProvisional)
        {
            assertEquals(0, writer);
            assertTrue(number > (received.isEmpty() ? -1 : received.lastKey()), "out of order, seed " + SEED);
            received.put(number, row.getLong(1));
            provisional += isProvisional ? 1 : 0;
        }

        @Override
        public void onCommit(final int writer, final long number)
        {
            assertTrue(number > committed, "seed " + SEED);
            committed = number;
        }

        @Override
        public void onRestart(final int writer, final long number)
        {
            assertTrue(number >= committed, "what was committed is taken back, seed " + SEED);
            received.tailMap(number, true).clear();
        }
    };

    private String job(final String more)
    {
        return AeronJob.passing(folder, "aeron:ipc", "sbe", more)
            .replace("'stream-id'='20'", "'stream-id'='20', 'results'='provisional'");
    }

    @Test
    void shouldSendEachResultOnceAndSayWhatIsCommitted()
    {
        try (AeronJob job = new AeronJob(job(""), folder);
            ResultSubscriber subscriber = AeronJob.subscriber(folder);
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc")))
        {
            assertTrue(subscriber.awaitConnected(10_000), subscriber::reason);
            assertTrue(publisher.awaitReady(10_000), publisher::reason);
            while (published < ROWS)
            {
                job.await(() -> publish(publisher) || subscriber.poll(handler, 64) < 0);
                subscriber.poll(handler, 64);
            }
            job.await(() -> subscriber.poll(handler, 64) < 0 || committed == ROWS);
            requireAll();
            assertTrue(provisional > 0, "nothing came ahead of the commit");
            assertEquals(0, subscriber.repeated() + subscriber.foreign() + subscriber.voided());
            try (ResultSubscriber late = AeronJob.subscriber(folder))
            {
                job.await(() -> late.poll((row, writer, number, isProvisional) ->
                {
                }, 64) < 0 || late.committed(0) == ROWS);
            }
            job.runner().stop();
            job.await(job.runner()::isEnded);
            assertEquals(List.of(), job.runner().job().violations());
        }
    }

    @Test
    void shouldKeepEachRowOnceWhenNodesAreKilled() throws IOException
    {
        final Random random = new Random(SEED);
        Files.writeString(folder.resolve("job.sql"),
            job(", 'ack'='journaled'").replace("aeron.embedded-dir", "aeron.dir"));
        try (MediaDriver driver = MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(AeronJob.driver(folder)).threadingMode(ThreadingMode.SHARED).dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true).clientLivenessTimeoutNs(TimeUnit.SECONDS.toNanos(2)));
            ResultSubscriber subscriber = new ResultSubscriber(
            AeronJob.RESULT, driver.aeronDirectoryName(), "aeron:ipc", AeronJob.RESULTS, false);
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc").retainedBytes(1 << 22)))
        {
            NodeProcess node = start();
            try
            {
                for (int kill = 0; kill < KILLS; kill++)
                {
                    publishFor(node, publisher, subscriber, 200 + random.nextInt(400));
                    node.kill();
                    node = start();
                }
                publishFor(node, publisher, subscriber, 200);
                final long beginNs = System.nanoTime();
                while (committed < published)
                {
                    requireInTime(node, beginNs);
                    publisher.poll();
                    subscriber.poll(handler, 64);
                }
                requireAll();
                node.signal("INT");
                assertEquals(130, node.exitCode(), node::errors);
            }
            finally
            {
                node.close();
            }
        }
    }

    private NodeProcess start()
    {
        return NodeProcess.start(folder, List.of("run", "job.sql", "--state", "state", "--set",
            "execution.checkpointing.interval=100 ms", "--set", "millrace.memory.state=64mb"));
    }

    /** Publishes for a while, and longer until a row is taken. */
    private void publishFor(
        final NodeProcess node, final RowPublisher publisher, final ResultSubscriber subscriber, final int ms)
    {
        final long beginNs = System.nanoTime();
        final int before = published;
        while (published == before || System.nanoTime() - beginNs < TimeUnit.MILLISECONDS.toNanos(ms))
        {
            requireInTime(node, beginNs);
            publish(publisher);
            subscriber.poll(handler, 64);
            LockSupport.parkNanos(50_000);
        }
    }

    private static void requireInTime(final NodeProcess node, final long beginNs)
    {
        if (System.nanoTime() - beginNs > DEADLINE_NS || !node.isAlive())
        {
            throw new AssertionError("not in time, seed " + SEED + "; the node says " + node.errors());
        }
    }

    private boolean publish(final RowPublisher publisher)
    {
        final boolean isTaken = AeronJob.publish(publisher, "k", published, AeronJob.TIME_MS);
        published += isTaken ? 1 : 0;
        return isTaken;
    }

    /** Every row that was published is there once, in order. */
    private void requireAll()
    {
        final List<Long> rows = new ArrayList<>(received.values());
        for (int i = 0; i < rows.size(); i++)
        {
            assertEquals(i, rows.get(i), "seed " + SEED);
        }
        assertEquals(published, rows.size(), "seed " + SEED);
    }
}
