package io.millrace.perf.throughput;

/** Takes the rows of a producer. One thread. */
interface Outlet extends AutoCloseable
{
    /** Sends a record: false where it is not taken now. */
    boolean trySend(int row);

    /** Waits until all of {@code rows} rows have arrived; throws where one is missing, doubled or wrong. */
    void finish(long rows);

    @Override
    void close();
}
