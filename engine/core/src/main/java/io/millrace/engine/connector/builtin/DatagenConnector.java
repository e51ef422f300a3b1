package io.millrace.engine.connector.builtin;

import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.Option;
import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.SourceContext;
import java.util.List;

/** {@code 'connector'='datagen'}: generated rows, under Flink's option names. */
public final class DatagenConnector implements Connector
{
    static final String ROWS_PER_SECOND = "rows-per-second";
    static final String NUMBER_OF_ROWS = "number-of-rows";
    static final String SEED = "seed";

    @Override
    public String name()
    {
        return "datagen";
    }

    @Override
    public List<Option> sourceOptions()
    {
        return List.of(
            new Option(ROWS_PER_SECOND, false, "Rows a second, 10000 unless said otherwise.",
                DatagenSource::rowsPerSecond),
            new Option(NUMBER_OF_ROWS, false, "Rows in all; without it the table has no end.",
                DatagenSource::rowCount),
            new Option(SEED, false, "Number from which all random values follow.", DatagenSource::seed),
            field("kind", "random (as without it) or sequence."),
            field("min", "Least random value, the type's least unless said otherwise."),
            field("max", "Greatest random value, the type's greatest unless said otherwise."),
            field("max-past", "How far before now a random time may lie, such as '5 s'."),
            field("length", "Characters of a random string, 100 unless said otherwise."),
            field("null-rate", "Share of NULLs, from 0 to 1."),
            field("start", "First value of a sequence."),
            field("end", "Last value of a sequence; the table ends with it."));
    }

    private static Option field(final String name, final String description)
    {
        return new Option("fields.#." + name, false, description, FieldOptions::check);
    }

    @Override
    public boolean needsFormat()
    {
        return false;
    }

    @Override
    public Source openSource(final SourceContext context)
    {
        return new DatagenSource(context, System::nanoTime, System::currentTimeMillis);
    }
}
