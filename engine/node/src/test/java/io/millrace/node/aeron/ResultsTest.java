package io.millrace.node.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.client.ResultSubscriber;
import io.millrace.client.RowPublisher;
import io.millrace.client.RowReader;
import io.millrace.client.RowSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What subscribers get of a job: of which columns, in which format, over which channel. */
class ResultsTest
{
    private static final int ROWS = 20_000;
    private static final int FEW = 50;

    @TempDir
    Path folder;

    @Test
    void shouldBeReadByOlderAndNewerSubscribersWhenColumnsAreAppended()
    {
        final String text = AeronJob.sending(folder, "aeron:ipc").replace("results (k STRING, n BIGINT)",
            "results (k STRING, n BIGINT, twice BIGINT)").replace("'stream-id'='20'",
            "'stream-id'='20', 'sbe.versions'='2,3'").replace("SELECT k, n", "SELECT k, n, 2 * n");
        final RowSchema newest = RowSchema.of("results", "k STRING, n BIGINT | twice BIGINT | more STRING");
        try (AeronJob job = new AeronJob(text, folder);
            ResultSubscriber older = subscriber(AeronJob.RESULT, "aeron:ipc");
            ResultSubscriber newer = subscriber(newest, "aeron:ipc");
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc")))
        {
            assertTrue(older.awaitConnected(10_000), older::reason);
            assertTrue(newer.awaitConnected(10_000), newer::reason);
            assertTrue(publisher.awaitReady(10_000), publisher::reason);
            final List<String> read = new ArrayList<>();
            final List<String> readByNewer = new ArrayList<>();
            final ResultSubscriber.Handler handler = (row, writer, number, isProvisional) ->
                readByNewer.add(row.getText(0) + ":" + row.getLong(2) + ":" + row.isNull(3));
            publish(job, publisher, 0, FEW, () -> AeronTest.poll(older, read));
            job.await(() -> AeronTest.poll(older, read) + newer.poll(handler, 64) >= 0 && read.size() == FEW &&
                readByNewer.size() == FEW);
            assertEquals("k7:7", read.get(7));
            assertEquals("k7:14:true", readByNewer.get(7));
            try (ResultSubscriber late = subscriber(AeronJob.RESULT, "aeron:ipc"))
            {
                final List<String> readLate = new ArrayList<>();
                final int[] published = {FEW};
                job.await(() ->
                {
                    published[0] += AeronTest.publish(publisher, published[0]) ? 1 : 0;
                    newer.poll(handler, 64);
                    return AeronTest.poll(older, read) + AeronTest.poll(late, readLate) >= 0 && !readLate.isEmpty();
                });
            }
            assertEquals(0, older.foreign() + newer.foreign());
        }
    }

    /** Whose bytes could be read, and would mean something else. */
    @ParameterizedTest
    @ValueSource(strings = {"committed", "provisional"})
    void shouldBeRefusedWithBothLayoutsWhenColumnsChanged(final String kind)
    {
        final String text = AeronJob.sending(folder, "aeron:ipc")
            .replace("'stream-id'='20'", "'stream-id'='20', 'results'='" + kind + "'");
        final RowSchema times = RowSchema.of("results", "k STRING, n TIMESTAMP(3)");
        try (AeronJob job = new AeronJob(text, folder);
            ResultSubscriber one = subscriber(AeronJob.RESULT, "aeron:ipc");
            ResultSubscriber other = subscriber(times, "aeron:ipc");
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc")))
        {
            final List<String> read = new ArrayList<>();
            publishToOneAlone(job, publisher, one, other, read);
            job.await(() -> AeronTest.poll(one, read) + read.size() == FEW);
            try (ResultSubscriber late = subscriber(times, "aeron:ipc"))
            {
                job.await(() -> AeronTest.poll(one, read) >= 0 && isRefused(late));
            }
            final String reason = String.valueOf(other.reason());
            assertTrue(reason.contains("(k STRING, n BIGINT)") && reason.contains("(k STRING, n TIMESTAMP(3))"),
                reason);
            assertTrue(one.reason() == null, one::reason);
            assertEquals(0, one.foreign());
        }
    }

    @Test
    void shouldBeReadOrRefusedWhenTheNamesOfColumnsAreLongerThanAMessage()
    {
        final StringBuilder columns = new StringBuilder("k STRING, n BIGINT");
        for (int i = 0; i < 40; i++)
        {
            columns.append(", c").append(i).append("x".repeat(240)).append(" BIGINT");
        }
        final String text = AeronJob.sending(folder, "aeron:ipc?term-length=64k")
            .replace("results (k STRING, n BIGINT)", "results (" + columns + ")")
            .replace("SELECT k, n", "SELECT k, n" + ", n".repeat(40));
        try (AeronJob job = new AeronJob(text, folder);
            ResultSubscriber one = subscriber(RowSchema.of("results", columns.toString()), "aeron:ipc");
            ResultSubscriber other = subscriber(AeronJob.RESULT, "aeron:ipc");
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc")))
        {
            final List<String> read = new ArrayList<>();
            publishToOneAlone(job, publisher, one, other, read);
            job.await(() -> AeronTest.poll(one, read) + read.size() == FEW && isRefused(other));
            assertTrue(String.valueOf(other.reason()).contains("longer than a message"), other::reason);
            assertTrue(one.reason() == null, one::reason);
            assertEquals(0, one.foreign() + one.missed());
        }
    }

    /** Before the first result and at each, the other subscriber is refused. */
    private static void publishToOneAlone(
        final AeronJob job, final RowPublisher publisher, final ResultSubscriber one, final ResultSubscriber other,
        final List<String> read)
    {
        assertTrue(one.awaitConnected(10_000), one::reason);
        assertTrue(publisher.awaitReady(10_000), publisher::reason);
        job.await(() -> isRefused(other));
        publish(job, publisher, 0, FEW, () -> isRefused(other) ? AeronTest.poll(one, read) : -1);
    }

    private static boolean isRefused(final ResultSubscriber subscriber)
    {
        subscriber.poll(new ResultSubscriber.Handler()
        {
            @Override
            public void onResult(final RowReader row, final int writer, final long number, final boolean isAhead)
            {
                throw new AssertionError("read as " + row.getText(0) + " " + row.getLong(1));
            }

            @Override
            public void onCommit(final int writer, final long number)
            {
                throw new AssertionError("results below " + number + " were not handed over");
            }
        }, 64);
        return subscriber.reason() != null;
    }

    @Test
    void shouldBeHandedOverAsObjectsWhenTheTableIsJson()
    {
        final String text = AeronJob.sending(folder, "aeron:ipc")
            .replace("'stream-id'='20', 'format'='sbe'", "'stream-id'='20', 'format'='json'");
        try (AeronJob job = new AeronJob(text, folder);
            ResultSubscriber subscriber =
                new ResultSubscriber(AeronJob.driver(folder), "aeron:ipc", AeronJob.RESULTS, false);
            ResultSubscriber rows = subscriber(AeronJob.RESULT, "aeron:ipc");
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc")))
        {
            assertTrue(subscriber.awaitConnected(10_000), subscriber::reason);
            assertTrue(rows.awaitConnected(10_000), rows::reason);
            assertTrue(publisher.awaitReady(10_000), publisher::reason);
            final List<String> records = new ArrayList<>();
            final ResultSubscriber.RecordHandler handler = (buffer, offset, length, writer, number, isProvisional) ->
                records.add(number + buffer.getStringWithoutLengthUtf8(offset, length));
            publish(job, publisher, 0, FEW, () -> subscriber.pollRecords(handler, 64));
            job.await(() -> subscriber.pollRecords(handler, 64) >= 0 && records.size() == FEW);
            assertEquals(IntStream.range(0, FEW).mapToObj(i -> i + "{\"k\":\"k" + i + "\",\"n\":" + i + "}").toList(),
                records);
            assertEquals(0, subscriber.foreign());
            job.await(() -> isRefused(rows));
            assertTrue(String.valueOf(rows.reason()).contains("another format than 'sbe'"), rows::reason);
        }
    }

    @Test
    void shouldSendResultsToEachSubscriberWhenTheyGoOverMulticast() throws IOException
    {
        final String channel = "aeron:udp?endpoint=224.20.30.41:" + AeronJob.freePort() + "|interface=localhost";
        send(channel, channel);
    }

    @Test
    void shouldSendResultsToEachSubscriberWhenTheyGoToManyDestinations() throws IOException
    {
        final String control = "control=localhost:" + AeronJob.freePort() + "|control-mode=dynamic";
        send("aeron:udp?" + control, "aeron:udp?endpoint=localhost:0|" + control);
    }

    /** Two subscribers, the second of which comes while results go to the first. */
    private void send(final String channel, final String subscription)
    {
        final List<String> first = new ArrayList<>();
        final List<String> second = new ArrayList<>();
        try (AeronJob job = new AeronJob(AeronJob.sending(folder, channel), folder);
            ResultSubscriber one = subscriber(AeronJob.RESULT, subscription);
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc")))
        {
            assertTrue(one.awaitConnected(10_000), one::reason);
            assertTrue(publisher.awaitReady(10_000), publisher::reason);
            publish(job, publisher, 0, ROWS / 2, () -> AeronTest.poll(one, first));
            try (ResultSubscriber other = subscriber(AeronJob.RESULT, subscription))
            {
                final int[] published = {ROWS / 2};
                job.await(() ->
                {
                    published[0] += AeronTest.publish(publisher, published[0]) ? 1 : 0;
                    return AeronTest.poll(one, first) + AeronTest.poll(other, second) >= 0 && !second.isEmpty();
                });
                final int all = published[0] + ROWS / 2;
                publish(job, publisher, published[0], all,
                    () -> AeronTest.poll(one, first) + AeronTest.poll(other, second));
                job.await(() -> AeronTest.poll(one, first) + AeronTest.poll(other, second) + first.size() >= all &&
                    second.get(second.size() - 1).equals(first.get(all - 1)));
                for (int i = 0; i < all; i++)
                {
                    assertEquals("k" + i % 100 + ":" + i, first.get(i));
                }
                assertEquals(first.subList(all - second.size(), all), second);
                assertEquals(0, one.foreign() + one.repeated() + one.missed() + other.foreign() + other.missed());
            }
        }
    }

    private ResultSubscriber subscriber(final RowSchema schema, final String channel)
    {
        return new ResultSubscriber(schema, AeronJob.driver(folder), channel, AeronJob.RESULTS, false);
    }

    private static void publish(
        final AeronJob job, final RowPublisher publisher, final int from, final int to, final IntSupplier poll)
    {
        for (int i = from; i < to; i++)
        {
            final int row = i;
            job.await(() -> AeronTest.publish(publisher, row) || poll.getAsInt() < 0);
            poll.getAsInt();
        }
    }
}
