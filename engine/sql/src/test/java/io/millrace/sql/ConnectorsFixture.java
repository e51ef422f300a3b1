package io.millrace.sql;

import io.millrace.codecs.RowDecoder;
import io.millrace.codecs.RowEncoder;
import io.millrace.codecs.RowLayout;
import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.connector.Format;
import io.millrace.engine.connector.Option;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.SinkContext;
import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.SourceContext;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Connectors and a format that only know their names and options: compiling opens no table. */
final class ConnectorsFixture
{
    private static final Option PATH = new Option("path", true, "The folder or file.");

    private ConnectorsFixture()
    {
    }

    static ConnectorCatalogue connectors()
    {
        return ConnectorCatalogue.of(
            List.of(
                new Named("filesystem", List.of(PATH), List.of(PATH), true),
                new Named("stdin", List.of(), null, true),
                new Named("values", List.of(new Option("rows", true, "Rows.")), null, true),
                new Named("print", null, List.of(), false),
                new Named("blackhole", null, List.of(), false),
                new Named("datagen", List.of(new Option("rows-per-second", false, "Rate."),
                    new Option("fields.#.kind", false, "Kind.")), null, false)),
            List.of(new NamedFormat("json"), new NamedFormat("debezium-json")));
    }

    static SqlFrontEnd frontEnd()
    {
        return new SqlFrontEnd(connectors());
    }

    /** A connector without a way to open anything. */
    private record Named(
        String name, @Nullable List<Option> sourceOptions, @Nullable List<Option> sinkOptions, boolean needsFormat)
        implements Connector
    {
        @Override
        public Source openSource(final SourceContext context)
        {
            throw new UnsupportedOperationException();
        }

        @Override
        public Sink openSink(final SinkContext context)
        {
            throw new UnsupportedOperationException();
        }
    }

    /** A format likewise. */
    private record NamedFormat(String name) implements Format
    {
        @Override
        public List<Option> options()
        {
            return List.of(new Option(name + ".ignore-parse-errors", false, "Lenient."),
                new Option(name + ".fail-on-missing-field", false, "Strict."));
        }

        @Override
        public RowDecoder decoder(
            final String table, final RowLayout declared, final RowLayout layout, final int decodedColumns,
            final Map<String, String> options)
        {
            throw new UnsupportedOperationException();
        }

        @Override
        public RowEncoder encoder(
            final String table, final RowLayout layout, final Map<String, String> options)
        {
            throw new UnsupportedOperationException();
        }
    }
}
