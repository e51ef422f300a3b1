package io.millrace.node.job;

import io.millrace.engine.job.JobProgress;
import io.millrace.engine.job.NulledColumn;
import io.millrace.engine.job.StatementCounts;
import io.millrace.node.terminal.Numbers;
import io.millrace.node.terminal.TextTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * How a run ended.
 *
 * @param progress    of the job, over all its runs.
 * @param earlierRows rows of it that a checkpoint of an earlier run held.
 * @param nulled      columns some of whose values were read as NULL, since they did not fit.
 * @param sideFolder where its late and dead rows are.
 * @param isDeadKept whether dead rows are, or are counted alone.
 * @param violations what does not add up; empty where all does.
 */
public record Outcome(
    List<StatementCounts> counts, JobProgress progress, List<NulledColumn> nulled, long earlierRows, long elapsedNs,
    Path sideFolder, boolean isDeadKept, List<String> violations)
{
    /** The counts as a table. */
    public String table(final String indent)
    {
        return table(indent, counts, false);
    }

    /**
     * Counts as a table, with a column for dead results only where there are some.
     *
     * @param isCutShort whether the job ended with rows on their way, which then have a column too.
     */
    static String table(final String indent, final List<StatementCounts> counts, final boolean isCutShort)
    {
        final List<String> names =
            new ArrayList<>(List.of("statement", ">in", ">= filtered", ">+ applied", ">+ late", ">+ dead"));
        final boolean hasDeadResults = counts.stream().anyMatch((c) -> c.deadResults() > 0);
        if (isCutShort)
        {
            names.add(">+ on their way");
        }
        names.add(">results");
        if (hasDeadResults)
        {
            names.add(">dead results");
        }
        final TextTable table = new TextTable(indent, names.toArray(new String[0]));
        for (final StatementCounts count : counts)
        {
            final LongStream.Builder cells = LongStream.builder().add(count.in()).add(count.filtered())
                .add(count.applied()).add(count.late()).add(count.dead());
            if (isCutShort)
            {
                cells.add(count.onTheirWay());
            }
            cells.add(count.results());
            if (hasDeadResults)
            {
                cells.add(count.deadResults());
            }
            table.add(Stream.concat(Stream.of(count.name()), cells.build().mapToObj(Numbers::grouped))
                .toArray(String[]::new));
        }
        return table.toString();
    }

    /** What did not fit its column and was read as NULL, a line for each column; "" for nothing. */
    public String nulledValues()
    {
        return nulled.stream().map(column -> Numbers.counted(column.values(), "value") + " of " + column.table() +
            "." + column.column() + " did not fit " + column.type() + ", read as NULL")
            .collect(Collectors.joining("\n"));
    }

    /** Rows read in a second, of wall-clock time from the first poll to the last commit. */
    public double rowsPerSecond()
    {
        return elapsedNs == 0 ? 0 : (progress.rows() - earlierRows) * 1e9 / elapsedNs;
    }

    /** Whether late or dead rows are kept in the side folder. */
    public boolean hasKept()
    {
        return progress.late() + (isDeadKept ? progress.dead() : 0) > 0;
    }

    /** Why a statement that read rows gave no result, for each such statement. */
    public String silence()
    {
        final StringBuilder text = new StringBuilder();
        for (final StatementCounts count : counts)
        {
            if (count.results() > 0)
            {
                continue;
            }
            text.append(count.name()).append(" gave no result: ").append(reason(count)).append('\n');
        }
        return text.toString().stripTrailing();
    }

    private String reason(final StatementCounts count)
    {
        if (count.in() == 0)
        {
            return "no row was read.";
        }
        if (count.filtered() == count.in())
        {
            return "its WHERE let no row pass.";
        }
        if (count.applied() > 0)
        {
            return count.deadResults() == 0 ? "no result passed its HAVING, or its windows are still open." :
                Numbers.counted(count.deadResults(), "result") + " failed (" + whereDead() + ").";
        }
        final List<String> parts = new ArrayList<>();
        if (count.filtered() > 0)
        {
            parts.add(Numbers.counted(count.filtered(), "row") + " did not pass its WHERE");
        }
        if (count.late() > 0)
        {
            parts.add(Numbers.counted(count.late(), "row") + " came late, behind the close of the window");
        }
        if (count.dead() > 0)
        {
            parts.add(Numbers.counted(count.dead(), "row") +
                " could not be decoded or failed (" + whereDead() + ")");
        }
        return String.join(", ", parts) + ".";
    }

    private String whereDead()
    {
        return isDeadKept ? "kept in the dead-letter table" : "counted alone: error-handling.mode is ignore";
    }
}
