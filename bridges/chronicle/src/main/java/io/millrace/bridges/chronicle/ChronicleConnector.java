package io.millrace.bridges.chronicle;

import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.Option;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.SinkContext;
import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.SourceContext;
import io.millrace.engine.connector.TableOptions;
import java.util.List;

/** {@code 'connector'='chronicle-queue'}: the excerpts of a Chronicle queue on this machine. */
public final class ChronicleConnector implements Connector
{
    static final String PATH = "path";
    static final String EXCERPT = "excerpt";
    static final String STARTUP_MODE = "scan.startup.mode";
    static final String STARTUP_INDEX = "scan.startup.index";
    static final String BOUNDED_MODE = "scan.bounded.mode";
    static final String EARLIEST = "earliest-offset";
    static final String LATEST = "latest-offset";
    static final String SPECIFIC_INDEX = "specific-index";

    private static final Option EXCERPT_OPTION = new Option(EXCERPT, false,
        "What an excerpt holds: bytes (the default, the format's bytes alone) or text (as writeText leaves it).",
        (options, key) -> isText(options));

    @Override
    public String name()
    {
        return "chronicle-queue";
    }

    @Override
    public List<Option> sourceOptions()
    {
        return List.of(
            new Option(PATH, true, "The queue's folder."),
            EXCERPT_OPTION,
            new Option(STARTUP_MODE, false, "Where reading begins: earliest-offset (the default), latest-offset, or " +
                "specific-index.", (options, key) -> startupMode(options)),
            new Option(STARTUP_INDEX, false, "The first excerpt's index, decimal or 0x…, for specific-index.",
                (options, key) -> startupIndex(options)),
            new Option(BOUNDED_MODE, false, "unbounded (the default), or latest-offset: the table ends with the " +
                "excerpt that is the last when the job starts.", (options, key) -> isBounded(options)));
    }

    @Override
    public List<Option> sinkOptions()
    {
        return List.of(new Option(PATH, true, "The queue's folder, made where there is none."), EXCERPT_OPTION);
    }

    @Override
    public boolean needsFormat()
    {
        return true;
    }

    @Override
    public boolean keepsRecordsApart()
    {
        return true;
    }

    @Override
    public Source openSource(final SourceContext context)
    {
        return new ChronicleSource(context);
    }

    @Override
    public Sink openSink(final SinkContext context)
    {
        return new ChronicleSink(context);
    }

    /** Whether excerpts hold texts. */
    static boolean isText(final TableOptions options)
    {
        return options.choice(EXCERPT, "bytes", "text").equals("text");
    }

    static String startupMode(final TableOptions options)
    {
        final String mode = options.choice(STARTUP_MODE, EARLIEST, LATEST, SPECIFIC_INDEX);
        if (mode.equals(SPECIFIC_INDEX))
        {
            options.text(STARTUP_INDEX);
        }
        return mode;
    }

    /** Where reading begins by {@link #SPECIFIC_INDEX}. */
    static long startupIndex(final TableOptions options)
    {
        final String index = options.text(STARTUP_INDEX);
        try
        {
            return Long.decode(index);
        }
        catch (final NumberFormatException e)
        {
            throw options.invalid(STARTUP_INDEX, index, "an index such as 0x4de900000000");
        }
    }

    /** Whether the table ends. */
    static boolean isBounded(final TableOptions options)
    {
        return options.choice(BOUNDED_MODE, "unbounded", LATEST).equals(LATEST);
    }
}
