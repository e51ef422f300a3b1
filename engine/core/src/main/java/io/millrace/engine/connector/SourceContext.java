package io.millrace.engine.connector;

import io.millrace.codecs.RowLayout;
import java.io.InputStream;
import java.util.Map;

/**
 * What a source gets.
 *
 * @param layout         layout of the rows that {@link RecordHandler#onRow} takes.
 * @param decodedColumns how many leading columns of it the source or format fills.
 * @param maxRecordBytes longest record handed over whole.
 * @param stdin          the process's standard input.
 */
public record SourceContext(
    String table,
    Map<String, String> options,
    RowLayout layout,
    int decodedColumns,
    int maxRecordBytes,
    InputStream stdin)
{
}
