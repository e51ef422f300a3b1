package io.millrace.perf.millrace;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.kernel.Projector;
import io.millrace.engine.plan.JobPlan;
import io.millrace.sql.FlinkOutcomesFixture;
import io.millrace.sql.SqlFrontEnd;
import io.millrace.sql.compile.JobCompiler;
import io.millrace.sql.logical.Compilation;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Compares what Millrace makes of expressions with what the oracle of functions wrote: the same ones are refused, and
 * of the rest every row's value is the same. Prints a line for each expression that differs.
 */
public final class ExpressionJudge
{
    private static final int TOGETHER = 20;
    private static final int CAPACITY = 1 << 20;
    private static final String ERROR = "ERROR";

    private final SqlFrontEnd frontEnd = new SqlFrontEnd(ConnectorCatalogue.load());
    private final String columns;
    private final List<String> rows;
    private final long out = Memory.allocate(CAPACITY);
    private int held;
    private int refused;
    private int differing;

    private ExpressionJudge(final String columns, final List<String> rows)
    {
        this.columns = columns;
        this.rows = rows;
    }

    /** An expression with Flink's type and values; {@code type} says why where it was refused. */
    private record Answer(String expression, String type, List<String> values)
    {
        static Answer of(final String line)
        {
            final String[] parts = line.split("\t", -1);
            return new Answer(parts[0], parts[1], List.of(parts).subList(2, parts.length));
        }

        boolean isRefused()
        {
            return type.startsWith("REFUSED:") || type.startsWith("FAILED:");
        }

        boolean hasError()
        {
            return values.stream().anyMatch((String value) -> value.startsWith(ERROR));
        }
    }

    /** {@code ExpressionJudge ANSWERS ROWS}: what the oracle wrote and what it read. */
    public static void main(final String[] args) throws Exception
    {
        final List<String> lines = Files.readAllLines(Path.of(args[0]));
        final ExpressionJudge judge =
            new ExpressionJudge(lines.get(1).substring(2), Files.readAllLines(Path.of(args[1])));
        final List<Answer> together = new ArrayList<>();
        for (final String line : lines)
        {
            if (line.startsWith("#"))
            {
                continue;
            }
            final Answer answer = Answer.of(line);
            if (answer.type().contains("INTERVAL") || answer.type().startsWith("FAILED:"))
            {
                continue; // No column holds an interval; what Flink plans and can't run is Flink's fault.
            }
            if (answer.isRefused())
            {
                judge.refusal(answer);
            }
            else if (answer.hasError())
            {
                judge.judge(List.of(answer));
            }
            else
            {
                together.add(answer);
                if (together.size() == TOGETHER)
                {
                    judge.judge(List.copyOf(together));
                    together.clear();
                }
            }
        }
        judge.judge(List.copyOf(together));
        System.out.println(judge.held + " hold, " + judge.refused + " are refused by both, " + judge.differing +
            " differ");
        System.exit(judge.differing == 0 ? 0 : 1);
    }

    private void differ(final Answer answer, final String how)
    {
        differing++;
        System.out.println("DIFF\t" + answer.expression() + "\t" + answer.type() + "\t" + how);
    }

    /** What Flink refuses is refused here too. */
    private void refusal(final Answer answer)
    {
        final Object plan = plan(List.of(answer));
        if (plan instanceof JobPlan)
        {
            differ(answer, "accepted");
        }
        else
        {
            refused++;
        }
    }

    /** The plan, or why there is none. */
    private Object plan(final List<Answer> answers)
    {
        final StringBuilder sink = new StringBuilder();
        final StringBuilder select = new StringBuilder();
        for (int i = 0; i < answers.size(); i++)
        {
            final String type = answers.get(i).isRefused() ? "STRING" : answers.get(i).type();
            sink.append(i == 0 ? "" : ", ").append('c').append(i).append(' ').append(type.replace(" NOT NULL", ""));
            select.append(i == 0 ? "" : ", ").append(answers.get(i).isRefused() ?
                "CAST(" + answers.get(i).expression() + " AS STRING)" : answers.get(i).expression());
        }
        final String sql = "CREATE TABLE t (" + columns + ") WITH ('connector'='stdin','format'='json');\n" +
            "CREATE TABLE o (" + sink + ") WITH ('connector'='blackhole');\nINSERT INTO o SELECT " + select +
            " FROM t;";
        final Compilation compilation = frontEnd.compile(sql, Map.of());
        if (compilation.job() == null)
        {
            return "refused " + compilation.diagnostics().get(0).message();
        }
        try
        {
            return JobCompiler.compile("search", compilation.job());
        }
        catch (final RuntimeException e)
        {
            return "no code " + e;
        }
    }

    private void judge(final List<Answer> answers)
    {
        if (answers.isEmpty())
        {
            return;
        }
        final Object plan = plan(answers);
        final @Nullable List<List<String>> values = plan instanceof JobPlan job ? values(job, answers.size()) : null;
        if (values == null || answers.size() > 1 && values.stream().anyMatch((List<String> row) -> row.contains(ERROR)))
        {
            if (answers.size() > 1)
            {
                answers.forEach((Answer answer) -> judge(List.of(answer)));
            }
            else
            {
                differ(answers.get(0), plan.toString());
            }
            return;
        }
        for (int i = 0; i < answers.size(); i++)
        {
            compare(answers.get(i), i, values);
        }
    }

    private List<List<String>> values(final JobPlan plan, final int count)
    {
        final RowLayout layout = plan.sinks().get(0).layout();
        final List<Long> inputs = FlinkOutcomesFixture.rows(plan.tables().get(0), rows);
        final List<List<String>> values = new ArrayList<>();
        final Projector projector = Objects.requireNonNull(plan.pipelines().get(0).projector()).get();
        for (final long row : inputs)
        {
            final int length = projector.project(row, out, CAPACITY);
            final List<String> answer = new ArrayList<>();
            for (int i = 0; i < count; i++)
            {
                answer.add(length < 0 ? ERROR : FlinkOutcomesFixture.value(layout, layout.columns().get(i), out));
            }
            values.add(answer);
        }
        projector.close();
        inputs.forEach((Long input) -> Memory.free(input));
        return values;
    }

    private void compare(final Answer answer, final int index, final List<List<String>> values)
    {
        final List<String> wrong = new ArrayList<>();
        for (int row = 0; row < values.size(); row++)
        {
            final String expected = answer.values().get(row);
            final String actual = values.get(row).get(index);
            if (!isSame(answer.type(), expected, actual))
            {
                wrong.add("row " + row + " Flink " + expected + " Millrace " + actual);
            }
        }
        if (wrong.isEmpty())
        {
            held++;
        }
        else
        {
            differ(answer, wrong.size() + " rows: " + String.join("; ", wrong.subList(0, Math.min(3, wrong.size()))));
        }
    }

    private static boolean isSame(final String type, final String expected, final String actual)
    {
        if (expected.startsWith(ERROR) || actual.startsWith(ERROR))
        {
            return expected.startsWith(ERROR) && actual.startsWith(ERROR);
        }
        final boolean areValues = !"null".equals(expected) && !"null".equals(actual);
        if (type.startsWith("DECIMAL") && areValues)
        {
            return new BigDecimal(expected).compareTo(new BigDecimal(actual)) == 0;
        }
        if (type.startsWith("FLOAT") && areValues)
        {
            return Float.compare(Float.parseFloat(expected), Float.parseFloat(actual)) == 0;
        }
        if (type.startsWith("DOUBLE") && areValues)
        {
            return Double.compare(Double.parseDouble(expected), Double.parseDouble(actual)) == 0;
        }
        if (type.startsWith("TIMESTAMP(") && areValues)
        {
            // Flink keeps digits beyond the type's precision in some places; a sink cuts them.
            final int digits = type.charAt("TIMESTAMP(".length()) - '0';
            final int length = "2024-01-01 00:00:00.".length() + digits;
            return expected.length() == actual.length() && expected.substring(0, length)
                .equals(actual.substring(0, length));
        }
        return expected.equals(actual);
    }
}
