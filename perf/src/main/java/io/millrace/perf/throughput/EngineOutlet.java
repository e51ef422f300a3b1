package io.millrace.perf.throughput;

import io.millrace.client.RowPublisher;
import io.millrace.client.RowWriter;

/** Into a job of the engine, by the client library. */
final class EngineOutlet implements Outlet
{
    static final int STREAM = 10;
    private static final long CONNECT_MS = 30_000;
    private static final long FINISH_NS = 30_000_000_000L;

    private final Records records;
    private final boolean isReady;
    private final RowPublisher publisher;
    private final RowWriter row;

    /** @param isReady whether records are handed over as they are; else their columns are set one by one. */
    EngineOutlet(final String driver, final String channel, final Records records, final boolean isReady)
    {
        this.records = records;
        this.isReady = isReady;
        publisher = new RowPublisher(new RowPublisher.Context(Records.SCHEMA).aeronDirectory(driver).channel(channel)
            .streamId(STREAM).publisherId(1).invoked(true));
        row = publisher.row();
        if (!publisher.awaitReady(CONNECT_MS))
        {
            throw new IllegalStateException("no connection: " + publisher.reason());
        }
    }

    @Override
    public boolean trySend(final int index)
    {
        if (isReady)
        {
            return publisher.publish(records.memory(), records.offset(index), records.length(index)) >= 0;
        }
        if (publisher.claim() != RowPublisher.READY)
        {
            return false;
        }
        records.set(index, row);
        return publisher.commit() >= 0;
    }

    @Override
    public void finish(final long rows)
    {
        final long deadlineNs = System.nanoTime() + FINISH_NS;
        while (publisher.expected() != rows && System.nanoTime() - deadlineNs < 0)
        {
            publisher.poll();
        }
        if (publisher.expected() != rows || publisher.nextSequence() != rows || publisher.missedByEngine() != 0 ||
            publisher.repeatedToEngine() != 0 || publisher.lost() != 0 || publisher.deadInEngine() != 0)
        {
            throw new IllegalStateException(rows + " rows, the engine took " + publisher.expected() + ", missed " +
                publisher.missedByEngine() + ", had " + publisher.repeatedToEngine() + " twice");
        }
    }

    @Override
    public void close()
    {
        publisher.close();
    }
}
