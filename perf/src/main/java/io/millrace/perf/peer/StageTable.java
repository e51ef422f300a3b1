package io.millrace.perf.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where a row's nanoseconds go: the central job cut down to ever less, each form a process of its own, in turns. A
 * stage is the difference between a form and the one before it, by processor time.
 */
public final class StageTable
{
    private static final List<Stage> STAGES = List.of(
        new Stage("source: copy, filter, sidecar, ring", "none", false),
        new Stage("window, key, hash, accumulate for three keys", "few", false),
        new Stage("state of 100 k keys; closing, encoding 92 k results a window", "count", false),
        new Stage("COUNT(DISTINCT page_url)", "written", false),
        new Stage("JSON to row", "none", true));

    private StageTable()
    {
    }

    private record Stage(String name, String form, boolean isJson)
    {
    }

    /** Runs it: rounds, then seconds of warm-up, then seconds measured. */
    public static void main(final String[] args) throws IOException, InterruptedException
    {
        final int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        final long warmMs = args.length > 1 ? 1000 * Long.parseLong(args[1]) : 5_000;
        final long measureMs = args.length > 2 ? 1000 * Long.parseLong(args[2]) : 5_000;
        final List<List<Double>> nanos = new ArrayList<>();
        STAGES.forEach(stage -> nanos.add(new ArrayList<>()));
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < STAGES.size(); i++)
            {
                final Stage stage = STAGES.get(i);
                final Outcome outcome = PeerProcess.millrace(stage.form()).run(
                    new Assignment("seed", "", stage.isJson(), 1 << 20, warmMs, measureMs, 0), 1);
                nanos.get(i).add(outcome.cpuNsPerRow());
            }
        }
        final StringBuilder table = new StringBuilder(
            "# ns of processor time a row, by stage\n\n| stage | ns a row |\n|---|---|\n");
        for (int i = 0; i < STAGES.size(); i++)
        {
            final List<Double> before = STAGES.get(i).isJson() ? nanos.get(0) : i == 0 ? List.of() : nanos.get(i - 1);
            final double[] differences = new double[rounds];
            for (int round = 0; round < rounds; round++)
            {
                differences[round] = nanos.get(i).get(round) - (before.isEmpty() ? 0 : before.get(round));
            }
            table.append("| ").append(STAGES.get(i).name()).append(" | ")
                .append(Spread.of(differences).text("%.1f")).append(" |\n");
        }
        final Machine machine = Machine.here();
        table.append(String.format(Locale.ROOT, "%nMedian (min–max) of %d interleaved rounds of the central job, " +
            "rows in memory, all agents on one pinned core, no durability. %s, %s; load %s; commit %s. Repeat: " +
            "`perf/run StageTable`.%n", rounds, machine.processor(), machine.java(), Machine.load(),
            machine.commit()));
        Files.writeString(Files.createDirectories(Path.of("perf/results")).resolve("stages.md"), table);
        System.out.println(table);
    }
}
