package io.millrace.engine.sink;

import org.jspecify.annotations.Nullable;

/**
 * Where the lines of side tables go: one table by its name, such as {@code late$T}. <b>Threading:</b> the side tables'
 * agent. <b>Errors:</b> {@link io.millrace.engine.connector.ConnectorException},
 * {@link io.millrace.engine.storage.StorageException}.
 */
interface SideFiles extends AutoCloseable
{
    void write(String table, byte[] line);

    /** See {@link io.millrace.engine.connector.Sink#flush()}; likewise the rest. */
    void flush();

    void end();

    String prepare();

    void complete(String token);

    void recover(@Nullable String token);

    /** Whether {@link #recover} discards. */
    boolean isTransactional();

    /** Forgets what was begun. Followed by {@link #recover}. */
    void reopen();

    @Override
    void close();
}
