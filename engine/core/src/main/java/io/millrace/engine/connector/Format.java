package io.millrace.engine.connector;

import io.millrace.codecs.RowDecoder;
import io.millrace.codecs.RowEncoder;
import io.millrace.codecs.RowLayout;
import java.util.List;
import java.util.Map;

/** A way to write rows as bytes, found through {@link java.util.ServiceLoader} by {@code 'format'='NAME'}. */
public interface Format
{
    /** The value of {@code 'format'}. */
    String name();

    /** Its options, keys with the format's prefix: {@code json.ignore-parse-errors}. */
    List<Option> options();

    /** Whether a record is a line of text; others need a connector that keeps records apart. */
    default boolean isText()
    {
        return true;
    }

    /**
     * A decoder for one source agent of a table.
     *
     * @param declared       the table's columns, of which {@code layout} may leave some out.
     * @param decodedColumns leading columns of {@code layout} that the decoder fills.
     * @throws ConnectorException where an option has no such value.
     */
    RowDecoder decoder(
        String table, RowLayout declared, RowLayout layout, int decodedColumns, Map<String, String> options);

    /**
     * An encoder for one sink of a table.
     *
     * @throws ConnectorException where an option has no such value.
     */
    RowEncoder encoder(String table, RowLayout layout, Map<String, String> options);
}
