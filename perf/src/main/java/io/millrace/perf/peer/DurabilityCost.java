package io.millrace.perf.peer;

import io.millrace.perf.workload.RecoveryRows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a state folder costs: nodes with one and without in turns over the same file of JSON, and between them what the
 * device takes when written in sequence. Every answer of every run is checked. The result is the second half of
 * {@code perf/results/durability.md}.
 */
public final class DurabilityCost
{
    private static final Pattern DONE = Pattern.compile("done in [^:]*: ([0-9,]+) rows, ([0-9.]+)( [kM])? rows/s");
    private static final long PATIENCE_SECONDS = 900;
    private static final long LOOK_MS = 50;
    private static final int CHUNK = 4 << 20;
    private static final long DEVICE_BYTES = 512L << 20;
    private static final String RESULTS = "perf/results/durability.md";
    private static final String HEADING = "\n## Rate with a state folder, of the rate without\n";

    private final Path folder = Files.createTempDirectory("millrace-durability");
    private final Map<String, String> options;
    private final RecoveryRows rows;
    private final RecoveryPeer peer;
    private final Map<String, RecoveryRows.Daily> daily;

    /**
     * One run of a node.
     *
     * @param rate  rows a second, as the node says.
     * @param bytes that reached the device meanwhile, or are still to.
     */
    private record Run(double rate, long bytes, double seconds)
    {
    }

    private DurabilityCost(final Map<String, String> options) throws IOException
    {
        this.options = options;
        final int keys = number("keys", 1_000_000);
        rows = new RecoveryRows(keys, number("rows", 30 * keys));
        final Path input = folder.resolve("input.jsonl");
        rows.write(input);
        daily = rows.daily();
        peer = RecoveryPeer.millrace(folder, rows, input, options.getOrDefault("interval", "5 s"));
    }

    /** Runs it; arguments are {@code key=value}. */
    public static void main(final String[] args) throws IOException, InterruptedException
    {
        final Map<String, String> options = new LinkedHashMap<>();
        for (final String arg : args)
        {
            final String[] parts = arg.split("=", 2);
            if (parts.length < 2)
            {
                System.err.println("usage: DurabilityCost [keys=1000000] [rows=30*keys] [rounds=5] [interval='5 s']");
                System.exit(2);
            }
            options.put(parts[0], parts[1]);
        }
        final DurabilityCost cost = new DurabilityCost(options);
        try
        {
            cost.run();
        }
        finally
        {
            Folders.delete(cost.folder);
        }
    }

    private int number(final String name, final int usual)
    {
        return Integer.parseInt(options.getOrDefault(name, Integer.toString(usual)));
    }

    private void run() throws IOException, InterruptedException
    {
        final Machine machine = Machine.here();
        final String load = Machine.load();
        System.out.println(machine + ", load " + load);
        final int rounds = number("rounds", 5);
        final double[] ratios = new double[rounds];
        final double[] without = new double[rounds];
        final double[] written = new double[rounds];
        final double[] device = new double[rounds];
        node(false);
        for (int round = 0; round < rounds; round++)
        {
            // In turns, so that what drifts meets both.
            final boolean isFirst = (round & 1) == 0;
            final Run one = node(isFirst);
            device[round] = deviceRate();
            final Run other = node(!isFirst);
            final Run with = isFirst ? one : other;
            without[round] = (isFirst ? other : one).rate();
            ratios[round] = with.rate() / without[round];
            written[round] = with.bytes() / with.seconds() / 1e6;
            System.out.printf(Locale.ROOT, "round %d, load %s: %,.0f rows/s without, %,.0f with a state folder: " +
                "%.2f; it wrote %.0f MB/s, the device takes %.0f%n", round + 1, Machine.load(), without[round],
                with.rate(), ratios[round], written[round], device[round]);
        }
        write(machine, load, List.of(Spread.of(ratios).text("%.2f"),
            Spread.of(Arrays.stream(without).map(rate -> rate / 1e6).toArray()).text("%.2f"),
            Spread.of(written).text("%.0f"), Spread.of(device).text("%.0f")));
    }

    /** Runs a node to its end and checks what it answers. */
    private Run node(final boolean hasState) throws IOException, InterruptedException
    {
        final List<String> command = new ArrayList<>(peer.command());
        if (!hasState)
        {
            command.removeAll(List.of("--state", "state"));
        }
        final Path out = folder.resolve("node.out");
        final Path said = folder.resolve("node.txt");
        final Process node = new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(out.toFile())
            .redirectError(said.toFile()).start();
        long bytes = 0;
        final long beginNs = System.nanoTime();
        try
        {
            while (!node.waitFor(LOOK_MS, TimeUnit.MILLISECONDS))
            {
                final long written = writtenBy(node.pid());
                bytes = written == 0 ? bytes : written;
                if (System.nanoTime() - beginNs > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS))
                {
                    throw new IOException("no end within " + PATIENCE_SECONDS + " s: " + Files.readString(said));
                }
            }
        }
        finally
        {
            node.destroyForcibly().waitFor();
        }
        final double seconds = (System.nanoTime() - beginNs) / 1e9;
        final Matcher done = DONE.matcher(Files.readString(said));
        if (node.exitValue() != 0 || !done.find())
        {
            throw new IOException("exit code " + node.exitValue() + ": " + Files.readString(said));
        }
        verify(out);
        for (final String made : List.of("state", "out", ".millrace"))
        {
            if (Files.exists(folder.resolve(made)))
            {
                Folders.delete(folder.resolve(made));
            }
        }
        final String unit = done.group(3) == null ? "" : done.group(3).trim();
        return new Run(Double.parseDouble(done.group(2)) * (unit.equals("M") ? 1e6 : unit.equals("k") ? 1e3 : 1),
            bytes, seconds);
    }

    /**
     * What a process has had written to the device or has left to the system to be written, less what it deleted before
     * that was done; 0 where nobody knows.
     */
    private static long writtenBy(final long pid)
    {
        try
        {
            long bytes = 0;
            for (final String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "io")))
            {
                final String[] parts = line.split(": ");
                bytes += parts[0].equals("write_bytes") ? Long.parseLong(parts[1]) : 0;
                bytes -= parts[0].equals("cancelled_write_bytes") ? Long.parseLong(parts[1]) : 0;
            }
            return bytes;
        }
        catch (final IOException e)
        {
            // It has ended.
            return 0;
        }
    }

    /** Every short window once and right, and the long window's results those of all rows. */
    private void verify(final Path out) throws IOException
    {
        long windows = 0;
        try (LineTail lines = new LineTail(out))
        {
            for (String line = lines.next(); line != null; line = lines.next())
            {
                final Matcher shown = peer.shown().matcher(line);
                if (!shown.find() || Long.parseLong(shown.group(4)) != RecoveryRows.WINDOW_ROWS ||
                    Long.parseLong(shown.group(5)) != RecoveryRows.sumOfWindow(RecoveryRows.secondOf(shown)))
                {
                    throw new IOException("a wrong result: " + line);
                }
                windows++;
            }
        }
        if (windows != rows.rows() / RecoveryRows.WINDOW_ROWS)
        {
            throw new IOException(windows + " windows of " + rows.rows() / RecoveryRows.WINDOW_ROWS);
        }
        final Map<String, RecoveryRows.Daily> found = new HashMap<>();
        for (final String line : RecoveryPeer.lines(folder.resolve("out")))
        {
            final Matcher result = peer.daily().matcher(line);
            if (!result.find() || found.put(result.group(1), RecoveryRows.dailyOf(result)) != null)
            {
                throw new IOException("a wrong result, or twice: " + line);
            }
        }
        if (!found.equals(daily))
        {
            throw new IOException(
                found.size() + " results of the long window, not the " + daily.size() + " right ones");
        }
    }

    /** MB a second that a new file takes in sequence, forced at the end. */
    private double deviceRate() throws IOException
    {
        final Path file = folder.resolve("device");
        final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        final long beginNs = System.nanoTime();
        try (FileChannel to = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE))
        {
            for (long at = 0; at < DEVICE_BYTES; at += CHUNK)
            {
                chunk.clear();
                chunk.putLong(0, at);
                to.write(chunk, at);
            }
            to.force(true);
        }
        final double seconds = (System.nanoTime() - beginNs) / 1e9;
        Files.delete(file);
        return DEVICE_BYTES / seconds / 1e6;
    }

    private void write(final Machine machine, final String load, final List<String> cells) throws IOException
    {
        final String text = HEADING + String.format(Locale.ROOT, """

            %,d keys and %,d rows, JSON from a file, one shard, `millrace.durability` async, checkpoints each %s;
            %d rounds in turns, every answer checked. What was written counts journal, output log and checkpoints over
            the life of the process, less what was deleted before the system had written it; the device's rate is that
            of 512 MiB written in sequence and forced.

            | rate with, of the rate without | M rows/s without | MB/s written | MB/s of the device |
            |---|---|---|---|
            | %s |

            %s, %d cores, %d GiB, %s, %s, commit %s; load %s at the beginning, %s at the end. Repeat:
            `perf/run DurabilityCost`.
            """, rows.keys(), rows.rows(), options.getOrDefault("interval", "5 s"), number("rounds", 5),
            String.join(" | ", cells), machine.processor(), machine.cores(), machine.memoryGib(), machine.kernel(),
            machine.java(), machine.commit(), load, Machine.load());
        System.out.println(text);
        final Path results = Path.of(RESULTS);
        final String before = Files.exists(results) ? Files.readString(results) : "";
        final int same = before.indexOf(HEADING);
        final int next = same < 0 ? -1 : before.indexOf("\n## ", same + 1);
        Files.writeString(results, same < 0 ? before + text :
            before.substring(0, same) + text + (next < 0 ? "" : before.substring(next)));
    }
}
