package io.millrace.engine.connector.builtin;

import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.Option;
import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.SourceContext;
import io.millrace.engine.connector.TableOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code 'connector'='values'}: records, one a line, that the job itself holds; those of VALUES come so. */
public final class ValuesConnector implements Connector
{
    private static final String ROWS = "rows";

    @Override
    public String name()
    {
        return "values";
    }

    @Override
    public List<Option> sourceOptions()
    {
        return List.of(new Option(ROWS, true, "The records, one a line."));
    }

    @Override
    public boolean needsFormat()
    {
        return true;
    }

    @Override
    public Source openSource(final SourceContext context)
    {
        final String rows = new TableOptions(context.table(), context.options()).text(ROWS);
        return new ValuesSource(context.table(), rows.getBytes(StandardCharsets.UTF_8), context.maxRecordBytes());
    }
}
