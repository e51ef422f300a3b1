package io.millrace.perf.flink;

import io.millrace.perf.workload.RecoveryRows;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/**
 * Flink with the job of {@link RecoveryRows}, from the beginning or from a checkpoint: parallelism 1, object reuse,
 * its default watermark interval. The state is on the heap, or in RocksDB with incremental checkpoints and as much
 * memory as is said. Results are printed.
 */
public final class FlinkRecovery
{
    private FlinkRecovery()
    {
    }

    /** Arguments: {@code keys= rows= interval= checkpoints=FOLDER [rocksdb=MEMORY] [restore=CHECKPOINT]}. */
    public static void main(final String[] args) throws Exception
    {
        final Map<String, String> options = new HashMap<>();
        for (final String arg : args)
        {
            final int equals = arg.indexOf('=');
            options.put(arg.substring(0, equals), arg.substring(equals + 1));
        }
        final Configuration configuration = new Configuration();
        configuration.setString("execution.target", "local");
        configuration.setString("parallelism.default", "1");
        configuration.setString("restart-strategy.type", "none");
        configuration.setString("table.local-time-zone", "UTC");
        configuration.setString("rest.port", "0");
        configuration.setString("pipeline.object-reuse", "true");
        final String rocksdb = options.get("rocksdb");
        configuration.setString("state.backend.type", rocksdb == null ? "hashmap" : "rocksdb");
        if (rocksdb != null)
        {
            configuration.setString("execution.checkpointing.incremental", "true");
            configuration.setString("taskmanager.memory.managed.size", rocksdb);
        }
        configuration.setString("execution.checkpointing.interval", options.get("interval"));
        // Closing the window of all keys takes longer than the ten minutes that Flink would wait for a checkpoint.
        configuration.setString("execution.checkpointing.timeout", "1 h");
        configuration.setString("execution.checkpointing.dir", Path.of(options.get("checkpoints")).toUri().toString());
        configuration.setString("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
        final String restore = options.get("restore");
        if (restore != null)
        {
            configuration.setString("execution.state-recovery.path", Path.of(restore).toUri().toString());
        }
        final TableEnvironment tables = TableEnvironment.create(
            EnvironmentSettings.newInstance().inStreamingMode().withConfiguration(configuration).build());
        final String job = RecoveryRows.sql(
            "'connector'='recovery-rows', 'keys'='" + options.get("keys") + "', 'rows'='" + options.get("rows") + "'",
            "'connector'='print', 'print-identifier'='daily'", "'connector'='print', 'print-identifier'='shown'");
        for (final String statement : JobText.statements(job))
        {
            tables.executeSql(statement).await();
        }
        System.exit(0);
    }
}
