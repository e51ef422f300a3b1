package io.millrace.node.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.client.ResultSubscriber;
import io.millrace.client.RowPublisher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real jobs between real publishers and subscribers, over IPC and UDP. */
class AeronTest
{
    private static final int ROWS = 20_000;

    @TempDir
    Path folder;

    @Test
    void shouldGiveEveryRowOnceInOrderWhenPublishedOverIpc()
    {
        pass("aeron:ipc");
    }

    @Test
    void shouldGiveEveryRowOnceInOrderWhenPublishedOverUdp() throws IOException
    {
        pass("aeron:udp?endpoint=localhost:" + AeronJob.freePort());
    }

    private void pass(final String channel)
    {
        try (AeronJob job = new AeronJob(AeronJob.passing(folder, channel, "sbe", ""), folder);
            ResultSubscriber subscriber = AeronJob.subscriber(folder);
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, channel)))
        {
            assertTrue(subscriber.awaitConnected(10_000), subscriber::reason);
            assertTrue(publisher.awaitReady(10_000), publisher::reason);
            final List<String> results = new ArrayList<>();
            for (int i = 0; i < ROWS; i++)
            {
                final int row = i;
                job.await(() -> publish(publisher, row) || poll(subscriber, results) < 0);
                poll(subscriber, results);
            }
            job.await(() -> poll(subscriber, results) + results.size() >= ROWS);
            for (int i = 0; i < ROWS; i++)
            {
                assertEquals("k" + i % 100 + ":" + i, results.get(i));
            }
            job.await(() -> publisher.poll() >= 0 && publisher.expected() == ROWS);
            assertEquals(0, publisher.missedByEngine() + publisher.repeatedToEngine() + publisher.lost());
            assertEquals(0, subscriber.repeated() + subscriber.foreign());
        }
    }

    /** Publishes row {@code i} or is back pressured. */
    static boolean publish(final RowPublisher publisher, final int i)
    {
        if (publisher.claim() != RowPublisher.READY)
        {
            return false;
        }
        publisher.row().setText(0, "k" + i % 100).setLong(1, i).setLong(2, 1_700_000_000_000L + i);
        return publisher.commit() >= 0;
    }

    static int poll(final ResultSubscriber subscriber, final List<String> results)
    {
        subscriber.poll((row, writer, number, isProvisional) ->
            results.add(row.getText(0) + ":" + row.getLong(1)), 100);
        return 0;
    }
}
