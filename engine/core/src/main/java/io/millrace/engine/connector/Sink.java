package io.millrace.engine.connector;

/**
 * A table being written. <b>Threading:</b> its sink agent's thread.
 *
 * <p><b>Errors:</b> {@link ConnectorException} stops the job.
 */
public interface Sink extends AutoCloseable
{
    /** Takes one row of the table's layout; the memory is the caller's. */
    void write(long row, int length);

    /** Called when no more rows are at hand: what was written may now be shown. */
    void flush();

    /** The job ended in order: everything written is complete and is made visible. */
    void commit();

    /** Gives resources back; what was not committed stays in progress. */
    @Override
    void close();
}
