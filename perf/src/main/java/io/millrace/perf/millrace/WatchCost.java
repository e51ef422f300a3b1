package io.millrace.perf.millrace;

import io.millrace.codecs.Memory;
import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.connector.Format;
import io.millrace.engine.connector.Option;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.SourceContext;
import io.millrace.engine.connector.builtin.BlackholeConnector;
import io.millrace.engine.job.EndpointOpener;
import io.millrace.engine.job.Job;
import io.millrace.engine.job.JobOptions;
import io.millrace.engine.job.LiveJob;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.ring.BlockRing;
import io.millrace.engine.setting.Settings;
import io.millrace.sql.SqlFrontEnd;
import io.millrace.sql.compile.JobCompiler;
import io.millrace.sql.logical.Compilation;
import io.millrace.sql.logical.LogicalJob;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.agrona.concurrent.Agent;

/**
 * What it costs to watch a job: two jobs, one of them with its counters in a mapped file and the time of its blocks
 * taken, run in turns in one thread, a few milliseconds each, so that what else runs on the machine meets both.
 *
 * <p>Arguments: turns, rows of a block …
 */
public final class WatchCost
{
    private static final String TEXT = """
        CREATE TABLE events (k STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector'='line',
          'format'='json');
        CREATE TABLE results (k STRING, c BIGINT, e TIMESTAMP(3)) WITH ('connector'='blackhole');
        INSERT INTO results SELECT k, COUNT(*), TUMBLE_END(ts, INTERVAL '1' HOUR) FROM events
          GROUP BY k, TUMBLE(ts, INTERVAL '1' HOUR);
        """;
    private static final byte[] LINE =
        "{\"k\":\"user\",\"n\":1,\"ts\":\"2026-01-01 00:00:00\"}".getBytes(StandardCharsets.UTF_8);
    private static final int ROWS_IN_A_TURN = 40_000;

    private final Job job;
    private final Line line;
    private final Agent[] agents;
    private final double[] times;

    /** One line, again and again: so many, then a pause, so that each block has so many. */
    private static final class Line implements Source, Source.Partition
    {
        private final int rows;
        private final long address = Memory.allocate(LINE.length + Memory.SLACK);
        private long position;
        private boolean isPause;

        Line(final int rows)
        {
            this.rows = rows;
            for (int i = 0; i < LINE.length; i++)
            {
                Memory.putByte(address + i, LINE[i]);
            }
        }

        @Override
        public List<? extends Partition> partitions()
        {
            return List.of(this);
        }

        @Override
        public int poll(final RecordHandler handler, final int limit)
        {
            isPause = !isPause;
            int taken = 0;
            while (isPause && taken < rows && handler.onRecord(address, LINE.length, position))
            {
                position++;
                taken++;
            }
            return taken;
        }

        @Override
        public boolean isEnded()
        {
            return false;
        }

        @Override
        public long positionHigh()
        {
            return 0;
        }

        @Override
        public boolean isRereadable()
        {
            return true;
        }

        @Override
        public void readAgain(final long high, final long low, final byte[] bytes, final int length)
        {
            System.arraycopy(LINE, 0, bytes, 0, Math.min(length, LINE.length));
        }

        @Override
        public String describe(final long high, final long low)
        {
            return "line:" + low;
        }

        @Override
        public long bytesRead()
        {
            return position * LINE.length;
        }

        @Override
        public void close()
        {
            Memory.free(address);
        }
    }

    /** {@code 'connector'='line'}. */
    private record LineConnector(Line line) implements Connector
    {
        @Override
        public String name()
        {
            return "line";
        }

        @Override
        public List<Option> sourceOptions()
        {
            return List.of();
        }

        @Override
        public boolean needsFormat()
        {
            return true;
        }

        @Override
        public Source openSource(final SourceContext context)
        {
            return line;
        }
    }

    private WatchCost(final int rows, final int turns, final Path folder, final boolean isWatched) throws Exception
    {
        line = new Line(rows);
        times = new double[turns];
        final Format json = Objects.requireNonNull(ConnectorCatalogue.load().format("json"));
        final ConnectorCatalogue catalogue = ConnectorCatalogue.of(
            List.of(new LineConnector(line), new BlackholeConnector()), List.of(json));
        final Compilation compilation = new SqlFrontEnd(catalogue).compile(TEXT, Map.of());
        final LogicalJob logical = compilation.job();
        if (logical == null)
        {
            throw new IllegalStateException(compilation.diagnostics().toString());
        }
        final JobPlan plan = JobCompiler.compile("perf", logical);
        final JobOptions options = JobOptions.of(Settings.of(Map.of()), folder, 1L << 30, 1);
        job = new Job(plan, options, new EndpointOpener(catalogue, options.maxRowBytes(),
            InputStream.nullInputStream(), OutputStream.nullOutputStream(), "json").open(plan),
            new Job.Environment(System::nanoTime, n -> 0, BlockRing.Observer.NONE, length -> 0));
        if (isWatched)
        {
            new LiveJob(job, () -> 0, folder.resolve("live"), "perf", 1, System::currentTimeMillis, System::nanoTime);
        }
        agents = job.agents().toArray(new Agent[0]);
    }

    public static void main(final String[] args) throws Exception
    {
        final int turns = Integer.parseInt(args[0]);
        System.out.println("| rows of a block | ns a block, unwatched | watched | difference, median of turns | " +
            "quartiles | of a row |\n|---|---|---|---|---|---|");
        for (int i = 1; i < args.length; i++)
        {
            final int rows = Integer.parseInt(args[i]);
            final Path memory = Path.of("/dev/shm");
            final Path folder = Files.isDirectory(memory) ? Files.createTempDirectory(memory, "millrace-perf") :
                Files.createTempDirectory("millrace-perf");
            final WatchCost plain = new WatchCost(rows, turns, folder, false);
            final WatchCost watched = new WatchCost(rows, turns, folder, true);
            for (int turn = -turns; turn < turns; turn++)
            {
                final boolean isFirst = (turn & 1) == 0;
                (isFirst ? plain : watched).turn(turn);
                (isFirst ? watched : plain).turn(turn);
            }
            final double[] differences = new double[turns];
            Arrays.setAll(differences, turn -> watched.times[turn] - plain.times[turn]);
            System.out.printf(Locale.ROOT, "| %,d | %,.0f | %,.0f | %.0f | %.0f … %.0f | %.2f %% |%n", rows,
                quantile(plain.times, 0.5), quantile(watched.times, 0.5), quantile(differences, 0.5),
                quantile(differences, 0.25), quantile(differences, 0.75),
                100 * quantile(differences, 0.5) / quantile(plain.times, 0.5));
            plain.job.close();
            watched.job.close();
            Files.deleteIfExists(folder.resolve("live"));
            Files.deleteIfExists(folder);
        }
    }

    /** Works some rows; the time is kept from turn 0 on. */
    private void turn(final int turn) throws Exception
    {
        final long blocks = job.sources().get(0).counters().blocks().get();
        final long until = line.position + ROWS_IN_A_TURN;
        final long startNs = System.nanoTime();
        while (line.position < until)
        {
            for (final Agent agent : agents)
            {
                agent.doWork();
            }
        }
        final long ns = System.nanoTime() - startNs;
        if (turn >= 0)
        {
            times[turn] = (double)ns / (job.sources().get(0).counters().blocks().get() - blocks);
        }
    }

    private static double quantile(final double[] values, final double quantile)
    {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int)(quantile * (sorted.length - 1))];
    }
}
