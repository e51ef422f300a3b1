package io.millrace.perf.millrace;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.connector.Format;
import io.millrace.engine.job.EndpointOpener;
import io.millrace.engine.job.JobOptions;
import io.millrace.engine.job.JobRunner;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.setting.Settings;
import io.millrace.engine.source.SourceCounters;
import io.millrace.perf.peer.Outcome;
import io.millrace.perf.peer.Tally;
import io.millrace.perf.workload.Workload;
import io.millrace.sql.compile.JobCompiler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The engine as it takes rows from a stream, with all its agents and the media driver on one thread; results are
 * encoded and counted. It ends with its standard input, and says what it took from then on that the first byte came.
 */
public final class StreamPeer
{
    private StreamPeer()
    {
    }

    /** Form of the central job or {@code distincts}, the driver's folder, the channel, then settings as key=value. */
    public static void main(final String[] args) throws Exception
    {
        final Map<String, String> settings = new TreeMap<>(Map.of("millrace.placement", "fused"));
        for (final String setting : List.of(args).subList(3, args.length))
        {
            settings.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        }
        final Tally tally = new Tally();
        final ConnectorCatalogue all = ConnectorCatalogue.load();
        final Format json = Objects.requireNonNull(all.format("json"));
        final ConnectorCatalogue catalogue = ConnectorCatalogue.of(List.of(
            Objects.requireNonNull(all.connector("aeron")), new TallyConnector(tally, json)),
            List.of(json, Objects.requireNonNull(all.format("sbe"))));
        final boolean isDistincts = args[0].equals("distincts");
        final Workload rows = Workload.of(isDistincts ? args[0] : "seed", 1);
        final String text = rows.sql(isDistincts ? "written" : args[0], "'connector'='aeron', 'channel'='" + args[2] +
            "', 'stream-id'='10', 'format'='sbe', 'aeron.driver-thread'='false', 'aeron.embedded-dir'='" + args[1] +
            "'", "'connector'='tally','format'='json'");
        final JobPlan plan = JobCompiler.compile("perf", MillracePeer.compile(text, catalogue));
        final JobOptions options = JobOptions.of(Settings.of(settings),
            Files.createTempDirectory("millrace-perf"), MillracePeer.STATE_BYTES,
            Runtime.getRuntime().availableProcessors());
        try (JobRunner runner = new JobRunner(plan, options, new EndpointOpener(catalogue, options.maxRowBytes(),
            InputStream.nullInputStream(), OutputStream.nullOutputStream(), "json").open(plan)))
        {
            runner.start();
            System.out.print(run(runner, tally).text());
        }
    }

    private static Outcome run(final JobRunner runner, final Tally tally) throws IOException, InterruptedException
    {
        final OperatingSystemMXBean process = (OperatingSystemMXBean)ManagementFactory.getOperatingSystemMXBean();
        final SourceCounters counters = runner.job().sources().get(0).counters();
        int next = System.in.read();
        final long beginNs = System.nanoTime();
        final long beginCpuNs = process.getProcessCpuTime();
        final long beginRows = counters.ringRows().get();
        next = next < 0 ? next : System.in.read();
        final long tookNs = System.nanoTime() - beginNs;
        final long cpuNs = process.getProcessCpuTime() - beginCpuNs;
        final long measured = counters.ringRows().get() - beginRows;
        while (next >= 0)
        {
            next = System.in.read();
        }
        runner.stop();
        final Throwable failure = runner.await();
        final List<String> violations = runner.job().violations();
        if (failure != null || !violations.isEmpty())
        {
            throw new IllegalStateException(violations.toString(), failure);
        }
        return new Outcome(
            counters.ringRows().get(), measured, tookNs, cpuNs, 0, tally.bytes(), tally.windows());
    }
}
