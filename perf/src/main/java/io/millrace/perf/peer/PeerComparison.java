package io.millrace.perf.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures Millrace and Flink in turns on the same rows, checks that their answers agree, and writes the ratios with
 * their spread. A ratio is taken within each round, so that what the machine did meanwhile weighs on both alike.
 */
public final class PeerComparison
{
    private static final String GUARANTEE = "no durability: in-memory log";
    private static final String USAGE = "usage: PeerComparison [workload=seed] [input=memory|json] [rounds=3] " +
        "[warm=12] [measure=20] [pool=1048576] [core=1] [out=FOLDER]   (warm and measure in seconds)";

    private final Map<String, String> options;
    private final String name;
    private final Assignment assignment;
    private final List<PeerProcess> peers;
    private final Map<String, List<Outcome>> outcomes = new LinkedHashMap<>();
    private final List<String> loads = new ArrayList<>();

    private PeerComparison(final Map<String, String> options)
    {
        this.options = options;
        final boolean isJson = option("input", "memory").equals("json");
        assignment = new Assignment(option("workload", "seed"), "", isJson,
            Integer.parseInt(option("pool", "1048576")), 1000 * Long.parseLong(option("warm", "12")),
            1000 * Long.parseLong(option("measure", "20")));
        name = assignment.workload() + (isJson ? "-json" : "-memory");
        peers = List.of(
            PeerProcess.flink("written"), PeerProcess.flink("tvf"), PeerProcess.millrace("written"));
        peers.forEach(peer -> outcomes.put(peer.name(), new ArrayList<>()));
    }

    /** Runs it; arguments are {@code key=value}. */
    public static void main(final String[] args) throws IOException, InterruptedException
    {
        final Map<String, String> options = new LinkedHashMap<>();
        for (final String arg : args)
        {
            final int equals = arg.indexOf('=');
            if (equals < 0)
            {
                System.err.println(USAGE);
                System.exit(2);
            }
            options.put(arg.substring(0, equals), arg.substring(equals + 1));
        }
        final boolean isAgreed = new PeerComparison(options).run();
        System.exit(isAgreed ? 0 : 1);
    }

    private String option(final String key, final String otherwise)
    {
        return options.getOrDefault(key, otherwise);
    }

    private boolean run() throws IOException, InterruptedException
    {
        final int rounds = Integer.parseInt(option("rounds", "3"));
        final int core = Integer.parseInt(option("core", "1"));
        boolean isAgreed = true;
        for (int round = 1; round <= rounds; round++)
        {
            loads.add(Machine.load());
            for (final PeerProcess peer : peers)
            {
                final Outcome outcome = peer.run(assignment, core);
                outcomes(peer.name()).add(outcome);
                System.out.printf(Locale.ROOT, "round %d %-14s %,12.0f rows/s, %8.1f ns of processor a row, " +
                    "gc %.1f %%, %d windows%n", round, peer.name(), outcome.rowsPerSecond(), outcome.cpuNsPerRow(),
                    outcome.gcMs() * 1e8 / outcome.tookNs(), outcome.windows().size());
            }
            isAgreed &= isAgreed(round);
        }
        final Path folder = Files.createDirectories(Path.of(option("out", "perf/results")));
        final Machine machine = Machine.here();
        Files.writeString(folder.resolve(name + ".json"), json(machine, isAgreed));
        final String table = markdown(machine, isAgreed);
        Files.writeString(folder.resolve(name + ".md"), table);
        System.out.println(table);
        return isAgreed;
    }

    private List<Outcome> outcomes(final String peer)
    {
        return outcomes.getOrDefault(peer, new ArrayList<>());
    }

    /** Whether all peers gave the same results for the windows that each of them completed. */
    private boolean isAgreed(final int round)
    {
        final Map<Long, Outcome.Answer> first = outcomes(peers.get(0).name()).get(round - 1).windows();
        boolean isAgreed = true;
        for (final PeerProcess peer : peers.subList(1, peers.size()))
        {
            final Map<Long, Outcome.Answer> other = outcomes(peer.name()).get(round - 1).windows();
            final int complete = Math.min(first.size(), other.size()) - 2;
            final List<Long> starts = first.keySet().stream().limit(Math.max(0, complete)).toList();
            long rows = 0;
            for (final Long start : starts)
            {
                final Outcome.Answer answer = first.get(start);
                isAgreed &= answer != null && answer.equals(other.get(start));
                rows += answer == null ? 0 : answer.rows();
            }
            isAgreed &= complete > 0;
            System.out.printf("round %d %s and %s: %d windows, %d results, %s%n", round, peers.get(0).name(),
                peer.name(), starts.size(), rows, isAgreed ? "equal" : "DIFFERENT");
        }
        return isAgreed;
    }

    private Spread rate(final String peer)
    {
        return Spread.of(outcomes(peer).stream().mapToDouble(Outcome::rowsPerSecond).toArray());
    }

    private Spread nanos(final String peer)
    {
        return Spread.of(outcomes(peer).stream().mapToDouble(Outcome::cpuNsPerRow).toArray());
    }

    private Spread ratio(final String peer, final boolean isCpu)
    {
        final double[] ratios = new double[outcomes("millrace").size()];
        for (int i = 0; i < ratios.length; i++)
        {
            final Outcome ours = outcomes("millrace").get(i);
            final Outcome other = outcomes(peer).get(i);
            ratios[i] = isCpu ? other.cpuNsPerRow() / ours.cpuNsPerRow() :
                ours.rowsPerSecond() / other.rowsPerSecond();
        }
        return Spread.of(ratios);
    }

    private String markdown(final Machine machine, final boolean isAgreed)
    {
        final StringBuilder text = new StringBuilder("# " + name + "\n\n");
        text.append("| engine | rows/s | ns of processor a row | Millrace is faster by | by processor time |\n")
            .append("|---|---|---|---|---|\n");
        for (final PeerProcess peer : peers)
        {
            final boolean isOurs = peer.name().equals("millrace");
            text.append("| ").append(peer.name()).append(" | ").append(rate(peer.name()).text("%,.0f"))
                .append(" | ").append(nanos(peer.name()).text("%,.1f")).append(" | ")
                .append(isOurs ? "" : ratio(peer.name(), false).text("%.1f")).append(" | ")
                .append(isOurs ? "" : ratio(peer.name(), true).text("%.1f")).append(" |\n");
        }
        text.append("\nMedian (min–max) of ").append(loads.size()).append(" interleaved rounds, one pinned core, ")
            .append(assignment.warmMs() / 1000).append(" s warm-up and ").append(assignment.measureMs() / 1000)
            .append(" s measured, windows of ").append(assignment.poolRows()).append(" rows. Rows: ")
            .append(assignment.isJson() ? "JSON lines in memory" : "in memory, in each engine's own form")
            .append("; results encoded as JSON and dropped. Answers ").append(isAgreed ? "agree" : "DIFFER")
            .append(" by window. Guarantee: ").append(GUARANTEE).append(".\n\n").append(machine.processor())
            .append(", ").append(machine.cores()).append(" cores, ").append(machine.memoryGib()).append(" GiB, ")
            .append(machine.kernel()).append(", ").append(machine.java()).append("; load before each round ")
            .append(String.join(", ", loads)).append("; commit ").append(machine.commit())
            .append(". Repeat: see perf/README.md.\n");
        return text.toString();
    }

    private String json(final Machine machine, final boolean isAgreed)
    {
        final StringBuilder text = new StringBuilder("{\"name\":\"" + name + "\",\"agree\":" + isAgreed +
            ",\"guarantee\":\"" + GUARANTEE + "\",\"warmMs\":" + assignment.warmMs() + ",\"measureMs\":" +
            assignment.measureMs() + ",\"poolRows\":" + assignment.poolRows() + ",\"machine\":{\"processor\":\"" +
            machine.processor() + "\",\"cores\":" + machine.cores() + ",\"memoryGib\":" + machine.memoryGib() +
            ",\"kernel\":\"" + machine.kernel() + "\",\"java\":\"" + machine.java() + "\"},\"commit\":\"" +
            machine.commit() + "\",\"load\":[" + String.join(",", loads) + "],\"peers\":{");
        String comma = "";
        for (final PeerProcess peer : peers)
        {
            text.append(comma).append("\n  \"").append(peer.name()).append("\":{\"rowsPerSecond\":")
                .append(rate(peer.name()).json()).append(",\"cpuNsPerRow\":").append(nanos(peer.name()).json())
                .append(",\"millraceFasterBy\":").append(ratio(peer.name(), false).json())
                .append(",\"byCpu\":").append(ratio(peer.name(), true).json()).append(",\"runs\":[");
            String between = "";
            for (final Outcome outcome : outcomes(peer.name()))
            {
                text.append(between).append("{\"rows\":").append(outcome.measuredRows()).append(",\"ns\":")
                    .append(outcome.tookNs()).append(",\"cpuNs\":").append(outcome.cpuNs()).append(",\"gcMs\":")
                    .append(outcome.gcMs()).append('}');
                between = ",";
            }
            text.append("]}");
            comma = ",";
        }
        return text.append("}}\n").toString();
    }
}
