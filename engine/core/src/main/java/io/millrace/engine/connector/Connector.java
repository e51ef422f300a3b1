package io.millrace.engine.connector;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kind of outside system, found through {@link java.util.ServiceLoader} by {@code 'connector'='NAME'}.
 *
 * <p><b>Threading:</b> the one that builds the job; sinks are opened again in another. <b>Errors:</b> both factories
 * throw {@link ConnectorException} with what to do about it.
 */
public interface Connector
{
    /** The value of {@code 'connector'}. */
    String name();

    /** Options of a table that is read, beside {@code connector}, {@code format} and the format's; null if none can. */
    default @Nullable List<Option> sourceOptions()
    {
        return null;
    }

    /** Options of a table that is written, likewise; null where this connector has no sink. */
    default @Nullable List<Option> sinkOptions()
    {
        return null;
    }

    /** Whether rows pass through a format, so that {@code 'format'} is required. */
    boolean needsFormat();

    /** Whether a table that is read by another run from its beginning has the rows that an earlier run read. */
    default boolean isReplayable()
    {
        return true;
    }

    /** Whether a record may be any bytes: their length comes with them. Else a record is a line of text. */
    default boolean keepsRecordsApart()
    {
        return false;
    }

    /**
     * What a table that is written must have to itself; null where several may share. Of two tables of a job with the
     * same one is refused.
     *
     * @throws ConnectorException where options that name it can't be read.
     */
    default @Nullable Outlet outlet(final TableOptions options)
    {
        return null;
    }

    /**
     * A place that results go to.
     *
     * @param name   as a person calls it; the same for the same place.
     * @param option that would name another.
     */
    record Outlet(String name, String option)
    {
    }

    /** Opens a table for reading. */
    default Source openSource(final SourceContext context)
    {
        throw TableOptions.refusal("table " + context.table() + ": connector '" + name() + "' can only be written");
    }

    /** Opens a table for writing. */
    default Sink openSink(final SinkContext context)
    {
        throw TableOptions.refusal("table " + context.table() + ": connector '" + name() + "' can only be read");
    }
}
