package io.millrace.engine.connector;

/** Where a thread of a job that rests waits in the system, so that what comes for a source ends the wait. */
public interface RestingPlace
{
    /** Waits until something comes, {@link #wake()} was called since the last wait, or some time is over. */
    void rest(long ns);

    /** Ends the wait, or the next one where there is none. Any thread. */
    void wake();
}
