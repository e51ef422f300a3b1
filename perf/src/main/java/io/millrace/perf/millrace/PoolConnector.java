package io.millrace.perf.millrace;

import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.Option;
import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.SourceContext;
import io.millrace.perf.peer.Pace;
import io.millrace.perf.workload.Workload;
import java.util.List;

/** {@code 'connector'='memory'} and {@code 'memory-lines'}: the run's rows, as rows or as JSON lines. */
final class PoolConnector implements Connector
{
    private final Workload rows;
    private final Pace pace;
    private final boolean isLines;

    PoolConnector(final Workload rows, final Pace pace, final boolean isLines)
    {
        this.rows = rows;
        this.pace = pace;
        this.isLines = isLines;
    }

    @Override
    public String name()
    {
        return isLines ? "memory-lines" : "memory";
    }

    @Override
    public List<Option> sourceOptions()
    {
        return List.of();
    }

    @Override
    public boolean needsFormat()
    {
        return isLines;
    }

    @Override
    public Source openSource(final SourceContext context)
    {
        final Pool pool = isLines ? Pool.ofLines(rows, false) :
            Pool.ofRows(rows, context.layout(), context.decodedColumns());
        return new PoolSource(rows, pool, pace, isLines);
    }
}
