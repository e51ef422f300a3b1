package io.millrace.perf.flink;

import io.millrace.perf.peer.Assignment;
import io.millrace.perf.peer.Outcome;
import io.millrace.perf.peer.Pace;
import io.millrace.perf.peer.Peer;
import io.millrace.perf.peer.Tally;
import io.millrace.perf.workload.Workload;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * Flink as a peer, set as its own users would for speed on one core: parallelism 1, object reuse, state on the heap;
 * its default watermark interval.
 */
public final class FlinkPeer implements Peer
{
    /** The run under way in this process; Flink makes sources and sinks anew by serialization. */
    private static volatile @Nullable Run current;

    /** What sources and sinks of the run share. */
    record Run(Assignment assignment, Workload rows, Pace pace, Tally tally)
    {
        /** The run under way. */
        static Run current()
        {
            final Run run = current;
            if (run == null)
            {
                throw new IllegalStateException("no run");
            }
            return run;
        }
    }

    /** One run: the arguments of an {@link Assignment}. */
    public static void main(final String[] args) throws Exception
    {
        Peer.main(new FlinkPeer(), args);
        System.exit(0);
    }

    @Override
    public Outcome run(final Assignment assignment, final Workload rows) throws Exception
    {
        final Run run = new Run(assignment, rows, new Pace(assignment), new Tally());
        current = run;
        final Configuration configuration = new Configuration();
        configuration.setString("execution.target", "local");
        configuration.setString("parallelism.default", "1");
        configuration.setString("restart-strategy.type", "none");
        configuration.setString("table.local-time-zone", "UTC");
        configuration.setString("rest.port", "0");
        configuration.setString("pipeline.object-reuse", "true");
        configuration.setString("state.backend.type", "hashmap");
        final TableEnvironment tables = TableEnvironment.create(
            EnvironmentSettings.newInstance().inStreamingMode().withConfiguration(configuration).build());
        for (final String statement : JobText.statements(assignment.sql(rows)))
        {
            tables.executeSql(statement).await();
        }
        return run.pace().outcome(run.tally());
    }
}
