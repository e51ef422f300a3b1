package io.millrace.node.live;

import io.millrace.engine.connector.builtin.DisplayWidth;
import io.millrace.engine.live.LatencySummary;
import io.millrace.engine.live.LiveView;
import io.millrace.engine.live.LiveView.Instance;
import io.millrace.engine.live.Measure;
import io.millrace.engine.live.Measure.Group;
import io.millrace.engine.live.Stage;
import io.millrace.node.terminal.Numbers;
import io.millrace.node.terminal.TextTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job's counters as a page for people, no wider than it is told: where whole numbers are too wide they are shortened.
 */
final class LivePage
{
    private static final String NONE = "·";

    private final LiveArguments.Found found;
    private final LiveView now;
    private final @Nullable LiveView before;
    private final long nowMs;
    private final boolean isShort;
    private final List<String> lines = new ArrayList<>();

    private LivePage(
        final LiveArguments.Found found, final @Nullable LiveView before, final long nowMs, final boolean isShort)
    {
        this.found = found;
        now = found.view();
        this.before = before;
        this.nowMs = nowMs;
        this.isShort = isShort;
    }

    /**
     * The lines of a page.
     *
     * @param before what was read some time ago, for what happens in a second; null for none.
     * @param columns widest line.
     */
    static List<String> of(
        final LiveArguments.Found found, final @Nullable LiveView before, final long nowMs, final boolean hasLatency,
        final int columns)
    {
        final List<String> whole = new LivePage(found, before, nowMs, false).lines(hasLatency);
        if (whole.stream().allMatch(line -> DisplayWidth.of(line) <= columns))
        {
            return whole;
        }
        return new LivePage(found, before, nowMs, true).lines(hasLatency).stream()
            .map(line -> cut(line, columns)).toList();
    }

    private static String cut(final String line, final int columns)
    {
        if (DisplayWidth.of(line) <= columns)
        {
            return line;
        }
        int end = line.length();
        while (end > 0 && DisplayWidth.of(line.substring(0, end)) >= columns)
        {
            end = line.offsetByCodePoints(end, -1);
        }
        return line.substring(0, end) + "…";
    }

    private List<String> lines(final boolean hasLatency)
    {
        head();
        if (hasLatency)
        {
            latencies();
            return lines;
        }
        progress();
        errors();
        sources();
        statements();
        shards();
        logs();
        sinks();
        streams();
        return lines;
    }

    private void head()
    {
        final String age = Numbers.seconds((now.heartbeatMs() - now.startMs()) * 1_000_000);
        lines.add(now.job() + "  process " + now.processId() + "  " + switch (found.liveness())
        {
            case RUNNING -> "running for " + age;
            case SILENT -> "silent for " + since(now.heartbeatMs()) + ": stopped, or the machine has no time for it";
            case DEAD -> "dead since " + Numbers.time(now.heartbeatMs()) + " UTC, it had run for " + age;
            case ENDED -> "ended at " + Numbers.time(now.endMs()) + " UTC after " + age;
        });
    }

    private void sources()
    {
        final TextTable table =
            new TextTable("", "source", ">rows", ">rows/s", ">blocks/s", ">ring full/s", "watermark");
        now.group(Group.SOURCE).forEach((id, source) -> table.add(name(source.name()),
            count(source.get(Measure.SOURCE_ROWS)), rate(Group.SOURCE, id, Measure.SOURCE_ROWS),
            rate(Group.SOURCE, id, Measure.SOURCE_BLOCKS), rate(Group.SOURCE, id, Measure.SOURCE_REFUSED),
            Numbers.time(source.get(Measure.SOURCE_WATERMARK))));
        add(table);
    }

    private void statements()
    {
        final TextTable table = new TextTable(
            "", "statement", ">in", ">filtered", ">applied", ">late", ">dead", ">results", ">results/s");
        now.group(Group.STATEMENT).forEach((id, statement) -> table.add(
            name(statement.name().replaceFirst("^INSERT INTO ", "")),
            count(statement.get(Measure.STATEMENT_IN)), count(statement.get(Measure.STATEMENT_FILTERED)),
            count(statement.get(Measure.STATEMENT_APPLIED)), count(statement.get(Measure.STATEMENT_LATE)),
            count(statement.get(Measure.STATEMENT_DEAD) + statement.get(Measure.STATEMENT_DEAD_RESULTS)),
            count(statement.get(Measure.STATEMENT_RESULTS)), rate(Group.STATEMENT, id, Measure.STATEMENT_RESULTS)));
        add(table);
    }

    private void shards()
    {
        final TextTable table =
            new TextTable("", "shard", ">rows/s", ">keys", ">slots", ">state", ">closing", ">output full/s");
        now.group(Group.SHARD).forEach((id, shard) -> table.add(shard.name(),
            rate(Group.SHARD, id, Measure.SHARD_ROWS), count(shard.get(Measure.SHARD_KEYS)),
            count(shard.get(Measure.SHARD_SLOTS)), Numbers.bytes(shard.get(Measure.SHARD_STATE)),
            count(shard.get(Measure.SHARD_CLOSING)), rate(Group.SHARD, id, Measure.SHARD_REFUSED)));
        add(table);
    }

    private void sinks()
    {
        final boolean hasCommits = now.group(Group.SINK).values().stream()
            .anyMatch(sink -> sink.values().containsKey(Measure.SINK_COMMITS));
        final TextTable table = hasCommits ?
            new TextTable("", "sink", ">backlog", ">commits", ">failures", ">retries") :
            new TextTable("", "sink", ">backlog");
        now.group(Group.SINK).forEach((id, sink) ->
        {
            final String backlog = Numbers.bytes(sink.get(Measure.SINK_BACKLOG));
            if (hasCommits)
            {
                table.add(name(sink.name()), backlog, count(sink.get(Measure.SINK_COMMITS)),
                    count(sink.get(Measure.SINK_FAILURES)), count(sink.get(Measure.SINK_RETRIES)));
            }
            else
            {
                table.add(name(sink.name()), backlog);
            }
        });
        add(table);
    }

    /** Only where there are any: publishers and subscribers, what was lost, and whether the other side holds up. */
    private void streams()
    {
        if (now.group(Group.STREAM).isEmpty())
        {
            return;
        }
        final TextTable table = new TextTable("", "stream", ">connected", ">missed", ">repeated", ">foreign",
            ">refused", ">reconnects", ">sent/s", ">dropped", ">back pressure/s");
        now.group(Group.STREAM).forEach((id, stream) -> table.add(name(stream.name()),
            count(stream.get(Measure.STREAM_CONNECTED)), count(stream.get(Measure.STREAM_MISSED)),
            count(stream.get(Measure.STREAM_REPEATED)), count(stream.get(Measure.STREAM_FOREIGN)),
            count(stream.get(Measure.STREAM_REFUSED)), count(stream.get(Measure.STREAM_RECONNECTS)),
            rate(Group.STREAM, id, Measure.STREAM_SENT), count(stream.get(Measure.STREAM_DROPPED)),
            rate(Group.STREAM, id, Measure.STREAM_BACK_PRESSURED)));
        add(table);
    }

    private void progress()
    {
        final StringBuilder line = new StringBuilder("ring ").append(now.get(Measure.RING_USED)).append(" of ")
            .append(now.get(Measure.RING_CAPACITY)).append(" blocks used");
        if (!now.group(Group.CHECKPOINT).isEmpty())
        {
            final long time = now.get(Measure.CHECKPOINT_TIME);
            line.append("; checkpoint ").append(time == 0 ? "none by this run" :
                now.get(Measure.CHECKPOINT_ID) + " " + since(time) + " ago, took " +
                Numbers.seconds(now.get(Measure.CHECKPOINT_DURATION)) + ", " +
                Numbers.bytes(now.get(Measure.CHECKPOINT_BYTES)))
                .append(", ").append(now.get(Measure.CHECKPOINT_FAILED)).append(" failed");
        }
        lines.add(line.toString());
    }

    private void logs()
    {
        final TextTable table =
            new TextTable("", "log", ">written", ">bytes/s", ">kept", ">not committed", ">full/s");
        if (!now.group(Group.JOURNAL).isEmpty())
        {
            log(table, Group.JOURNAL, Measure.JOURNAL_BYTES, Measure.JOURNAL_COMMITTED, Measure.JOURNAL_BEGIN,
                Measure.JOURNAL_REFUSED);
        }
        log(table, Group.OUTPUT, Measure.OUTPUT_BYTES, Measure.OUTPUT_COMMITTED, Measure.OUTPUT_BEGIN,
            Measure.OUTPUT_REFUSED);
        add(table);
    }

    private void log(
        final TextTable table, final Group group, final Measure end, final Measure committed, final Measure begin,
        final Measure refused)
    {
        final double perSecond = perSecond(group, 0, end);
        table.add(group.key(), Numbers.bytes(now.get(end)),
            perSecond < 0 ? NONE : Numbers.bytes((long)perSecond), Numbers.bytes(now.get(end) - now.get(begin)),
            Numbers.bytes(now.get(end) - now.get(committed)), rate(group, 0, refused));
    }

    private void errors()
    {
        final long times = now.errors().stream().mapToLong(LiveView.SeenError::count).sum();
        if (times > 0)
        {
            final LiveView.SeenError last = now.errors().stream()
                .max(Comparator.comparingLong(LiveView.SeenError::lastMs)).orElseThrow();
            lines.add(count(times) + (times == 1 ? " error" : " errors") + " of " + now.errors().size() +
                (now.errors().size() == 1 ? " kind" : " kinds") + ", the last " + since(last.lastMs()) + " ago: " +
                last.text().lines().findFirst().orElse(""));
        }
    }

    private void latencies()
    {
        latencies("in all", LatencySummary.of(now));
        if (before != null)
        {
            latencies("last " + Numbers.seconds((now.heartbeatMs() - before.heartbeatMs()) * 1_000_000),
                LatencySummary.between(before, now));
        }
    }

    private void latencies(final String when, final List<LatencySummary> summaries)
    {
        add(table(String.format("%-10s", when), summaries));
    }

    /** The stages' latencies as a table. */
    static TextTable table(final String when, final List<LatencySummary> summaries)
    {
        final TextTable table =
            new TextTable("", when, "of", ">blocks", ">p50", ">p90", ">p99", ">p99.9", ">max");
        for (final Stage stage : Stage.values())
        {
            for (final LatencySummary summary : summaries)
            {
                if (summary.stage() == stage)
                {
                    final boolean isSeen = summary.count() > 0;
                    table.add(stage.key(), name(summary.name()), shortened(summary.count()),
                        isSeen ? Numbers.duration(summary.p50Ns()) : NONE,
                        isSeen ? Numbers.duration(summary.p90Ns()) : NONE,
                        isSeen ? Numbers.duration(summary.p99Ns()) : NONE,
                        isSeen ? Numbers.duration(summary.p999Ns()) : NONE,
                        isSeen ? Numbers.duration(summary.maxNs()) : NONE);
                }
            }
        }
        return table;
    }

    /** A table without its rule: a screen has few lines. */
    private void add(final TextTable table)
    {
        final List<String> rows = table.toString().lines().toList();
        lines.add("");
        lines.add(rows.get(0));
        lines.addAll(rows.subList(2, rows.size()));
    }

    private String count(final long value)
    {
        return isShort ? shortened(value) : Numbers.grouped(value);
    }

    private static String shortened(final long value)
    {
        return value < 100_000 ? Numbers.grouped(value) : Numbers.rate(value);
    }

    private static String name(final String name)
    {
        return name.length() <= 20 ? name : name.substring(0, 19) + "…";
    }

    private String since(final long ms)
    {
        return Numbers.seconds(Math.max(0, nowMs - ms) * 1_000_000);
    }

    private String rate(final Group group, final int id, final Measure measure)
    {
        final double perSecond = perSecond(group, id, measure);
        return perSecond < 0 ? NONE : Numbers.rate(perSecond);
    }

    /** How much more in a second; −1 where that can't be told. */
    private double perSecond(final Group group, final int id, final Measure measure)
    {
        final LiveView earlier = before;
        if (earlier == null || earlier.startMs() != now.startMs() || now.heartbeatMs() <= earlier.heartbeatMs())
        {
            return -1;
        }
        final Map<Integer, Instance> instances = earlier.group(group);
        final Instance was = instances.get(id);
        final Instance is = now.group(group).get(id);
        return was == null || is == null ? -1 :
            (is.get(measure) - was.get(measure)) * 1000.0 / (now.heartbeatMs() - earlier.heartbeatMs());
    }
}
