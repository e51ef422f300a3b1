package io.millrace.sql;

import io.millrace.sql.logical.Compilation;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.engine.kernel.Projector;
import io.millrace.engine.plan.JobPlan;
import io.millrace.sql.FlinkOutcomesFixture.Outcome;
import io.millrace.sql.compile.JobCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every function, operator and cast against what Flink 2.3 answered. */
class FlinkFunctionsTest
{
    private static final int COLUMNS = 30;
    private static final int CAPACITY = 1 << 20;

    private final Map<String, String> differences = new TreeMap<>();
    private final long out = Memory.allocate(CAPACITY);
    private int held;

    private @Nullable JobPlan plan(final List<Outcome> outcomes)
    {
        final StringBuilder sink = new StringBuilder();
        final StringBuilder select = new StringBuilder();
        for (int i = 0; i < outcomes.size(); i++)
        {
            sink.append(i == 0 ? "" : ", ").append('c').append(i).append(' ')
                .append(declared(outcomes.get(i).type()));
            select.append(i == 0 ? "" : ", ").append(outcomes.get(i).expression());
        }
        final String sql = "CREATE TABLE t (" + FlinkOutcomesFixture.columns() +
            ") WITH ('connector'='stdin','format'='json');\nCREATE TABLE o (" + sink +
            ") WITH ('connector'='blackhole');\nINSERT INTO o SELECT " + select + " FROM t;";
        final Compilation compilation = ConnectorsFixture.frontEnd().compile(sql, Map.of());
        if (compilation.job() == null)
        {
            if (outcomes.size() == 1)
            {
                differences.put(outcomes.get(0).expression(),
                    "REFUSED " + compilation.diagnostics().get(0).message());
            }
            return null;
        }
        try
        {
            return JobCompiler.compile("test", compilation.job());
        }
        catch (final RuntimeException e)
        {
            if (outcomes.size() == 1)
            {
                differences.put(outcomes.get(0).expression(), "CODE " + e.getMessage());
            }
            return null;
        }
    }

    /** A column for values of a type: the one of an empty text can't be declared. */
    private static String declared(final String type)
    {
        final String nullable = type.replace(" NOT NULL", "");
        return nullable.equals("CHAR(0)") ? "STRING" : nullable;
    }

    private void judge(final List<Outcome> outcomes)
    {
        final JobPlan plan = plan(outcomes);
        if (plan == null)
        {
            if (outcomes.size() > 1)
            {
                outcomes.forEach(outcome -> judge(List.of(outcome)));
            }
            return;
        }
        final RowLayout layout = plan.sinks().get(0).layout();
        final List<Long> rows = FlinkOutcomesFixture.rows(plan.tables().get(0));
        final Projector projector = Objects.requireNonNull(plan.pipelines().get(0).projector()).get();
        final List<List<String>> answers = new ArrayList<>();
        boolean isDead = false;
        for (final long row : rows)
        {
            final int length = projector.project(row, out, CAPACITY);
            isDead |= length < 0;
            final List<String> answer = new ArrayList<>();
            for (int i = 0; i < outcomes.size(); i++)
            {
                answer.add(length < 0 ? "ERROR" : FlinkOutcomesFixture.value(layout, layout.columns().get(i), out));
            }
            answers.add(answer);
        }
        rows.forEach(Memory::free);
        projector.close();
        if (isDead && outcomes.size() > 1)
        {
            outcomes.forEach(outcome -> judge(List.of(outcome)));
            return;
        }
        for (int i = 0; i < outcomes.size(); i++)
        {
            compare(outcomes.get(i), i, answers);
        }
    }

    private void compare(final Outcome outcome, final int index, final List<List<String>> answers)
    {
        final List<String> wrong = new ArrayList<>();
        for (int row = 0; row < answers.size(); row++)
        {
            final String expected = outcome.values().get(row);
            final String actual = answers.get(row).get(index);
            if (!FlinkOutcomesFixture.isSame(outcome.type(), expected, actual))
            {
                wrong.add("row " + (row + 1) + " Flink " + expected + " we " + actual);
            }
        }
        if (wrong.isEmpty())
        {
            held++;
        }
        else
        {
            differences.put(outcome.expression(), String.join("; ", wrong));
        }
    }

    @Test
    void shouldAnswerAsFlinkWhenFunctionsRun()
    {
        final Map<String, String> known = new TreeMap<>();
        for (final String line : FlinkOutcomesFixture.lines("differences.tsv"))
        {
            if (!line.startsWith("#"))
            {
                known.put(line.substring(0, line.indexOf('\t')), line.substring(line.indexOf('\t') + 1));
            }
        }
        final List<Outcome> together = new ArrayList<>();
        for (final Outcome outcome : FlinkOutcomesFixture.outcomes("functions.tsv"))
        {
            if (!outcome.isPlanned() || outcome.type().contains("INTERVAL") || outcome.type().contains("ROW<"))
            {
                continue;
            }
            if (outcome.hasError() || known.containsKey(outcome.expression()))
            {
                judge(List.of(outcome));
                continue;
            }
            together.add(outcome);
            if (together.size() == COLUMNS)
            {
                judge(List.copyOf(together));
                together.clear();
            }
        }
        judge(List.copyOf(together));
        final StringBuilder text = new StringBuilder();
        differences.forEach((expression, difference) ->
        {
            if (known.remove(expression) == null)
            {
                text.append(expression).append("  =>  ").append(difference).append('\n');
            }
        });
        known.keySet().forEach(expression -> text.append(expression).append("  =>  no difference any more\n"));
        assertEquals("", text.toString());
        assertTrue(held > 4_500, "held " + held);
    }
}
