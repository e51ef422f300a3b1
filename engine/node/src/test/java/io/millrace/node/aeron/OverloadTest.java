package io.millrace.node.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.client.ResultSubscriber;
import io.millrace.client.RowPublisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A publisher that tries three times as many rows as are taken, for {@code -Dmillrace.overload.seconds=N}. At full
 * length, with the engine's own maximum: {@code perf/run io.millrace.perf.throughput.OverloadRig}.
 */
class OverloadTest
{
    private static final int SECONDS = Integer.getInteger("millrace.overload.seconds", 4);
    /** How soon all is as before says nothing where the machine has other things to do. */
    private static final boolean IS_SHORT = SECONDS < 10;
    private static final int TAKEN_PER_MS = 20;
    private static final int FACTOR = 3;
    private static final double LEAST_GOODPUT = 0.95;
    private static final long MOST_FILLING_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long AGAIN_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long MOST_GROWTH_KIB = 64 << 10;

    @TempDir
    Path folder;

    private long results;
    private long lastResult = -1;

    @Test
    void shouldRefuseByReturnCodeAndTakeAllItCanWhenOverloaded() throws IOException
    {
        final String channel = "aeron:ipc?term-length=64k";
        final String text = AeronJob.passing(folder, channel, "sbe", "")
            .replace("'aeron:ipc', 'stream-id'='20'", "'aeron:ipc?term-length=64k', 'stream-id'='20'");
        try (AeronJob job = new AeronJob(text, folder);
            ResultSubscriber subscriber = new ResultSubscriber(
                AeronJob.RESULT, AeronJob.driver(folder), "aeron:ipc", AeronJob.RESULTS, false);
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, channel)))
        {
            assertTrue(subscriber.awaitConnected(10_000), subscriber::reason);
            assertTrue(publisher.awaitReady(10_000), publisher::reason);
            // Until what lies between is full.
            final Map<Long, Long> answers = new TreeMap<>();
            final long fillNs = System.nanoTime();
            while (answers.getOrDefault(RowPublisher.BACK_PRESSURED, 0L) <=
                answers.getOrDefault(RowPublisher.READY, 0L))
            {
                assertTrue(System.nanoTime() - fillNs < MOST_FILLING_NS, answers::toString);
                answers.clear();
                offer(publisher, subscriber, TimeUnit.MILLISECONDS.toNanos(500), answers);
            }
            answers.clear();
            final long beforeKib = residentKib();
            final long before = results;
            final long wanted = offer(publisher, subscriber, TimeUnit.SECONDS.toNanos(SECONDS), answers);
            assertTrue(results - before >= LEAST_GOODPUT * wanted, () -> results - before + " of " + wanted);
            final long taken = answers.getOrDefault(RowPublisher.READY, 0L);
            assertTrue(answers.get(RowPublisher.BACK_PRESSURED) > taken, answers::toString);
            assertEquals(2, answers.size(), answers::toString);
            assertTrue(residentKib() - beforeKib < MOST_GROWTH_KIB, () -> beforeKib + " KiB before");

            final long all = publisher.nextSequence();
            final long endNs = System.nanoTime();
            job.await(() -> poll(subscriber, 1000) >= 0 && results == all);
            job.await(() -> AeronTest.publish(publisher, (int)all));
            job.await(() -> poll(subscriber, 1000) >= 0 && lastResult == all);
            assertTrue(IS_SHORT || System.nanoTime() - endNs < AGAIN_NS, "not as before within 5 s");
            assertEquals(0, publisher.missedByEngine() + publisher.repeatedToEngine());
        }
    }

    /** Tries rows and takes a third as many results; how many results there were to take. */
    private long offer(
        final RowPublisher publisher, final ResultSubscriber subscriber, final long forNs,
        final Map<Long, Long> answers)
    {
        final long beginNs = System.nanoTime();
        long wanted = 0;
        long tried = 0;
        long taken = 0;
        while (System.nanoTime() - beginNs < forNs)
        {
            wanted = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNs) * TAKEN_PER_MS;
            if (taken < wanted)
            {
                taken += poll(subscriber, (int)Math.min(100, wanted - taken));
            }
            for (; tried < FACTOR * wanted; tried++)
            {
                final long row = publisher.nextSequence();
                long answer = publisher.claim();
                if (answer == RowPublisher.READY)
                {
                    publisher.row().setText(0, "k").setLong(1, row).setLong(2, 1_700_000_000_000L);
                    answer = Math.min(RowPublisher.READY, publisher.commit());
                }
                answers.merge(answer, 1L, Long::sum);
            }
        }
        return wanted;
    }

    private int poll(final ResultSubscriber subscriber, final int limit)
    {
        return subscriber.poll((row, writer, number, isProvisional) ->
        {
            results++;
            lastResult = row.getLong(1);
        }, limit);
    }

    private static long residentKib() throws IOException
    {
        for (final String line : Files.readAllLines(Path.of("/proc/self/status")))
        {
            if (line.startsWith("VmRSS:"))
            {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }
}
