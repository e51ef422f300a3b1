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
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * From the intended time of publishing a row to its result in the publisher's process, in an open loop, through a node
 * with a state folder and windows that close; beside it Aeron's echo alone, and the machine's own noise. Every result
 * is checked.
 */
public final class LatencyRig
{
    private static final int FEW_PROCESSORS = 4;
    private static final long NOISE_MS = 2_000;

    private final Options options;
    private final Path results;
    private final boolean isSharing = Runtime.getRuntime().availableProcessors() < FEW_PROCESSORS;
    private final List<String> rows = new ArrayList<>();

    private LatencyRig(final Options options, final Path results)
    {
        this.options = options;
        this.results = results;
    }

    /**
     * What is asked for.
     *
     * @param rates      rows a second.
     * @param seconds    measured.
     * @param warm       seconds before them.
     * @param channels   {@code ipc}, {@code udp} or a channel of Aeron's.
     * @param placements of the node's agents.
     * @param cores      of the node, as taskset takes them; empty for any.
     */
    private record Options(
        List<Long> rates, int seconds, int warm, List<String> channels, List<String> placements, String cores,
        Path out)
    {
        static Options of(final String[] args)
        {
            Options options = new Options(List.of(100_000L, 500_000L, 1_000_000L), 10, 10, List.of("ipc", "udp"),
                List.of("fused"), "", Path.of("perf/results"));
            for (int i = 0; i < args.length; i += 2)
            {
                if (i + 1 == args.length)
                {
                    throw new IllegalArgumentException(args[i] + " needs a value");
                }
                options = options.with(args[i], args[i + 1]);
            }
            return options;
        }

        private Options with(final String name, final String value)
        {
            final List<String> values = Arrays.asList(value.split(","));
            return switch (name)
            {
                case "--rate" -> new Options(values.stream().map(Long::valueOf).toList(), seconds, warm, channels,
                    placements, cores, out);
                case "--seconds" ->
                    new Options(rates, Integer.parseInt(value), warm, channels, placements, cores, out);
                case "--warm" ->
                    new Options(rates, seconds, Integer.parseInt(value), channels, placements, cores, out);
                case "--channel" -> new Options(rates, seconds, warm, values, placements, cores, out);
                case "--placement" -> new Options(rates, seconds, warm, channels, values, cores, out);
                case "--cores" -> new Options(rates, seconds, warm, channels, placements, value, out);
                case "--out" -> new Options(rates, seconds, warm, channels, placements, cores, Path.of(value));
                default -> throw new IllegalArgumentException(name +
                    ", expected --rate, --seconds, --warm, --channel, --placement, --cores or --out");
            };
        }
    }

    /** Runs it; without options all rates over IPC and UDP. */
    public static void main(final String[] args) throws IOException, InterruptedException
    {
        final Options options;
        try
        {
            options = Options.of(args);
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
                show("the clock alone", channel, rate, NoiseFloor.measure(NOISE_MS));
                measure("Aeron's echo", channel, rate,
                    folder -> new EchoRoute(folder, out(channel), back(channel), options.cores, isSharing));
                for (final String placement : options.placements)
                {
                    measure("Millrace, " + placement, channel, rate, folder -> new EngineRoute(folder, out(channel),
                        back(channel), rate, options.cores, List.of("millrace.placement=" + placement)));
                }
            }
        }
        write();
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
            keep(what, channel, rate, loop.run());
        }
        finally
        {
            Folders.delete(folder);
        }
    }

    private void keep(final String what, final String channel, final long rate, final Histogram histogram)
        throws IOException
    {
        show(what, channel, rate, histogram);
        final String name = (what + "-" + channel + "-" + rate).toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9-]+", "-") + ".hgrm";
        final Path histograms = Files.createDirectories(results.resolve("latency"));
        try (PrintStream file = new PrintStream(histograms.resolve(name).toFile(), StandardCharsets.UTF_8))
        {
            histogram.outputPercentileDistribution(file, 1000.0);
        }
    }

    private void show(final String what, final String channel, final long rate, final Histogram histogram)
    {
        final String row = String.format(Locale.ROOT, "| %s | %s | %,d | %.1f | %.1f | %.1f | %.1f | %.1f |", channel,
            what, rate, histogram.getValueAtPercentile(50) / 1e3, histogram.getValueAtPercentile(99) / 1e3,
            histogram.getValueAtPercentile(99.9) / 1e3, histogram.getValueAtPercentile(99.99) / 1e3,
            histogram.getMaxValue() / 1e3);
        rows.add(row);
        System.out.println(row);
    }

    private void write() throws IOException, InterruptedException
    {
        final Machine machine = Machine.here();
        final String text = "# From the intended time of publishing to the result, in microseconds\n\n" +
            "| channel | what | rows/s | p50 | p99 | p99.9 | p99.99 | max |\n|---|---|---|---|---|---|---|---|\n" +
            String.join("\n", rows) + "\n\n" + String.format(Locale.ROOT,
            "Open loop, %d s after %d s, every result checked; durability async, windows of a second of event time " +
            "with 10,000 users closing all the while; results over the same kind of channel. The clock alone: what " +
            "an open loop would see of a thread that only looks at the clock. %s, %d processors, %s; load %s; " +
            "commit %s. Repeat: `./millrace bench latency`.%n", options.seconds, options.warm, machine.processor(),
            Runtime.getRuntime().availableProcessors(), machine.java(), Machine.load(), machine.commit());
        Files.writeString(results.resolve("latency.md"), text);
    }
}
