package io.millrace.node.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.millrace.client.ResultSubscriber;
import io.millrace.client.RowReader;
import io.millrace.client.RowSchema;
import io.millrace.node.kill.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job without a state folder that starts again numbers its results anew: who outlives it gets them all. */
class FreshRunTest
{
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int ROWS = 500;
    private static final int RUNS = 2;

    @TempDir
    Path folder;
    private final List<Long> received = new ArrayList<>();
    private int restarts;

    private final ResultSubscriber.Handler handler = new ResultSubscriber.Handler()
    {
        @Override
        public void onResult(final RowReader row, final int writer, final long number, final boolean isProvisional)
        {
            received.add(row.getLong(0));
        }

        @Override
        public void onRestart(final int writer, final long number)
        {
            assertEquals(0, number);
            restarts++;
        }
    };

    @ParameterizedTest
    @ValueSource(strings = {"committed", "provisional"})
    void shouldGiveEachResultOfEachRunWhenTheSubscriberOutlivesTheJob(final String results) throws IOException
    {
        final StringBuilder rows = new StringBuilder();
        IntStream.range(0, ROWS).forEach(n -> rows.append("{\"n\":").append(n).append("}\n"));
        Files.writeString(folder.resolve("in.jsonl"), rows);
        Files.writeString(folder.resolve("job.sql"), """
            CREATE TABLE events (n BIGINT) WITH ('connector'='filesystem', 'path'='in.jsonl', 'format'='json');
            CREATE TABLE results (n BIGINT) WITH ('connector'='aeron', 'channel'='aeron:ipc', 'stream-id'='20',
              'format'='sbe', 'aeron.dir'='DRIVER', 'sink.without-subscriber'='wait', 'results'='RESULTS');
            INSERT INTO results SELECT n FROM events;
            """.replace("DRIVER", AeronJob.driver(folder)).replace("RESULTS", results));
        try (MediaDriver driver = MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(AeronJob.driver(folder)).threadingMode(ThreadingMode.SHARED).dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true));
            ResultSubscriber subscriber = new ResultSubscriber(RowSchema.of("results", "n BIGINT"),
            driver.aeronDirectoryName(), "aeron:ipc", AeronJob.RESULTS, false))
        {
            for (int run = 1; run <= RUNS; run++)
            {
                final long beginNs = System.nanoTime();
                try (NodeProcess node = NodeProcess.start(folder, List.of("run", "job.sql")))
                {
                    while (received.size() < run * ROWS && System.nanoTime() - beginNs < DEADLINE_NS)
                    {
                        subscriber.poll(handler, 64);
                    }
                    assertTrue(received.size() >= run * ROWS,
                        () -> received.size() + " results, " + subscriber.repeated() + " dropped; " + node.errors());
                    assertEquals(0, node.exitCode(), node::errors);
                }
                assertEquals(run - 1, restarts);
            }
            assertEquals(LongStream.range(0, (long)RUNS * ROWS).map(n -> n % ROWS).boxed().toList(), received);
            assertEquals(0, subscriber.repeated() + subscriber.foreign());
        }
    }
}
