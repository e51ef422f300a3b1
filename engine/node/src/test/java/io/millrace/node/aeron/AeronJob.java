package io.millrace.node.aeron;

import io.millrace.client.ResultSubscriber;
import io.millrace.client.RowPublisher;
import io.millrace.client.RowSchema;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.job.EndpointOpener;
import io.millrace.engine.job.JobOptions;
import io.millrace.engine.job.JobRunner;
import io.millrace.engine.plan.JobPlan;
import io.millrace.sql.SqlFrontEnd;
import io.millrace.sql.compile.JobCompiler;
import io.millrace.sql.logical.Compilation;
import io.millrace.sql.logical.LogicalJob;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A job in this process whose tables are Aeron streams, with its media driver in a folder of the test's. */
final class AeronJob implements AutoCloseable
{
    static final int EVENTS = 10;
    static final int RESULTS = 20;
    /** An event time. */
    static final long TIME_MS = 1_700_000_000_000L;
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);

    private static final int MOST_READ = 1 << 22;

    static final String COLUMNS = "k STRING, n BIGINT, ts TIMESTAMP(3)";
    static final RowSchema EVENT = RowSchema.of("events", COLUMNS);
    static final RowSchema RESULT = RowSchema.of("results", "k STRING, n BIGINT");

    private final JobRunner runner;
    private final Path side;

    AeronJob(final String text, final Path folder)
    {
        final Compilation compilation = new SqlFrontEnd(ConnectorCatalogue.load()).compile(text, Map.of());
        final LogicalJob job = compilation.job();
        if (job == null)
        {
            throw new IllegalArgumentException(compilation.diagnostics().toString());
        }
        final JobPlan plan = JobCompiler.compile("test", job);
        side = folder.resolve("side");
        runner = new JobRunner(plan, options(folder), new EndpointOpener(ConnectorCatalogue.load(), 1 << 16,
            InputStream.nullInputStream(), new ByteArrayOutputStream(), "json").open(plan));
        runner.start();
    }

    private static JobOptions options(final Path folder)
    {
        return new JobOptions(1, JobOptions.Placement.FUSED, 1 << 16, 1024, 16, 1 << 26, 1 << 16, 1 << 20, 0,
            folder.resolve("side"));
    }

    /** Rows through, as they are. */
    static String passing(final Path folder, final String channel, final String format, final String more)
    {
        return """
            CREATE TABLE events (k STRING, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
              WITH ('connector'='aeron', 'channel'='CHANNEL', 'stream-id'='10', 'format'='FORMAT',
                'aeron.embedded-dir'='DRIVER' MORE);
            CREATE TABLE results (k STRING, n BIGINT)
              WITH ('connector'='aeron', 'channel'='aeron:ipc', 'stream-id'='20', 'format'='sbe',
                'aeron.embedded-dir'='DRIVER', 'sink.without-subscriber'='wait');
            INSERT INTO results SELECT k, n FROM events WHERE n >= 0;
            """.replace("CHANNEL", channel).replace("FORMAT", format).replace("DRIVER", driver(folder))
            .replace("MORE", more);
    }

    /** As {@link #passing}, with results over another channel. */
    static String sending(final Path folder, final String channel)
    {
        return passing(folder, "aeron:ipc", "sbe", "").replace(
            "'channel'='aeron:ipc', 'stream-id'='20'", "'channel'='" + channel + "', 'stream-id'='20'");
    }

    /** Where the job's media driver is. */
    static String driver(final Path folder)
    {
        return folder.resolve("driver").toString();
    }

    static int freePort() throws IOException
    {
        try (DatagramSocket socket = new DatagramSocket(0))
        {
            return socket.getLocalPort();
        }
    }

    static RowPublisher.Context publisher(final Path folder, final String channel)
    {
        return new RowPublisher.Context(EVENT).aeronDirectory(driver(folder)).channel(channel).streamId(EVENTS)
            .publisherId(7);
    }

    /** Publishes a row: whether it was taken. */
    static boolean publish(final RowPublisher publisher, final String key, final long number, final long timeMs)
    {
        if (publisher.claim() != RowPublisher.READY)
        {
            return false;
        }
        publisher.row().setText(0, key).setLong(1, number).setLong(2, timeMs);
        return publisher.commit() >= 0;
    }

    static ResultSubscriber subscriber(final Path folder)
    {
        return new ResultSubscriber(RESULT, driver(folder), "aeron:ipc", RESULTS, false);
    }

    /** Waits until something holds, as long as the job lives. */
    void await(final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean())
        {
            final Throwable failure = runner.failure();
            if (failure != null || System.nanoTime() - deadlineNs > 0)
            {
                throw new AssertionError("it did not come about", failure);
            }
            LockSupport.parkNanos(20_000);
        }
    }

    /** Stops the job and looks at its accounts: how the text of the dead rows' table begins. */
    String stop()
    {
        runner.stop();
        await(runner::isEnded);
        if (runner.failure() != null || !runner.job().violations().isEmpty())
        {
            throw new AssertionError(runner.job().violations().toString(), runner.failure());
        }
        runner.close();
        final StringBuilder dead = new StringBuilder();
        try (Stream<Path> files = Files.walk(side))
        {
            for (final Path file : files.filter(Files::isRegularFile).sorted().toList())
            {
                try (InputStream in = Files.newInputStream(file))
                {
                    dead.append(new String(in.readNBytes(MOST_READ), StandardCharsets.UTF_8));
                }
            }
        }
        catch (final IOException e)
        {
            throw new UncheckedIOException(e);
        }
        return dead.toString();
    }

    JobRunner runner()
    {
        return runner;
    }

    @Override
    public void close()
    {
        runner.close();
    }
}
