package io.millrace.engine.connector;

import io.millrace.codecs.RowLayout;
import java.io.InputStream;
import java.util.Map;

/**
 * What a source gets.
 *
 * @param declared       the table's physical columns, of which {@code layout} may leave some out.
 * @param layout         layout of the rows that {@link RecordHandler#onRow} takes.
 * @param decodedColumns how many leading columns of it the source or format fills.
 * @param maxRecordBytes longest record handed over whole.
 * @param stdin          the process's standard input.
 * @param isFused        whether one thread does all of the job's work.
 */
public record SourceContext(
    String table,
    Map<String, String> options,
    RowLayout declared,
    RowLayout layout,
    int decodedColumns,
    int maxRecordBytes,
    InputStream stdin,
    boolean isFused)
{
    /** For a table of which every column is read, in a job of several threads. */
    public SourceContext(
        final String table, final Map<String, String> options, final RowLayout layout, final int decodedColumns,
        final int maxRecordBytes, final InputStream stdin)
    {
        this(table, options, layout, layout, decodedColumns, maxRecordBytes, stdin, false);
    }
}
