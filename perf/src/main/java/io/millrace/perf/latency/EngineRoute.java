package io.millrace.perf.latency;

import io.millrace.client.ResultSubscriber;
import io.millrace.client.RowPublisher;
import io.millrace.client.RowReader;
import io.millrace.client.RowSchema;
import io.millrace.client.RowWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Through a node: every row passes the job as a result of its own, and is counted for its user in windows of a second
 * of event time, which close all the while. The counts come back as well, on a stream of their own.
 */
final class EngineRoute implements Route
{
    private static final int USERS = 10_000;
    private static final int EVENTS = 10;
    private static final int RESULTS = 20;
    private static final int COUNTS = 30;
    private static final int LIMIT = 64;
    private static final long CONNECT_MS = 30_000;
    private static final long SECOND_MS = 1000;
    /** How far the watermark is behind. */
    private static final long BEHIND_MS = 100;
    /** 2026-01-01. */
    private static final long FIRST_MS = 1_767_225_600_000L;

    private static final String JOB = """
        CREATE TABLE events (id BIGINT, sent BIGINT, user_id STRING, ts TIMESTAMP(3),
              WATERMARK FOR ts AS ts - INTERVAL '0.1' SECOND)
          WITH ('connector'='aeron', 'channel'='%1$s', 'stream-id'='10', 'format'='sbe',
            'aeron.embedded-dir'='%3$s');
        CREATE TABLE results (id BIGINT, sent BIGINT)
          WITH ('connector'='aeron', 'channel'='%2$s', 'stream-id'='20', 'format'='sbe', %4$s
            'aeron.embedded-dir'='%3$s', 'sink.without-subscriber'='wait');
        CREATE TABLE counts (user_id STRING, c BIGINT, e TIMESTAMP(3))
          WITH ('connector'='aeron', 'channel'='aeron:ipc', 'stream-id'='30', 'format'='sbe', %4$s
            'aeron.embedded-dir'='%3$s', 'sink.without-subscriber'='wait');
        EXECUTE STATEMENT SET BEGIN
          INSERT INTO results SELECT id, sent FROM events;
          INSERT INTO counts SELECT user_id, COUNT(*), TUMBLE_END(ts, INTERVAL '1' SECOND)
            FROM events GROUP BY user_id, TUMBLE(ts, INTERVAL '1' SECOND);
        END;
        """;

    private final ChildProcess node;
    private final RowPublisher publisher;
    private final ResultSubscriber results;
    private final ResultSubscriber counts;
    private final byte[][] users = new byte[USERS][];
    private final long rate;
    // Made once: one a poll would be garbage, and its collection a pause in what is measured.
    private final ResultSubscriber.Handler resultHandler = this::onResult;
    private final ResultSubscriber.Handler countHandler = this::onCount;
    private @Nullable Arrivals to;
    private long counted;
    private long lastWindowEnd;
    private int sinceCounts;

    /**
     * @param out     channel to the engine.
     * @param back    channel of the results.
     * @param when    results are sent: {@code committed} or {@code provisional}.
     * @param setting what the node is told with --set.
     */
    EngineRoute(
        final Path folder, final String out, final String back, final long rate, final String cores,
        final String when, final List<String> setting) throws IOException
    {
        this.rate = rate;
        for (int i = 0; i < USERS; i++)
        {
            users[i] = ("user-" + i).getBytes(StandardCharsets.US_ASCII);
        }
        final String driver = folder.resolve("driver").toString();
        final String option = when.equals("committed") ? "" : "'results'='" + when + "',";
        final Path job = Files.writeString(folder.resolve("job.sql"), JOB.formatted(out, back, driver, option));
        final List<String> arguments = new ArrayList<>(List.of("run", job.toString(), "--state",
            folder.resolve("state").toString(), "--set", "millrace.durability=async"));
        setting.forEach(one -> arguments.addAll(List.of("--set", one)));
        node = new ChildProcess(cores, folder.resolve("node.txt"), List.of(), "io.millrace.node.Main", arguments);
        publisher = new RowPublisher(new RowPublisher.Context(
            RowSchema.of("events", "id BIGINT, sent BIGINT, user_id STRING, ts TIMESTAMP(3)"))
            .aeronDirectory(driver).channel(out).streamId(EVENTS).publisherId(1));
        results = new ResultSubscriber(RowSchema.of("results", "id BIGINT, sent BIGINT"), driver, back, RESULTS, false);
        counts = new ResultSubscriber(RowSchema.of("counts", "user_id STRING, c BIGINT, e TIMESTAMP(3)"), driver,
            "aeron:ipc", COUNTS, false);
        if (!results.awaitConnected(CONNECT_MS) || !counts.awaitConnected(CONNECT_MS) ||
            !publisher.awaitReady(CONNECT_MS))
        {
            final String reason = "no connection: " + publisher.reason() + "; " + results.reason() + "; " + node.said();
            close();
            throw new IOException(reason);
        }
    }

    @Override
    public boolean trySend(final long id, final long intended)
    {
        if (publisher.claim() != RowPublisher.READY)
        {
            return false;
        }
        final RowWriter row = publisher.row();
        row.setLong(0, id).setLong(1, intended).setText(2, users[(int)(id * 7919 % USERS)])
            .setLong(3, FIRST_MS + id * SECOND_MS / rate);
        return publisher.commit() >= 0;
    }

    @Override
    public int poll(final Arrivals arrivals)
    {
        to = arrivals;
        final int taken = results.poll(resultHandler, LIMIT);
        if (taken == 0 || ++sinceCounts == LIMIT)
        {
            sinceCounts = 0;
            return taken + counts.poll(countHandler, LIMIT);
        }
        return taken;
    }

    private void onResult(final RowReader row, final int writer, final long number, final boolean isProvisional)
    {
        final Arrivals arrivals = to;
        if (arrivals != null)
        {
            arrivals.onResult(row.getLong(0), row.getLong(1));
        }
    }

    private void onCount(final RowReader row, final int writer, final long number, final boolean isProvisional)
    {
        counted += row.getLong(1);
        lastWindowEnd = Math.max(lastWindowEnd, row.getLong(2));
    }

    @Override
    public void idle()
    {
        publisher.poll();
        node.requireAlive();
    }

    /** Every row of a closed window has been counted. */
    @Override
    public void check(final long rows)
    {
        final long lastMs = FIRST_MS + (rows - 1) * SECOND_MS / rate;
        final long closedEnd = (lastMs - BEHIND_MS + 1) / SECOND_MS * SECOND_MS;
        final long wanted = (closedEnd - FIRST_MS) * rate / SECOND_MS;
        final long deadlineNs = System.nanoTime() + 30_000_000_000L;
        while (counted < wanted && System.nanoTime() - deadlineNs < 0)
        {
            counts.poll(countHandler, LIMIT);
            publisher.poll();
        }
        if (counted != wanted || lastWindowEnd != closedEnd || publisher.missedByEngine() != 0 ||
            publisher.lost() != 0 || publisher.deadInEngine() != 0)
        {
            throw new IllegalStateException(counted + " rows were counted in windows up to " + lastWindowEnd +
                ", expected " + wanted + " up to " + closedEnd + "; missed " + publisher.missedByEngine() +
                ", dead " + publisher.deadInEngine() + ": " + node.said());
        }
    }

    @Override
    public void close()
    {
        publisher.close();
        results.close();
        counts.close();
        node.close();
    }
}
