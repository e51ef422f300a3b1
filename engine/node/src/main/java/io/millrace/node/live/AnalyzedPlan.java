package io.millrace.node.live;

import io.millrace.engine.live.LatencySummary;
import io.millrace.engine.live.LiveView;
import io.millrace.engine.live.LiveView.Instance;
import io.millrace.engine.live.Measure;
import io.millrace.engine.live.Measure.Group;
import io.millrace.node.terminal.Numbers;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tree of a running job with what each of its operators has done, and how long blocks take. */
public final class AnalyzedPlan
{
    private static final Pattern LINE =
        Pattern.compile("(\\s*)(?:└ )?(INSERT INTO|project|filter|window|scan|TABLE)\\b.*");
    private static final Pattern TABLE = Pattern.compile("TABLE (.+) \\(.*");
    private static final String DONE = "⇒ ";

    private final LiveView view;
    private final StringBuilder text = new StringBuilder();
    private int statement = -1;

    private AnalyzedPlan(final LiveView view)
    {
        this.view = view;
    }

    public static String of(final LiveArguments.Found found)
    {
        final AnalyzedPlan plan = new AnalyzedPlan(found.view());
        final String age = Numbers.seconds((found.view().heartbeatMs() - found.view().startMs()) * 1_000_000);
        plan.text.append("-- ").append(found.view().job()).append(", process ").append(found.view().processId())
            .append(", ").append(found.liveness().key()).append(", ").append(age).append(" after its start\n");
        if (found.view().plan().isBlank())
        {
            plan.text.append("-- it shows no plan\n");
        }
        found.view().plan().lines().forEach(plan::line);
        return plan.text.append('\n')
            .append(LivePage.table("latency", LatencySummary.of(found.view()))).toString();
    }

    private void line(final String line)
    {
        text.append(line).append('\n');
        final Matcher matcher = LINE.matcher(line);
        if (!matcher.matches())
        {
            return;
        }
        final String indent = matcher.group(1);
        if (matcher.group(2).equals("INSERT INTO") && indent.isEmpty())
        {
            statement++;
        }
        final Instance of = view.group(Group.STATEMENT).get(statement);
        final String done = matcher.group(2).equals("TABLE") ? table(line) : of == null ? "" : switch (matcher.group(2))
        {
            case "INSERT INTO" -> count(of, Measure.STATEMENT_RESULTS, "handed over");
            case "project" -> count(of, Measure.STATEMENT_MADE, "made") + ", " +
                count(of, Measure.STATEMENT_DEAD_RESULTS, "failed");
            case "filter" -> count(of, Measure.STATEMENT_FILTERED, "did not pass");
            case "window" -> count(of, Measure.STATEMENT_APPLIED, "applied") + ", " +
                count(of, Measure.STATEMENT_LATE, "late") + ", state of the job " + Numbers.bytes(state());
            case "scan" -> count(of, Measure.STATEMENT_IN, "read") + ", " + count(of, Measure.STATEMENT_DEAD, "dead");
            default -> "";
        };
        if (!done.isEmpty())
        {
            text.append(indent).append("    ").append(DONE).append(done).append('\n');
        }
    }

    private String table(final String line)
    {
        final Matcher name = TABLE.matcher(line);
        if (!name.matches())
        {
            return "";
        }
        for (final Map.Entry<Integer, Instance> entry : view.group(Group.SOURCE).entrySet())
        {
            final Instance source = entry.getValue();
            if (source.name().equals(name.group(1)))
            {
                return count(source, Measure.SOURCE_ROWS, "rows in ") +
                    Numbers.grouped(source.get(Measure.SOURCE_BLOCKS)) + " blocks, " +
                    count(source, Measure.SOURCE_DEAD, "dead") + ", watermark " +
                    Numbers.time(source.get(Measure.SOURCE_WATERMARK));
            }
        }
        return "";
    }

    private long state()
    {
        return view.group(Group.SHARD).values().stream().mapToLong(shard -> shard.get(Measure.SHARD_STATE)).sum();
    }

    private static String count(final Instance instance, final Measure measure, final String what)
    {
        return Numbers.grouped(instance.get(measure)) + " " + what;
    }
}
