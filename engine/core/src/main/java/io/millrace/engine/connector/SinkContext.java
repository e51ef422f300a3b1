package io.millrace.engine.connector;

import io.millrace.codecs.RowLayout;
import java.io.OutputStream;
import java.util.Map;

/**
 * What a sink gets.
 *
 * @param output how {@code print} shows rows: {@code json}, {@code csv} or {@code table}.
 * @param stdout where {@code print} writes.
 */
public record SinkContext(
    String table,
    Map<String, String> options,
    RowLayout layout,
    String output,
    OutputStream stdout)
{
}
