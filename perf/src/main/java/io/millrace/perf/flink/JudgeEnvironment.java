package io.millrace.perf.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/**
 * Flink set so that the same job always gives the same answer: streaming, parallelism 1, no restarts, UTC, and a
 * watermark after every row that raises it (with Flink's default of 200 ms lateness depends on speed).
 */
public final class JudgeEnvironment
{
    private JudgeEnvironment()
    {
    }

    /** The settings. */
    public static Configuration configuration()
    {
        final Configuration configuration = new Configuration();
        configuration.setString("execution.target", "local");
        configuration.setString("execution.runtime-mode", "STREAMING");
        configuration.setString("parallelism.default", "1");
        configuration.setString("restart-strategy.type", "none");
        configuration.setString("table.local-time-zone", "UTC");
        configuration.setString("pipeline.auto-watermark-interval", "0");
        configuration.setString("rest.port", "0");
        return configuration;
    }

    /** A new environment with those settings. */
    public static StreamTableEnvironment create()
    {
        return StreamTableEnvironment.create(StreamExecutionEnvironment.getExecutionEnvironment(configuration()));
    }

    /** The rows of a query, in the order that they come. */
    public static List<Row> rows(final Table table) throws Exception
    {
        final List<Row> rows = new ArrayList<>();
        final CloseableIterator<Row> results = table.execute().collect();
        try
        {
            results.forEachRemaining(rows::add);
        }
        finally
        {
            results.close();
        }
        return rows;
    }
}
