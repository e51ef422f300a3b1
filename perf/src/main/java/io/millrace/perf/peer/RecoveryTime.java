package io.millrace.perf.peer;

import io.millrace.perf.workload.RecoveryRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * From SIGKILL to the first correct new result, and to 90 % of the normal rate: Millrace and Flink, each with the same
 * keys live, under full load, killed at random and started again at once. Results are appended to
 * {@code perf/results/recovery.md}.
 */
public final class RecoveryTime
{
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int FEW_KEYS = 1_000_000;

    private final Map<String, String> options;
    private final int keys;
    private final String interval;
    private final Path folder;
    private final Random random;
    private final StringBuilder table = new StringBuilder();
    /** What our processes said of their ways back. */
    private final StringBuilder said = new StringBuilder();
    private int failures;

    private RecoveryTime(final Map<String, String> options, final int keys) throws IOException
    {
        this.options = options;
        this.keys = keys;
        interval = options.getOrDefault("interval", "1 s");
        folder = Files.createTempDirectory("millrace-recovery");
        final long seed = Long.parseLong(options.getOrDefault("seed", Long.toString(System.nanoTime() >>> 1)));
        random = new Random(seed);
        System.out.println("seed=" + seed + ", " + folder);
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
                System.err.println("usage: RecoveryTime [keys=1000000,10000000] [rows=N] [rounds=5] [interval='1 s'] " +
                    "[flink.rows=N] [flink.rounds=3] [flink.heap=6g] [flink.rocksdb=MEMORY] [seed=N]");
                System.exit(2);
            }
            options.put(parts[0], parts[1]);
        }
        boolean isRight = true;
        for (final String keys : options.getOrDefault("keys", "1000000,10000000").split(","))
        {
            isRight &= new RecoveryTime(options, Integer.parseInt(keys)).run();
        }
        System.exit(isRight ? 0 : 1);
    }

    private int number(final String name, final int usual)
    {
        return Integer.parseInt(options.getOrDefault(name, Integer.toString(usual)));
    }

    /** Whether every round gave every answer; what went well of the others is written all the same. */
    private boolean run() throws IOException, InterruptedException
    {
        final boolean isFew = keys <= FEW_KEYS;
        final Machine machine = Machine.here();
        final String load = Machine.load();
        System.out.println(machine + ", load " + load);
        try
        {
            final RecoveryRows rows = new RecoveryRows(keys, number("rows", isFew ? 20 * keys : 8 * keys));
            final Path input = folder.resolve("input.jsonl");
            rows.write(input);
            final List<RecoveryRun.Result> ours = new ArrayList<>();
            for (int round = 0; round < number("rounds", isFew ? 5 : 3); round++)
            {
                round(RecoveryPeer.millrace(folder.resolve("millrace-" + round), rows, input, interval), ours);
            }
            add("Millrace", ours);
            Files.delete(input);
            final RecoveryRows fewer = new RecoveryRows(keys, number("flink.rows", isFew ? 5 * keys : 2 * keys));
            final List<RecoveryRun.Result> flinks = new ArrayList<>();
            final String rocksdb = options.getOrDefault("flink.rocksdb", isFew ? "" : "6g");
            for (int round = 0; round < number("flink.rounds", isFew ? 3 : 1); round++)
            {
                round(RecoveryPeer.flink(folder.resolve("flink-" + round), fewer,
                    interval, options.getOrDefault("flink.heap", "6g"), rocksdb), flinks);
            }
            add("Flink 2.3, " + (rocksdb.isEmpty() ? "heap" : "RocksDB"), flinks);
            write(machine, load);
            return failures == 0;
        }
        finally
        {
            if (failures == 0)
            {
                Folders.delete(folder);
            }
        }
    }

    private void round(final RecoveryPeer peer, final List<RecoveryRun.Result> results)
        throws IOException, InterruptedException
    {
        final RecoveryRun.Result result;
        try
        {
            result = new RecoveryRun(peer).run(random, SECOND_NS);
        }
        catch (final IOException e)
        {
            failures++;
            System.out.println("failed, its files stay in " + peer.folder() + ": " + e.getMessage());
            return;
        }
        results.add(result);
        System.out.printf(Locale.ROOT, "%s, load %s: killed after %,d rows at %,.0f rows/s, %,d MB restored; first " +
            "new result %.2f s, 90 %% of the rate %.2f s; all results right%n", peer.name(), Machine.load(),
            result.rowsAtKill(), result.rate(), result.bytes() / 1_000_000, result.firstNs() / 1e9,
            result.normalNs() / 1e9);
        if (!result.said().isEmpty())
        {
            System.out.println("  " + result.said());
        }
        said.append(result.said().isEmpty() ? "" : "    " + result.said() + "\n");
        Folders.delete(peer.folder());
    }

    private void add(final String name, final List<RecoveryRun.Result> results)
    {
        if (results.isEmpty())
        {
            return;
        }
        final double[] normal = results.stream().filter(result -> result.normalNs() >= 0)
            .mapToDouble(result -> result.normalNs() / 1e9).toArray();
        table.append(String.format(Locale.ROOT, "| %s | %,d | %d | %s | %s | %s | %s |%n", name, keys, results.size(),
            Spread.of(results.stream().mapToDouble(result -> result.bytes() / 1e6).toArray()).text("%.0f"),
            Spread.of(results.stream().mapToDouble(result -> result.firstNs() / 1e9).toArray()).text("%.2f"),
            normal.length == results.size() ? Spread.of(normal).text("%.2f") : "not seen each time",
            Spread.of(results.stream().mapToDouble(result -> result.rate() / 1e3).toArray()).text("%.0f")));
    }

    private void write(final Machine machine, final String load) throws IOException
    {
        final String text = String.format(Locale.ROOT, """

            ## %,d keys, checkpoints each %s

            | | keys | rounds | MB restored | s to the first new result | s to 90 %% of the rate | k rows/s before |
            |---|---|---|---|---|---|---|
            %s%s
            %s%s, %d cores, %d GiB, %s, %s, commit %s; load %s at the beginning, %s at the end.
            """, keys, interval, table,
            said.isEmpty() ? "" : "\nWhat Millrace said of each way back:\n\n" + said,
            failures == 0 ? "" : failures + " ROUNDS FAILED. ", machine.processor(), machine.cores(),
            machine.memoryGib(), machine.kernel(), machine.java(), machine.commit(), load, Machine.load());
        System.out.println(text);
        final Path results = Path.of("perf/results/recovery.md");
        final String before = Files.exists(results) ? Files.readString(results) : "";
        final int same = before.indexOf(text.substring(0, text.indexOf('\n', 1) + 1));
        final int next = same < 0 ? -1 : before.indexOf("\n## ", same + 1);
        Files.writeString(results, same < 0 ? before + text :
            before.substring(0, same) + text + (next < 0 ? "" : before.substring(next)));
    }
}
