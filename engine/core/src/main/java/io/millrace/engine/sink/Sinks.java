package io.millrace.engine.sink;

import io.millrace.engine.Counter;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.Source;
import io.millrace.engine.log.Log;
import io.millrace.engine.plan.JobPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The sink agents of a job: one for each table that is written, and one for late and dead rows. */
public final class Sinks
{
    private final List<SinkAgent> agents = new ArrayList<>();
    private final Counter[] results;
    private final SideTables sideTables;

    /**
     * @param isUpstreamDone whether nothing will be appended to the output log any more.
     * @param sideFolder     where late and dead rows are kept.
     */
    public Sinks(
        final JobPlan plan, final List<Sink> sinks, final List<Source> sources, final Path sideFolder,
        final Log output, final BooleanSupplier isUpstreamDone)
    {
        results = new Counter[plan.statements().size()];
        java.util.Arrays.setAll(results, i -> new Counter());
        sideTables = new SideTables(plan, sources, sideFolder);
        agents.add(new SinkAgent(sideTables, output, isUpstreamDone));
        for (int sink = 0; sink < sinks.size(); sink++)
        {
            agents.add(new SinkAgent(new RowTarget(plan, sink, sinks.get(sink), results), output, isUpstreamDone));
        }
    }

    /** The side tables' agent, then those of the sinks by id. */
    public List<SinkAgent> agents()
    {
        return agents;
    }

    /** Whether a sink has made all its rows visible. */
    public boolean isDone(final int sinkId)
    {
        return agents.get(sinkId + 1).isDone();
    }

    /** Whether every row has been written and made visible. */
    public boolean isDone()
    {
        for (int i = 0; i < agents.size(); i++)
        {
            if (!agents.get(i).isDone())
            {
                return false;
            }
        }
        return true;
    }

    /** Rows written, by statement. */
    public Counter[] results()
    {
        return results.clone();
    }

    /** Late and dead rows. */
    public SideTables sideTables()
    {
        return sideTables;
    }

    public void close()
    {
        agents.forEach(SinkAgent::onClose);
    }
}
