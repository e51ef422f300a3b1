package io.millrace.perf.latency;

/** A way there and back: rows out, each of which comes back as one result. */
interface Route extends AutoCloseable
{
    /**
     * Sends a row.
     *
     * @param id       its number, from 0 on.
     * @param intended when it was to be sent, by {@link System#nanoTime()}.
     * @return whether it was taken; else the caller tries again.
     */
    boolean trySend(long id, long intended);

    /** Hands over results that are there. The receiving thread's. */
    int poll(Arrivals arrivals);

    /** Takes results. */
    @FunctionalInterface
    interface Arrivals
    {
        /** The result of row {@code id}, which was to be sent at {@code intended}. */
        void onResult(long id, long intended);
    }

    /** Keeps connections alive where nothing is sent. The sending thread's. */
    void idle();

    /** What else has to hold once all results are there; throws where it doesn't. */
    void check(long rows);

    @Override
    void close();
}
