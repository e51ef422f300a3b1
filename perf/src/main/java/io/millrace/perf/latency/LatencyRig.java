package io.millrace.perf.latency;

import io.millrace.perf.peer.Folders;
import io.millrace.perf.peer.Machine;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * From the intended time of publishing a row to its result in the publisher's process, in an open loop, through a node
 * with a state folder and windows that close; beside it Aeron's echo alone, and the machine's own noise. Every result
 * is checked.
 */
public final class LatencyRig
{
    private static final int FEW_PROCESSORS = 4;
    private static final long NOISE_MS = 2_000;
    private static final long SLICE_MS = 20;
    private static final long HIGHEST_NS = TimeUnit.MINUTES.toNanos(5);
    private static final String CLOCK = "the clock alone";
    private static final String ECHO = "Aeron's echo";

    private final Options options;
    private final Path results;
    private final boolean isSharing = Runtime.getRuntime().availableProcessors() < FEW_PROCESSORS;
    private final Map<Row, List<Round>> measured = new LinkedHashMap<>();

    private LatencyRig(final Options options, final Path results)
    {
        this.options = options;
        this.results = results;
    }

    /** What is asked for. */
    private static final class Options
    {
        private List<Long> rates = List.of(100_000L, 500_000L, 1_000_000L);
        private int seconds = 10;
        private int warm = 10;
        private List<String> channels = List.of("ipc", "udp");
        private List<String> placements = List.of("fused");
        private List<String> results = List.of("provisional", "committed");
        private int rounds = 1;
        private String cores = "";
        private Path out = Path.of("perf/results");

        private Options(final String[] args)
        {
            for (int i = 0; i < args.length; i += 2)
            {
                if (i + 1 == args.length)
                {
                    throw new IllegalArgumentException(args[i] + " needs a value");
                }
                set(args[i], args[i + 1]);
            }
        }

        private void set(final String name, final String value)
        {
            final List<String> values = Arrays.asList(value.split(","));
            switch (name)
            {
                case "--rate" -> rates = values.stream().map(Long::valueOf).toList();
                case "--seconds" -> seconds = Integer.parseInt(value);
                case "--warm" -> warm = Integer.parseInt(value);
                case "--channel" -> channels = values;
                case "--placement" -> placements = values;
                case "--results" -> results = values;
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--cores" -> cores = value;
                case "--out" -> out = Path.of(value);
                default -> throw new IllegalArgumentException(name + ", expected --rate, --seconds, --warm, " +
                    "--channel, --placement, --results, --rounds, --cores or --out");
            }
        }
    }

    /** Runs it; without options all rates over IPC and UDP. */
    public static void main(final String[] args) throws IOException, InterruptedException
    {
        final Options options;
        try
        {
            options = new Options(args);
        }
        catch (final IllegalArgumentException e)
        {
            System.err.println("bench latency: " + e.getMessage());
            System.exit(2);
            return;
        }
        new LatencyRig(options, Files.createDirectories(options.out)).run();
    }

    private void run() throws IOException, InterruptedException
    {
        for (final String channel : options.channels)
        {
            for (final long rate : options.rates)
            {
                for (int round = 0; round < options.rounds; round++)
                {
                    round(channel, rate);
                }
            }
        }
        write();
    }

    /** Every kind once, one after the other, so that what disturbs the machine disturbs all. */
    private void round(final String channel, final long rate) throws IOException, InterruptedException
    {
        keep(CLOCK, channel, rate, new Round(NoiseFloor.measure(NOISE_MS), null));
        measure(ECHO, channel, rate,
            folder -> new EchoRoute(folder, out(channel), back(channel), options.cores, isSharing));
        for (final String placement : options.placements)
        {
            for (final String when : options.results)
            {
                measure("Millrace, " + placement + ", " + when, channel, rate,
                    folder -> new EngineRoute(folder, out(channel), back(channel), rate, options.cores, when,
                        List.of("millrace.placement=" + placement)));
            }
        }
    }

    private static String out(final String channel) throws IOException
    {
        return switch (channel)
        {
            case "ipc" -> "aeron:ipc";
            case "udp" -> "aeron:udp?endpoint=127.0.0.1:" + freePort();
            default -> channel;
        };
    }

    private static String back(final String channel) throws IOException
    {
        return channel.equals("udp") ? "aeron:udp?endpoint=127.0.0.1:" + freePort() : "aeron:ipc";
    }

    private static int freePort() throws IOException
    {
        try (DatagramSocket socket = new DatagramSocket(0))
        {
            return socket.getLocalPort();
        }
    }

    /** Opens a way there and back, with a folder of its own. */
    @FunctionalInterface
    private interface Opener
    {
        Route open(Path folder) throws IOException;
    }

    private void measure(final String what, final String channel, final long rate, final Opener opener)
        throws IOException, InterruptedException
    {
        final Path folder = Files.createTempDirectory("millrace-latency");
        try (Route route = opener.open(folder))
        {
            final OpenLoop loop = new OpenLoop(route, rate, options.warm, options.seconds, isSharing);
            keep(what, channel, rate, Round.of(loop.run(), rate));
        }
        finally
        {
            Folders.delete(folder);
        }
    }

    private void keep(final String what, final String channel, final long rate, final Round round) throws IOException
    {
        final Row row = new Row(channel, what, rate);
        final List<Round> all = measured.computeIfAbsent(row, key -> new ArrayList<>());
        all.add(round);
        System.out.println(row.format(List.of(round)));
        final String name = (what + "-" + channel + "-" + rate).toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9-]+", "-") + (options.rounds == 1 ? "" : "-" + all.size()) + ".hgrm";
        final Path histograms = Files.createDirectories(results.resolve("latency"));
        try (PrintStream file = new PrintStream(histograms.resolve(name).toFile(), StandardCharsets.UTF_8))
        {
            round.whole.outputPercentileDistribution(file, 1000.0);
        }
    }

    /**
     * What one run measured.
     *
     * @param quiet percentiles 50 and 99 of the quiet slices, below which is a tenth of all; null where there are none.
     */
    private record Round(Histogram whole, long @Nullable [] quiet)
    {
        private static Round of(final long[] latencies, final long rate)
        {
            final Histogram whole = new Histogram(HIGHEST_NS, 3);
            final int length = Math.max(1, (int)(rate * SLICE_MS / 1000));
            final int slices = latencies.length / length;
            final long[] halves = new long[slices];
            final long[] tails = new long[slices];
            for (int slice = 0; slice < slices; slice++)
            {
                final long[] sorted = Arrays.copyOfRange(latencies, slice * length, (slice + 1) * length);
                Arrays.sort(sorted);
                halves[slice] = sorted[length / 2];
                tails[slice] = sorted[length * 99 / 100];
            }
            for (final long latency : latencies)
            {
                whole.recordValue(Math.min(HIGHEST_NS, latency));
            }
            Arrays.sort(halves);
            Arrays.sort(tails);
            return new Round(whole, new long[]{halves[slices / 10], tails[slices / 10]});
        }
    }

    /** A row of the table. */
    private record Row(String channel, String what, long rate)
    {
        /** The median over the rounds of each figure. */
        private String format(final List<Round> rounds)
        {
            final StringBuilder text =
                new StringBuilder(String.format(Locale.ROOT, "| %s | %s | %,d |", channel, what, rate));
            for (final double percentile : new double[]{50, 99, 99.9, 99.99, 100})
            {
                text.append(median(rounds.stream().mapToLong(round -> round.whole.getValueAtPercentile(percentile))));
            }
            for (int i = 0; i < 2; i++)
            {
                final int figure = i;
                text.append(median(rounds.stream().map(Round::quiet).filter(Objects::nonNull)
                    .mapToLong(quiet -> quiet[figure])));
            }
            return text.toString();
        }

        private static String median(final LongStream figures)
        {
            final long[] sorted = figures.sorted().toArray();
            return sorted.length == 0 ? " |" : String.format(Locale.ROOT, " %.1f |", sorted[sorted.length / 2] / 1e3);
        }
    }

    private void write() throws IOException, InterruptedException
    {
        final Machine machine = Machine.here();
        final String text = "# From the intended time of publishing to the result, in microseconds\n\n" +
            "| channel | what | rows/s | p50 | p99 | p99.9 | p99.99 | max | quiet p50 | quiet p99 |\n" +
            "|---|---|---|---|---|---|---|---|---|---|\n" +
            String.join("\n", measured.entrySet().stream().map(row -> row.getKey().format(row.getValue())).toList()) +
            "\n\n" + String.format(Locale.ROOT,
            "Open loop, %d s after %d s, the median of %d rounds taken in turns, every result checked; durability " +
            "async, windows of a second of event time with 10,000 users closing all the while; results over the same " +
            "kind of channel. The clock alone: what an open loop would see of a thread that only looks at the clock. " +
            "Quiet: of slices of 20 ms, which each have their percentiles, a tenth have less. " +
            "%s, %d processors, %s; load %s; commit %s. Repeat: `./millrace bench latency`.%n",
            options.seconds, options.warm, options.rounds, machine.processor(),
            Runtime.getRuntime().availableProcessors(), machine.java(), Machine.load(), machine.commit());
        Files.writeString(results.resolve("latency.md"), text);
    }
}
