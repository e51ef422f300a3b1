package io.millrace.perf.peer;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a state folder costs, and what it is worth: nodes with and without one in turns on the same file of JSON, then
 * one that is killed when all keys are in its state, and started again. Nodes are started by the launcher.
 */
public final class DurabilityCost
{
    private static final Pattern DONE = Pattern.compile("done in [^:]*: ([0-9,]+) rows, ([0-9.]+)( [kM])? rows/s");
    private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");
    private static final int SHOWN_EACH = 1000;
    private static final double NORMAL = 0.9;
    private static final long SPAN_NS = 200_000_000L;
    private static final long POLL_NS = 1_000_000L;
    private static final String JOB = """
        CREATE TABLE events (n BIGINT, user_id STRING, page STRING, ts TIMESTAMP(3),
          WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
        ) WITH ('connector'='filesystem', 'path'='input.jsonl', 'format'='json');
        CREATE TABLE hourly (user_id STRING, c BIGINT, pages BIGINT, e TIMESTAMP(3)) WITH ('connector'='blackhole');
        CREATE TABLE shown (n BIGINT) WITH ('connector'='print');
        EXECUTE STATEMENT SET BEGIN
          INSERT INTO hourly SELECT user_id, COUNT(*), COUNT(DISTINCT page), TUMBLE_END(ts, INTERVAL '1' HOUR)
            FROM events GROUP BY user_id, TUMBLE(ts, INTERVAL '1' HOUR);
          INSERT INTO shown SELECT n FROM events WHERE MOD(n, %d) = 0;
        END;
        """.formatted(SHOWN_EACH);

    private final Path folder;
    private final String launcher;
    private final int keys;
    private final int rows;

    private DurabilityCost(final Map<String, String> options) throws IOException
    {
        launcher = Path.of("millrace").toAbsolutePath().toString();
        keys = Integer.parseInt(options.getOrDefault("keys", "1000000"));
        rows = Integer.parseInt(options.getOrDefault("rows", Integer.toString(4 * keys)));
        folder = Files.createTempDirectory("millrace-durability");
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
                System.err.println("usage: DurabilityCost [keys=1000000] [rows=4*keys] [rounds=3]");
                System.exit(2);
            }
            options.put(parts[0], parts[1]);
        }
        new DurabilityCost(options).run(Integer.parseInt(options.getOrDefault("rounds", "3")));
    }

    private void run(final int rounds) throws IOException, InterruptedException
    {
        Files.writeString(folder.resolve("job.sql"), JOB);
        writeInput();
        System.out.println(Machine.here());
        final double[] ratios = new double[rounds];
        double normal = 0;
        for (int round = 0; round < rounds; round++)
        {
            final double without = rate(List.of());
            normal = rate(List.of("--state", "state-" + round));
            ratios[round] = normal / without;
            System.out.printf(Locale.ROOT, "round %d, load %s: %,.0f rows/s without, %,.0f with a state folder: %.2f%n",
                round + 1, Machine.load(), without, normal, ratios[round]);
        }
        System.out.println("ratio " + Spread.of(ratios));
        killAndGoOn(normal);
    }

    /** Each key once, then at random, all in one hour. */
    private void writeInput() throws IOException
    {
        try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("input.jsonl"), StandardCharsets.US_ASCII))
        {
            final java.util.SplittableRandom random = new java.util.SplittableRandom(1);
            for (int n = 0; n < rows; n++)
            {
                final long ms = 3_500_000L * n / rows;
                out.write(String.format(Locale.ROOT, "{\"n\":%d,\"user_id\":\"u%d\",\"page\":\"/p/%d\"," +
                    "\"ts\":\"2026-01-01 00:%02d:%02d.%03d\"}%n", n, n < keys ? n : random.nextInt(keys),
                    random.nextInt(1000), ms / 60_000, ms / 1000 % 60, ms % 1000));
            }
        }
    }

    private Process start(final List<String> more, final String said) throws IOException
    {
        return builder(more, said).start();
    }

    private ProcessBuilder builder(final List<String> more, final String said)
    {
        final List<String> command = new ArrayList<>(List.of(launcher, "run", "job.sql"));
        command.addAll(more);
        return new ProcessBuilder(command).directory(folder.toFile())
            .redirectError(folder.resolve(said).toFile());
    }

    /** Rows a second, as the node says at its end. */
    private double rate(final List<String> more) throws IOException, InterruptedException
    {
        final Process node = start(more, "said.txt");
        node.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        final int exitCode = node.waitFor();
        final String said = Files.readString(folder.resolve("said.txt"));
        final Matcher done = DONE.matcher(said);
        if (exitCode != 0 || !done.find())
        {
            throw new IOException("exit code " + exitCode + ": " + said);
        }
        final String unit = done.group(3) == null ? "" : done.group(3).trim();
        return Double.parseDouble(done.group(2)) * (unit.equals("M") ? 1e6 : unit.equals("k") ? 1e3 : 1);
    }

    private void killAndGoOn(final double normal) throws IOException, InterruptedException
    {
        final List<String> state = List.of("--state", "state", "--set", "execution.checkpointing.interval=1 s");
        final Path shown = folder.resolve("first.out");
        // A file, since a pipe is closed with the process, and what was in it is gone.
        final Process first = builder(state, "first.txt").redirectOutput(shown.toFile()).start();
        long last = -1;
        try (BufferedReader lines = Files.newBufferedReader(shown))
        {
            while (last < 2L * keys && first.isAlive())
            {
                final String line = lines.readLine();
                last = line == null ? last : Math.max(last, number(line));
                LockSupport.parkNanos(line == null ? POLL_NS : 0);
            }
            final long killedNs = System.nanoTime();
            first.destroyForcibly().waitFor();
            for (String line = lines.readLine(); line != null; line = lines.readLine())
            {
                last = Math.max(last, number(line));
            }
            goOn(state, killedNs, last, normal);
        }
    }

    private void goOn(final List<String> state, final long killedNs, final long last, final double normal)
        throws IOException, InterruptedException
    {
        final Process second = start(state, "second.txt");
        long firstNs = 0;
        long sinceNs = 0;
        long sinceRow = 0;
        long normalNs = 0;
        try (BufferedReader lines = second.inputReader(StandardCharsets.UTF_8))
        {
            for (String line = lines.readLine(); line != null; line = lines.readLine())
            {
                final long nowNs = System.nanoTime();
                final long row = number(line);
                if (row <= last)
                {
                    continue;
                }
                if (firstNs == 0)
                {
                    firstNs = nowNs;
                    sinceNs = nowNs;
                    sinceRow = row;
                }
                else if (nowNs - sinceNs >= SPAN_NS && normalNs == 0)
                {
                    final double rate = (row - sinceRow) * 1e9 / (nowNs - sinceNs);
                    normalNs = rate >= NORMAL * normal ? nowNs : 0;
                    sinceNs = nowNs;
                    sinceRow = row;
                }
            }
        }
        System.out.printf(Locale.ROOT, "%,d keys: first new result %.2f s after SIGKILL, %s; exit code %d%n", keys,
            (firstNs - killedNs) / 1e9, normalNs == 0 ? "90 % of the normal rate not seen" : String.format(Locale.ROOT,
                "90 %% of the normal rate after %.2f s", (normalNs - killedNs) / 1e9), second.waitFor());
    }

    private static long number(final String line)
    {
        final Matcher number = NUMBER.matcher(line);
        return number.find() ? Long.parseLong(number.group(1)) : -1;
    }
}
