package io.millrace.perf.flink;

import io.millrace.perf.flink.OracleFile.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.TableException;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;

/**
 * Asks real Flink for the type and the values of aggregates, over a tumbling window of groups of input rows. A group
 * is a list of row numbers; rows of a group come in that order, so that sums of DOUBLE have one value.
 */
public final class AggregateOracle
{
    private static final int AGGREGATES_PER_JOB = 40;
    /** Row numbers of function-input.jsonl that make up each group: all, NULLs only, typical, extremes, small. */
    private static final int[][] GROUPS = {
        {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, {2}, {2, 2}, {1}, {1, 7, 13}, {4, 4}, {5, 5}, {4, 5}, {11, 11},
        {6, 7, 8, 9, 10}, {3, 12, 6}, {9, 9, 7, 7, 2}
    };

    private final StreamTableEnvironment tables;

    private AggregateOracle(final Path input)
    {
        tables = JudgeEnvironment.create();
        tables.executeSql("CREATE TEMPORARY TABLE input (g INT, " + FunctionOracle.COLUMNS +
            ", rt AS TIMESTAMP '2024-01-01 00:00:00', WATERMARK FOR rt AS rt) WITH ('connector'='filesystem','path'='" +
            input.toAbsolutePath() + "','format'='json')");
    }

    /** Writes the answers: {@code AggregateOracle AGGREGATES-OR-- INPUT OUTPUT}; {@code -} is the list kept here. */
    public static void main(final String[] args) throws Exception
    {
        final List<String> rows = Files.readAllLines(Path.of(args[1]));
        final Path grouped = Files.createTempFile("aggregate-input", ".jsonl");
        final List<String> heading = new ArrayList<>();
        heading.add("What Apache Flink 2.3.0 answers: aggregate, type, then one value for each group of rows.");
        final List<String> lines = new ArrayList<>();
        for (int group = 0; group < GROUPS.length; group++)
        {
            for (final int row : GROUPS[group])
            {
                lines.add("{\"g\":" + group + "," + rows.get(row - 1).substring(1));
            }
            heading.add("group " + Arrays.stream(GROUPS[group]).mapToObj(Integer::toString)
                .collect(Collectors.joining(" ")));
        }
        Files.write(grouped, lines);
        heading.add(FunctionOracle.COLUMNS.replaceAll("\\s+", " "));
        final List<Answer> answers = new AggregateOracle(grouped)
            .evaluate(OracleFile.expressions(args[0], "/oracle/aggregates.txt"));
        OracleFile.write(Path.of(args[2]), heading, answers);
        Files.delete(grouped);
        System.exit(0);
    }

    private List<Answer> evaluate(final List<String> expressions)
    {
        final List<Answer> answers = new ArrayList<>();
        for (final String expression : expressions)
        {
            try
            {
                answers.add(new Answer(expression, tables.sqlQuery(query(List.of(expression), "")).getResolvedSchema()
                    .getColumnDataTypes().get(1).getLogicalType().asSummaryString(), List.of()));
            }
            catch (final Exception | AssertionError e)
            {
                answers.add(Answer.refused(expression, e));
            }
        }
        final List<Integer> planned = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++)
        {
            if (!answers.get(i).isRefused())
            {
                planned.add(i);
            }
        }
        for (int from = 0; from < planned.size(); from += AGGREGATES_PER_JOB)
        {
            run(planned.subList(from, Math.min(planned.size(), from + AGGREGATES_PER_JOB)), answers);
        }
        return answers;
    }

    private static String query(final List<String> aggregates, final String where)
    {
        final StringBuilder query = new StringBuilder("SELECT g");
        for (int i = 0; i < aggregates.size(); i++)
        {
            query.append(", ").append(aggregates.get(i)).append(" AS c").append(i);
        }
        return query.append(" FROM TABLE(TUMBLE(TABLE input, DESCRIPTOR(rt), INTERVAL '1' HOUR))")
            .append(where).append(" GROUP BY g, window_start, window_end").toString();
    }

    /** Evaluates an aggregate that fails for some group, each group in a job of its own. */
    private Answer byGroup(final Answer answer)
    {
        final List<String> values = new ArrayList<>();
        for (int group = 0; group < GROUPS.length; group++)
        {
            final Table table = tables.sqlQuery(query(List.of(answer.expression()), " WHERE g = " + group));
            try
            {
                values.add(Rendering.text(JudgeEnvironment.rows(table).get(0).getField(1)));
            }
            catch (final Exception | AssertionError e)
            {
                values.add("ERROR:" + Rendering.root(e).getClass().getSimpleName());
            }
        }
        return new Answer(answer.expression(), answer.type(), values);
    }

    /** Evaluates aggregates in one job; when it fails, halves of them, down to the one that is at fault. */
    private void run(final List<Integer> indexes, final List<Answer> answers)
    {
        final TreeMap<Integer, Row> byGroup = new TreeMap<>();
        try
        {
            final Table table = tables.sqlQuery(
                query(indexes.stream().map((Integer i) -> answers.get(i).expression()).toList(), ""));
            JudgeEnvironment.rows(table).forEach((Row row) -> byGroup.put((Integer)row.getFieldAs(0), row));
        }
        catch (final Exception | AssertionError e)
        {
            if (indexes.size() == 1)
            {
                final Answer answer = answers.get(indexes.get(0));
                answers.set(indexes.get(0), Rendering.root(e) instanceof TableException
                    ? Answer.refused(answer.expression(), e) : byGroup(answer));
                return;
            }
            final int half = indexes.size() / 2;
            run(indexes.subList(0, half), answers);
            run(indexes.subList(half, indexes.size()), answers);
            return;
        }
        if (byGroup.size() != GROUPS.length)
        {
            throw new IllegalStateException("groups are missing: " + byGroup.keySet());
        }
        for (int i = 0; i < indexes.size(); i++)
        {
            final int column = i + 1;
            final Answer answer = answers.get(indexes.get(i));
            answers.set(indexes.get(i), new Answer(answer.expression(), answer.type(),
                byGroup.values().stream().map((Row row) -> Rendering.text(row.getField(column))).toList()));
        }
    }
}
