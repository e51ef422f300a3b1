package io.millrace.engine.connector.builtin;

import io.millrace.codecs.RowEncoder;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.connector.Format;
import io.millrace.engine.connector.SinkContext;
import io.millrace.engine.connector.TableOptions;
import java.util.Map;

/** The encoder of a sink's format. */
final class Encoders
{
    private Encoders()
    {
    }

    static RowEncoder of(final SinkContext context, final String format, final Map<String, String> options)
    {
        final ConnectorCatalogue catalogue = ConnectorCatalogue.load();
        final Format found = catalogue.format(format);
        if (found == null)
        {
            throw TableOptions.refusal("table " + context.table() + ": option 'format' is '" + format +
                "', expected one of " + catalogue.formats().stream().filter(Format::isText).map(Format::name).toList());
        }
        if (!found.isText())
        {
            throw TableOptions.refusal("table " + context.table() + ": option 'format' is '" + format +
                "', which has no lines, and this connector writes lines; use 'json'");
        }
        return found.encoder(context.table(), context.layout(), options);
    }
}
