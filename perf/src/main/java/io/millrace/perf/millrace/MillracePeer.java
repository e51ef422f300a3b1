package io.millrace.perf.millrace;

import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.connector.Format;
import io.millrace.engine.job.EndpointOpener;
import io.millrace.engine.job.Job;
import io.millrace.engine.job.JobOptions;
import io.millrace.engine.job.JobRunner;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.setting.Settings;
import io.millrace.perf.peer.Assignment;
import io.millrace.perf.peer.Outcome;
import io.millrace.perf.peer.Pace;
import io.millrace.perf.peer.Peer;
import io.millrace.perf.peer.Tally;
import io.millrace.perf.workload.Workload;
import io.millrace.sql.SqlFrontEnd;
import io.millrace.sql.compile.JobCompiler;
import io.millrace.sql.logical.Compilation;
import io.millrace.sql.logical.LogicalJob;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Millrace as a peer: the job's text through the front end and the compiler, all agents on one thread, the in-memory
 * log. A run whose rows are not all accounted for, or crossed the ring in another number, is an error.
 */
public final class MillracePeer implements Peer
{
    static final long STATE_BYTES = 4L << 30;

    private final Map<String, String> settings;

    /** @param settings beside those that a measured run always has. */
    public MillracePeer(final Map<String, String> settings)
    {
        this.settings = settings;
    }

    /** One run: the arguments of an {@link Assignment}. */
    public static void main(final String[] args) throws Exception
    {
        Peer.main(new MillracePeer(Map.of("millrace.placement", "fused")), args);
    }

    @Override
    public Outcome run(final Assignment assignment, final Workload rows) throws Exception
    {
        final Pace pace = new Pace(assignment);
        final Tally tally = new Tally();
        final Format json = json();
        final List<Connector> connectors = List.of(new PoolConnector(rows, pace, false),
            new PoolConnector(rows, pace, true), new TallyConnector(tally, json));
        final JobPlan plan = JobCompiler.compile(
            "perf", compile(assignment.sql(rows), ConnectorCatalogue.of(connectors, List.of(json))));
        final Path sideFolder = Files.createTempDirectory("millrace-perf");
        final JobOptions options = JobOptions.of(
            Settings.of(settings), sideFolder, STATE_BYTES, Runtime.getRuntime().availableProcessors());
        final Job.Endpoints endpoints = new EndpointOpener(ConnectorCatalogue.of(connectors, List.of(json)),
            options.maxRowBytes(), InputStream.nullInputStream(), OutputStream.nullOutputStream(), "json").open(plan);
        try (JobRunner runner = new JobRunner(plan, options, endpoints))
        {
            runner.start();
            final Throwable failure = runner.await();
            if (failure != null)
            {
                throw new IllegalStateException(failure);
            }
            final List<String> violations = runner.job().violations();
            final long crossed = runner.job().sources().get(0).counters().ringRows().get();
            if (!violations.isEmpty() || crossed != pace.rows())
            {
                throw new IllegalStateException(
                    pace.rows() + " rows, " + crossed + " through the ring; " + violations);
            }
            return pace.outcome(tally);
        }
    }

    private static Format json()
    {
        final Format format = ConnectorCatalogue.load().format("json");
        if (format == null)
        {
            throw new IllegalStateException("no format json");
        }
        return format;
    }

    static LogicalJob compile(final String text, final ConnectorCatalogue catalogue)
    {
        final Compilation compilation = new SqlFrontEnd(catalogue).compile(text, Map.of());
        final LogicalJob job = compilation.job();
        if (job == null)
        {
            throw new IllegalArgumentException(compilation.diagnostics().toString());
        }
        return job;
    }
}
