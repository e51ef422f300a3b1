package io.millrace.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A program of somebody who has the client's jar, Agrona and Aeron's client, and nothing else: prints what it gets. */
final class ShadedProgram
{
    static final int ROWS = 100;
    static final int EVENTS = 10;
    static final int RESULTS = 20;
    static final String COLUMNS = "k STRING, n BIGINT, p ROW<d DECIMAL(20, 2), t TIMESTAMP(6)>";
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long WAIT_MS = 30_000;

    private ShadedProgram()
    {
    }

    /** One argument: the media driver's folder. */
    public static void main(final String[] arguments)
    {
        final RowSchema schema = RowSchema.of("events", COLUMNS);
        try (ResultSubscriber results =
            new ResultSubscriber(schema, arguments[0], "aeron:ipc", RESULTS, false);
            RowPublisher publisher = new RowPublisher(new RowPublisher.Context(schema).aeronDirectory(arguments[0])
                .streamId(EVENTS).publisherId(7).retainedBytes(1 << 16)))
        {
            if (!publisher.awaitReady(WAIT_MS) || !results.awaitConnected(WAIT_MS))
            {
                throw new IllegalStateException("nobody answers: " + publisher.reason() + ", " + results.reason());
            }
            final long beginNs = System.nanoTime();
            for (int i = 0; i < ROWS;)
            {
                i += publish(publisher, i) ? 1 : 0;
                requireInTime(beginNs, results);
            }
            while (results.results() < ROWS)
            {
                results.poll((row, writer, number, isProvisional) -> System.out.println(number + " " + row.getText(0) +
                    " " + row.getLong(1) + " " + row.getHigh(3) + "." + row.getLong(3) + " " + row.getLong(4) + "." +
                    row.getNanoseconds(4)), 10);
                requireInTime(beginNs, results);
            }
        }
    }

    private static boolean publish(final RowPublisher publisher, final int i)
    {
        if (publisher.claim() != RowPublisher.READY)
        {
            return false;
        }
        publisher.row().setText(0, "ü" + i).setLong(1, i).setDecimal(3, 1, i).setTimestamp(4, i, 1000);
        return publisher.commit() >= 0;
    }

    private static void requireInTime(final long beginNs, final ResultSubscriber results)
    {
        if (System.nanoTime() - beginNs > DEADLINE_NS)
        {
            throw new IllegalStateException("not in time: " + results.results() + " results, " + results.reason());
        }
        LockSupport.parkNanos(20_000);
    }
}
