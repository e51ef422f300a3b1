package io.millrace.engine.connector;

import io.millrace.codecs.RowEncoder;
import java.util.Map;
import java.util.function.Predicate;

/** The encoder of a sink's format. */
public final class Encoders
{
    private Encoders()
    {
    }

    /** Of the format that the table's options name, for a connector that keeps records apart itself. */
    public static RowEncoder of(final SinkContext context)
    {
        final TableOptions options = new TableOptions(context.table(), context.options());
        return find(context, options.text("format"), format -> true).encoder(
            context.table(), context.layout(), context.options());
    }

    /** Of a format that has lines, for a connector that writes them. */
    public static RowEncoder ofLines(
        final SinkContext context, final String format, final Map<String, String> options)
    {
        final Format found = find(context, format, Format::isText);
        if (!found.isText())
        {
            throw TableOptions.refusal("table " + context.table() + ": option 'format' is '" + format +
                "', which has no lines, and this connector writes lines; use 'json'");
        }
        return found.encoder(context.table(), context.layout(), options);
    }

    private static Format find(final SinkContext context, final String name, final Predicate<Format> isOffered)
    {
        final ConnectorCatalogue catalogue = ConnectorCatalogue.load();
        final Format found = catalogue.format(name);
        if (found == null)
        {
            throw TableOptions.refusal("table " + context.table() + ": option 'format' is '" + name +
                "', expected one of " + catalogue.formats().stream().filter(isOffered).map(Format::name).toList());
        }
        return found;
    }
}
