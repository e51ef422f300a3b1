package io.millrace.node.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.client.ResultSubscriber;
import io.millrace.client.RowPublisher;
import io.millrace.client.RowReader;
import io.millrace.engine.sink.PositionStore;
import io.millrace.engine.sink.SinkPosition;
import io.millrace.engine.storage.StorageException;
import io.millrace.node.kill.NodeProcess;
import io.millrace.persistence.local.FileStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A subscriber that is connected and does not read holds up no job for long, and learns what it has missed. */
class StuckSubscriberTest
{
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
    /** More than the stream and the job's logs hold. */
    private static final int ROWS = 100_000;

    @TempDir
    Path folder;
    private long published;
    private long received;
    private long missed;
    private long last = -1;

    private final ResultSubscriber.Handler handler = new ResultSubscriber.Handler()
    {
        @Override
        public void onResult(final RowReader row, final int writer, final long number, final boolean isProvisional)
        {
            final long n = row.getLong(1);
            assertTrue(n > last, "out of order");
            // A gap is said before the result behind it.
            assertEquals(n, received + missed);
            last = n;
            received++;
        }

        @Override
        public void onMissed(final long results)
        {
            missed += results;
        }
    };

    private String job(final String more)
    {
        return AeronJob.passing(folder, "aeron:ipc", "sbe", "").replace(", 'sink.without-subscriber'='wait'", more)
            .replace("'channel'='aeron:ipc', 'stream-id'='20'",
                "'channel'='aeron:ipc?term-length=64k', 'stream-id'='20', 'sink.subscriber-timeout'='200 ms'");
    }

    @Test
    void shouldGoOnWhenASubscriberOfProvisionalResultsStopsReading() throws IOException
    {
        goOn(", 'results'='provisional'", List.of());
    }

    @Test
    void shouldGoOnWhenASubscriberOfProvisionalResultsStopsReadingAndTheJobKeepsState() throws IOException
    {
        goOn(", 'results'='provisional'",
            List.of("--state", "state", "--set", "execution.checkpointing.interval=100 ms"));
    }

    @Test
    void shouldGoOnWhenASubscriberOfCommittedResultsStopsReading() throws IOException
    {
        goOn("", List.of());
    }

    @Test
    void shouldDropAndCountAResultThatIsLongerThanAMessage() throws IOException
    {
        Files.writeString(folder.resolve("job.sql"), job(""));
        try (NodeProcess node = start(List.of());
            ResultSubscriber subscriber = AeronJob.subscriber(folder);
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc")))
        {
            final long beginNs = System.nanoTime();
            final String[] keys = {"k", "k".repeat(10_000), "k"};
            while (received + missed < keys.length)
            {
                requireInTime(node, beginNs);
                publisher.poll();
                subscriber.poll(handler, 16);
                final boolean isNext = published < keys.length && subscriber.isConnected() && publisher.isReady();
                if (isNext && AeronJob.publish(publisher, keys[(int)published], published, AeronJob.TIME_MS))
                {
                    published++;
                }
            }
            assertEquals(1, missed);
            assertEquals(1, subscriber.missed());
            assertTrue(node.errors().contains("is longer than a message of its stream, 8192 bytes, is dropped"),
                node::errors);
            node.signal("INT");
            assertEquals(130, node.exitCode(), node::errors);
        }
    }

    /** A killed node takes its media driver along, and what lies in the stream. */
    @Test
    void shouldCountWhatDiedUnreadWithTheJobAndItsDriver() throws IOException
    {
        Files.writeString(folder.resolve("job.sql"),
            job("").replace("'stream-id'='10'", "'stream-id'='10', 'ack'='journaled'"));
        final List<String> arguments =
            List.of("--state", "state", "--set", "execution.checkpointing.interval=100 ms");
        try (ResultSubscriber subscriber = AeronJob.subscriber(folder);
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc").retainedBytes(1 << 20)))
        {
            try (NodeProcess node = start(arguments))
            {
                flow(node, publisher, subscriber, 20);
                final long beginNs = System.nanoTime();
                while (published < 70 || written() < 70)
                {
                    requireInTime(node, beginNs);
                    publisher.poll();
                    if (published < 70)
                    {
                        publish(publisher);
                    }
                }
                node.kill();
            }
            try (NodeProcess node = start(arguments))
            {
                final long beginNs = System.nanoTime();
                while (subscriber.disconnects() == 0)
                {
                    requireInTime(node, beginNs);
                    // Reads nothing of what the dead driver has left.
                    subscriber.poll(handler, 0);
                    publisher.poll();
                }
                flow(node, publisher, subscriber, 100);
                assertEquals(50, missed);
                assertEquals(50, subscriber.missed());
                assertEquals(0, subscriber.repeated() + subscriber.foreign());
            }
        }
    }

    /** Publishes until so many results are known: received or missed. */
    private void flow(
        final NodeProcess node, final RowPublisher publisher, final ResultSubscriber subscriber, final int results)
    {
        final long beginNs = System.nanoTime();
        while (received + missed < results)
        {
            requireInTime(node, beginNs);
            subscriber.poll(handler, 16);
            publisher.poll();
            if (published < results && subscriber.isConnected() && publisher.isReady())
            {
                publish(publisher);
            }
        }
    }

    /** How many results the sink has written, as it goes on from them. */
    private long written()
    {
        try (FileStorage storage = new FileStorage(folder.resolve("state")))
        {
            final SinkPosition position = new PositionStore(storage).load("results");
            return position == null ? 0 : Long.parseLong(position.token().split(" ")[1]);
        }
        catch (final StorageException e)
        {
            // The node is replacing it.
            return 0;
        }
    }

    private void goOn(final String more, final List<String> arguments) throws IOException
    {
        Files.writeString(folder.resolve("job.sql"), job(more));
        try (NodeProcess node = start(arguments);
            ResultSubscriber subscriber = AeronJob.subscriber(folder);
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc?term-length=64k")))
        {
            final long beginNs = System.nanoTime();
            while (!subscriber.isConnected() || !publisher.isReady())
            {
                requireInTime(node, beginNs);
                subscriber.poll(handler, 16);
                publisher.poll();
            }
            while (received < 100)
            {
                requireInTime(node, beginNs);
                publish(publisher);
                subscriber.poll(handler, 16);
            }
            // From here on nobody reads, and every row is taken all the same.
            while (publisher.expected() < ROWS || !node.errors().contains("its subscriber has taken nothing for"))
            {
                requireInTime(node, beginNs);
                if (published == ROWS || !publish(publisher))
                {
                    publisher.poll();
                    LockSupport.parkNanos(50_000);
                }
            }
            while (received + missed < ROWS)
            {
                requireInTime(node, beginNs);
                publisher.poll();
                subscriber.poll(handler, 16);
            }
            assertTrue(missed > 0, "nothing was missed");
            assertEquals(missed, subscriber.missed());
            while (received + missed < ROWS + 100)
            {
                requireInTime(node, beginNs);
                publish(publisher);
                subscriber.poll(handler, 16);
            }
            assertEquals(0, subscriber.repeated() + subscriber.foreign() + publisher.missedByEngine());
            node.signal("INT");
            assertEquals(130, node.exitCode(), node::errors);
        }
    }

    private NodeProcess start(final List<String> arguments)
    {
        final List<String> all = new ArrayList<>(List.of("run", "job.sql",
            "--set", "millrace.log.bytes=65536", "--set", "millrace.memory.state=64mb"));
        all.addAll(arguments);
        return NodeProcess.start(folder, all);
    }

    private boolean publish(final RowPublisher publisher)
    {
        final boolean isTaken = AeronJob.publish(publisher, "k", published, AeronJob.TIME_MS);
        published += isTaken ? 1 : 0;
        return isTaken;
    }

    private void requireInTime(final NodeProcess node, final long beginNs)
    {
        if (System.nanoTime() - beginNs > DEADLINE_NS || !node.isAlive())
        {
            throw new AssertionError("not in time: " + published + " published, " + received + " received, " +
                missed + " missed; the node says " + node.errors());
        }
    }
}
