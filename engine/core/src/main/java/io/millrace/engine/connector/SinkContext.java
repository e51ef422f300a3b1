package io.millrace.engine.connector;

import io.millrace.codecs.RowLayout;
import java.io.OutputStream;
import java.util.Map;

/**
 * What a sink gets.
 *
 * @param output  how {@code print} shows rows: {@code json}, {@code csv} or {@code table}.
 * @param stdout  where {@code print} writes.
 * @param isFused whether one thread does all of the job's work.
 */
public record SinkContext(
    String table,
    Map<String, String> options,
    RowLayout layout,
    String output,
    OutputStream stdout,
    boolean isFused)
{
    /** For a job of several threads. */
    public SinkContext(
        final String table, final Map<String, String> options, final RowLayout layout, final String output,
        final OutputStream stdout)
    {
        this(table, options, layout, output, stdout, false);
    }
}
