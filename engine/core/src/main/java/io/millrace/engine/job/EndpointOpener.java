package io.millrace.engine.job;

import io.millrace.codecs.RowDecoder;
import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.Format;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.SinkContext;
import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.SourceContext;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.SinkPlan;
import io.millrace.engine.plan.TablePlan;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens the tables of a job by their options.
 *
 * @param output  how {@code print} shows rows: {@code json}, {@code csv} or {@code table}.
 * @param isFused whether one thread does all of the job's work.
 */
public record EndpointOpener(
    ConnectorCatalogue catalogue, int maxRowBytes, InputStream stdin, OutputStream stdout, String output,
    boolean isFused)
{
    /** For a job of several threads. */
    public EndpointOpener(
        final ConnectorCatalogue catalogue, final int maxRowBytes, final InputStream stdin, final OutputStream stdout,
        final String output)
    {
        this(catalogue, maxRowBytes, stdin, stdout, output, false);
    }

    /**
     * Opens every table; where one can't be, those opened before are closed again.
     *
     * @throws ConnectorException saying which and why.
     */
    public Job.Endpoints open(final JobPlan plan)
    {
        final List<Source> sources = new ArrayList<>();
        final List<@Nullable RowDecoder> decoders = new ArrayList<>();
        final List<Sink> sinks = new ArrayList<>();
        final List<Supplier<Sink>> openers = new ArrayList<>();
        boolean isOpen = false;
        try
        {
            for (final TablePlan table : plan.tables())
            {
                final Connector connector = connector(table.name(), table.options().getOrDefault("connector", ""));
                decoders.add(decoder(table, connector));
                sources.add(connector.openSource(new SourceContext(table.name(), table.options(), table.declared(),
                    table.layout(), table.decodedColumns(), maxRowBytes, stdin, isFused)));
            }
            for (final SinkPlan sink : plan.sinks())
            {
                openers.add(() -> open(sink));
                sinks.add(open(sink));
            }
            isOpen = true;
            return new Job.Endpoints(sources, decoders, sinks, openers);
        }
        finally
        {
            if (!isOpen)
            {
                new Job.Endpoints(sources, decoders, sinks).close();
            }
        }
    }

    private Sink open(final SinkPlan sink)
    {
        return connector(sink.name(), sink.options().getOrDefault("connector", "")).openSink(
            new SinkContext(sink.name(), sink.options(), sink.layout(), output, stdout, isFused));
    }

    private @Nullable RowDecoder decoder(final TablePlan table, final Connector connector)
    {
        if (!connector.needsFormat())
        {
            return null;
        }
        final String name = table.options().getOrDefault("format", "");
        final Format format = catalogue.format(name);
        if (format == null)
        {
            throw new ConnectorException(ConnectorException.Kind.OPTION, "table " + table.name() +
                ": no format '" + name + "' in this build; there are " + String.join(", ", catalogue.formatNames()));
        }
        if (!format.isText() && !connector.keepsRecordsApart())
        {
            throw new ConnectorException(ConnectorException.Kind.OPTION, "table " + table.name() + ": format '" +
                name + "' has no lines, connector '" + connector.name() + "' reads lines; use 'json'");
        }
        return format.decoder(
            table.name(), table.declared(), table.layout(), table.decodedColumns(), table.options());
    }

    private Connector connector(final String table, final String name)
    {
        final Connector connector = catalogue.connector(name);
        if (connector == null)
        {
            throw new ConnectorException(ConnectorException.Kind.OPTION, "table " + table + ": no connector '" + name +
                "' in this build; there are " + String.join(", ", catalogue.connectorNames()));
        }
        return connector;
    }
}
