package io.millrace.node.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.client.ResultSubscriber;
import io.millrace.client.RowPublisher;
import io.millrace.client.RowSchema;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real jobs between real publishers and subscribers, over IPC and UDP. */
class AeronTest
{
    private static final int ROWS = 20_000;

    @TempDir
    Path folder;

    @AfterEach
    void requireNothingLeftBehind()
    {
        assertFalse(Files.exists(Path.of(AeronJob.driver(folder))), "the media driver's folder is still there");
    }

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

    @Test
    void shouldGiveEveryRowOnceInOrderWhenPublishedOverMulticast() throws IOException
    {
        pass("aeron:udp?endpoint=224.20.30.39:" + AeronJob.freePort() + "|interface=localhost");
    }

    @Test
    void shouldGiveEveryRowOnceInOrderWhenThePublisherHasManyDestinations() throws IOException
    {
        final String control = "control=localhost:" + AeronJob.freePort() + "|control-mode=dynamic";
        final String answers = "aeron:udp?control-mode=dynamic|control=localhost:" + AeronJob.freePort();
        pass("aeron:udp?endpoint=localhost:0|" + control, ", 'control-channel'='" + answers + "'",
            AeronJob.publisher(folder, "aeron:udp?" + control).controlChannel(answers));
    }

    /** Three megabytes are more than a window: most of it is sent when the job has nothing else to do any more. */
    @Test
    void shouldSendAllResultsOverUdpAtOnceWhenNoRowsCome() throws IOException
    {
        final String channel = "aeron:udp?endpoint=localhost:" + AeronJob.freePort();
        try (AeronJob job = new AeronJob(AeronJob.sending(folder, channel), folder);
            ResultSubscriber subscriber =
                new ResultSubscriber(AeronJob.RESULT, AeronJob.driver(folder), channel, AeronJob.RESULTS, false);
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc")))
        {
            assertTrue(subscriber.awaitConnected(10_000), subscriber::reason);
            assertTrue(publisher.awaitReady(10_000), publisher::reason);
            final String key = "k".repeat(1000);
            for (int i = 0; i < 3000; i++)
            {
                final int row = i;
                job.await(() -> AeronJob.publish(publisher, key, row, AeronJob.TIME_MS + row));
            }
            job.await(() -> publisher.poll() >= 0 && publisher.expected() == 3000);
            final int[] count = {0};
            final long startNs = System.nanoTime();
            job.await(() -> subscriber.poll((row, writer, number, isProvisional) -> count[0]++, 100) +
                count[0] >= 3000);
            final long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
            assertTrue(tookMs < 10_000, "a packet at each rest of the job: " + tookMs + " ms");
        }
    }

    private void pass(final String channel)
    {
        pass(channel, "", AeronJob.publisher(folder, channel));
    }

    private void pass(final String channel, final String more, final RowPublisher.Context context)
    {
        try (AeronJob job = new AeronJob(AeronJob.passing(folder, channel, "sbe", more), folder);
            ResultSubscriber subscriber = AeronJob.subscriber(folder);
            RowPublisher publisher = new RowPublisher(context))
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

    @Test
    void shouldDecodeEachRecordWhenPublishersSendJson()
    {
        final UnsafeBuffer record = new UnsafeBuffer(new byte[256]);
        try (AeronJob job = new AeronJob(AeronJob.passing(folder, "aeron:ipc", "json", ""), folder);
            ResultSubscriber subscriber = AeronJob.subscriber(folder);
            RowPublisher publisher = new RowPublisher(new RowPublisher.Context()
                .aeronDirectory(AeronJob.driver(folder)).streamId(AeronJob.EVENTS).publisherId(3)))
        {
            assertTrue(subscriber.awaitConnected(10_000), subscriber::reason);
            assertTrue(publisher.awaitReady(10_000), publisher::reason);
            final List<String> results = new ArrayList<>();
            for (int i = 0; i < 100; i++)
            {
                final String json = i == 50 ? "{\"k\":" :
                    "{\"k\":\"a\",\"n\":" + i + ",\"ts\":\"2026-01-01 00:00:00\"}";
                final int length = record.putStringWithoutLengthUtf8(0, json);
                job.await(() -> publisher.publish(record, 0, length) >= 0);
            }
            job.await(() -> poll(subscriber, results) + results.size() >= 99);
            assertEquals("a:0", results.get(0));
            assertEquals("a:99", results.get(98));
            final String dead = job.stop();
            assertTrue(dead.contains("aeron:ipc stream 10 publisher 3: row 50"), dead);
        }
    }

    @Test
    void shouldDropRepeatsAndCountGapsWhenSequencesJump()
    {
        try (AeronJob job = new AeronJob(AeronJob.passing(folder, "aeron:ipc", "sbe", ""), folder);
            ResultSubscriber subscriber = AeronJob.subscriber(folder);
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc")))
        {
            assertTrue(subscriber.awaitConnected(10_000), subscriber::reason);
            assertTrue(publisher.awaitReady(10_000), publisher::reason);
            final List<String> results = new ArrayList<>();
            for (final int sequence : new int[]{0, 1, 2, 1, 2, 3, 7, 8, 0, 9})
            {
                publisher.nextSequence(sequence);
                job.await(() -> publish(publisher, sequence));
            }
            job.await(() -> poll(subscriber, results) + results.size() >= 7);
            assertEquals(List.of("k0:0", "k1:1", "k2:2", "k3:3", "k7:7", "k8:8", "k9:9"), results);
            job.await(() -> publisher.poll() >= 0 && publisher.expected() == 10);
            assertEquals(3, publisher.missedByEngine());
            assertEquals(3, publisher.repeatedToEngine());
        }
    }

    @Test
    void shouldHandOnBackPressureWhenNobodyTakesResults()
    {
        try (AeronJob job = new AeronJob(AeronJob.passing(folder, "aeron:ipc", "sbe", ""), folder);
            ResultSubscriber subscriber = AeronJob.subscriber(folder);
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc?term-length=64k")))
        {
            assertTrue(subscriber.awaitConnected(10_000), subscriber::reason);
            assertTrue(publisher.awaitReady(10_000), publisher::reason);
            int published = 0;
            int refusals = 0;
            while (refusals < 1000)
            {
                final long claimed = publisher.claim();
                publisher.row().setText(0, "k" + published % 100).setLong(1, published)
                    .setLong(2, 1_700_000_000_000L + published);
                final long result = claimed == RowPublisher.READY ? publisher.commit() : claimed;
                if (result >= 0)
                {
                    published++;
                    refusals = 0;
                }
                else
                {
                    assertEquals(RowPublisher.BACK_PRESSURED, result);
                    refusals++;
                    LockSupport.parkNanos(100_000);
                }
            }
            final List<String> results = new ArrayList<>();
            final int all = published;
            job.await(() -> poll(subscriber, results) + results.size() >= all);
            assertEquals("k0:0", results.get(0));
            assertEquals(all, results.stream().distinct().count());
        }
    }

    @Test
    void shouldGoOnWithTheLaterWhenTwoHaveOneId()
    {
        try (AeronJob job = new AeronJob(AeronJob.passing(folder, "aeron:ipc", "sbe", ""), folder);
            ResultSubscriber subscriber = AeronJob.subscriber(folder);
            RowPublisher first = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc"));
            RowPublisher second = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc")))
        {
            assertTrue(subscriber.awaitConnected(10_000), subscriber::reason);
            assertTrue(first.awaitReady(10_000), first::reason);
            final List<String> results = new ArrayList<>();
            for (int i = 0; i < 1000; i++)
            {
                final int row = i;
                job.await(() -> publish(first, row));
            }
            job.await(() -> second.awaitReady(10) && poll(subscriber, results) >= 0);
            assertEquals(1000, second.nextSequence());
            job.await(() -> publish(second, 1000));
            job.await(() -> poll(subscriber, results) + results.size() >= 1001);
            job.await(() -> first.claim() == RowPublisher.REFUSED);
            assertTrue(String.valueOf(first.reason()).contains("another session"), first::reason);
            assertEquals(1001, results.size());
            assertEquals(0, second.missedByEngine() + second.repeatedToEngine());
        }
    }

    @Test
    void shouldRefuseOnlyTheOneTooManyWhenPlacesAreTaken()
    {
        final String text = AeronJob.passing(folder, "aeron:ipc", "sbe", ", 'publishers'='1'");
        try (AeronJob job = new AeronJob(text, folder))
        {
            try (RowPublisher first = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc"));
                RowPublisher second = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc").publisherId(8)))
            {
                assertTrue(first.awaitReady(10_000), first::reason);
                job.await(() -> second.claim() == RowPublisher.REFUSED);
                assertTrue(String.valueOf(second.reason()).contains("'publishers'"), second::reason);
                job.await(() -> publish(first, 0));
            }
            try (RowPublisher third = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc").publisherId(9)))
            {
                assertTrue(third.awaitReady(10_000), "the place of one that said goodbye");
            }
        }
    }

    @Test
    void shouldAllocateNothingWhenRowsArePublished()
    {
        final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        try (AeronJob job = new AeronJob(AeronJob.passing(folder, "aeron:ipc", "sbe", "")
            .replace("'wait'", "'drop'"), folder);
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc").retainedBytes(1 << 20)))
        {
            assertTrue(publisher.awaitReady(10_000), publisher::reason);
            long allocated = 0;
            for (int i = 0; i < 2 * ROWS; i++)
            {
                if (i == ROWS)
                {
                    allocated = threads.getCurrentThreadAllocatedBytes();
                }
                while (!publishNumber(publisher, i))
                {
                    Thread.onSpinWait();
                }
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
            assertTrue(allocated < ROWS, allocated + " bytes for " + ROWS + " rows");
            assertTrue(job.runner().failure() == null);
        }
    }

    private static boolean publishNumber(final RowPublisher publisher, final int i)
    {
        return AeronJob.publish(publisher, "key", i, AeronJob.TIME_MS + i);
    }

    @Test
    void shouldReadEachOtherWhenOneSideIsOlderAndRefuseWhenColumnsChanged()
    {
        final String grown = AeronJob.passing(folder, "aeron:ipc", "sbe", ", 'sbe.versions'='3,4'")
            .replace("ts TIMESTAMP(3), WATERMARK", "ts TIMESTAMP(3), more STRING, WATERMARK")
            .replace("SELECT k, n", "SELECT COALESCE(more, k), n");
        final List<String> results = new ArrayList<>();
        try (AeronJob job = new AeronJob(grown, folder);
            ResultSubscriber subscriber = AeronJob.subscriber(folder);
            RowPublisher older = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc"));
            RowPublisher newer = new RowPublisher(new RowPublisher.Context(RowSchema.of(
                "events", AeronJob.COLUMNS + " | more STRING | evenMore INT")).aeronDirectory(AeronJob.driver(folder))
                .streamId(AeronJob.EVENTS).publisherId(8));
            RowPublisher other = new RowPublisher(new RowPublisher.Context(RowSchema.of(
                "events", "k STRING, n INT, ts TIMESTAMP(3)")).aeronDirectory(AeronJob.driver(folder))
                .streamId(AeronJob.EVENTS).publisherId(9)))
        {
            assertTrue(subscriber.awaitConnected(10_000), subscriber::reason);
            assertTrue(older.awaitReady(10_000), older::reason);
            assertTrue(newer.awaitReady(10_000), newer::reason);
            job.await(() -> publish(older, 1));
            job.await(() -> poll(subscriber, results) + results.size() >= 1);
            assertEquals(RowPublisher.READY, newer.claim());
            newer.row().setText(0, "k").setLong(1, 2).setLong(2, 0).setText(3, "ü").setInt(4, 5);
            assertEquals(0, newer.commit());
            job.await(() -> poll(subscriber, results) + results.size() >= 2);
            assertEquals(List.of("k1:1", "ü:2"), results);

            job.await(() -> other.claim() == RowPublisher.REFUSED);
            assertTrue(String.valueOf(other.reason()).contains("n BIGINT"), other::reason);
            assertTrue(String.valueOf(other.reason()).contains("n INT"), other::reason);
        }
    }

    /** Publishes row {@code i} or is back pressured. */
    static boolean publish(final RowPublisher publisher, final int i)
    {
        return AeronJob.publish(publisher, "k" + i % 100, i, AeronJob.TIME_MS + i);
    }

    static int poll(final ResultSubscriber subscriber, final List<String> results)
    {
        subscriber.poll((row, writer, number, isProvisional) ->
            results.add(row.getText(0) + ":" + row.getLong(1)), 100);
        return 0;
    }
}
