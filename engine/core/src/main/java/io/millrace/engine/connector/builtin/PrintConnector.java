package io.millrace.engine.connector.builtin;

import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.Option;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.SinkContext;
import io.millrace.engine.connector.TableOptions;
import java.util.List;

/** {@code 'connector'='print'}: rows to standard output, as JSON lines, CSV or a table. */
public final class PrintConnector implements Connector
{
    static final String IDENTIFIER = "print-identifier";
    private static final String STANDARD_ERROR = "standard-error";

    @Override
    public String name()
    {
        return "print";
    }

    @Override
    public List<Option> sinkOptions()
    {
        return List.of(
            new Option(IDENTIFIER, false, "Text before each row, to tell several tables apart."),
            new Option(STANDARD_ERROR, false, "Must be false: rows go to standard output.",
                PrintConnector::toStandardOutput));
    }

    private static void toStandardOutput(final TableOptions options, final String key)
    {
        if (options.flag(key, false))
        {
            throw options.invalid(key, "true", "false: rows go to standard output");
        }
    }

    @Override
    public boolean needsFormat()
    {
        return false;
    }

    @Override
    public Sink openSink(final SinkContext context)
    {
        final TableOptions options = new TableOptions(context.table(), context.options());
        toStandardOutput(options, STANDARD_ERROR);
        final String identifier = options.text(IDENTIFIER, "");
        final RowPrinter printer = switch (context.output())
        {
            case "json" -> new JsonPrinter(context, identifier);
            case "csv" -> new CsvPrinter(context.layout(), identifier);
            case "table" -> new TablePrinter(context.layout(), identifier);
            default -> throw TableOptions.refusal("rows can't be printed as '" + context.output() +
                "', expected json, csv or table");
        };
        return new PrintSink(printer, context.stdout());
    }
}
