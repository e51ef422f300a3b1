package io.millrace.sql;

import io.millrace.sql.logical.Compilation;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.engine.kernel.AggregateInput;
import io.millrace.engine.kernel.AggregateOutput;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.JobPlan;
import io.millrace.sql.FlinkOutcomesFixture.Outcome;
import io.millrace.sql.compile.JobCompiler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every aggregate against what Flink 2.3 answered, whole and merged from two partials. */
class FlinkAggregatesTest
{
    private static final int MAX_ORDERS = 2000;
    private static final int CAPACITY = 1 << 16;

    private final Map<String, String> differences = new TreeMap<>();
    private final long out = Memory.allocate(CAPACITY);
    private int held;

    private static List<List<Integer>> groups()
    {
        final List<List<Integer>> groups = new ArrayList<>();
        for (final String line : FlinkOutcomesFixture.lines("aggregates.tsv"))
        {
            if (line.startsWith("# group"))
            {
                final String ids = line.substring("# group".length()).trim();
                groups.add(ids.isEmpty() ? List.of() : Arrays.stream(ids.split(" ")).map(Integer::valueOf).toList());
            }
        }
        return groups;
    }

    private @Nullable JobPlan plan(final Outcome outcome)
    {
        final String sql = "CREATE TABLE t (" + FlinkOutcomesFixture.columns() +
            ", WATERMARK FOR t3 AS t3) WITH ('connector'='stdin','format'='json');\nCREATE TABLE o (c0 " +
            outcome.type().replace(" NOT NULL", "") + ") WITH ('connector'='blackhole');\nINSERT INTO o SELECT " +
            outcome.expression() + " FROM t GROUP BY TUMBLE(t3, INTERVAL '1' DAY);";
        final Compilation compilation = ConnectorsFixture.frontEnd().compile(sql, Map.of());
        if (compilation.job() == null)
        {
            differences.put(outcome.expression(), "REFUSED " + compilation.diagnostics().get(0).message());
            return null;
        }
        return JobCompiler.compile("test", compilation.job());
    }

    private String answer(final JobPlan plan, final List<Long> rows, final List<Integer> group, final int parts)
    {
        final AggregatePlan aggregate = plan.aggregates().get(0);
        final AggregateInput input = Objects.requireNonNull(plan.pipelines().get(0).input()).get();
        final AggregateOutput output = aggregate.output().get();
        final StateFixture state = new StateFixture();
        final List<Long> partials = new ArrayList<>();
        for (int i = 0; i < parts; i++)
        {
            final long partial = Memory.allocate(aggregate.accumulatorLength() + 8L);
            Memory.fill(partial, aggregate.accumulatorLength() + 8L, (byte)0);
            partials.add(partial);
        }
        for (int i = 0; i < group.size(); i++)
        {
            input.accumulate(rows.get(group.get(i) - 1), partials.get(i % parts), state);
        }
        for (int i = 1; i < parts; i++)
        {
            output.merge(partials.get(i), partials.get(0), state);
        }
        final int length = output.emit(0, partials.get(0), 0, 86_400_000L, out, CAPACITY, state);
        final RowLayout layout = plan.sinks().get(0).layout();
        partials.forEach(Memory::free);
        input.close();
        output.close();
        return length < 0 ? "ERROR" : FlinkOutcomesFixture.value(layout, layout.columns().get(0), out);
    }

    /** Flink adds the values of a set in the order of its hash map, in which a sum may round or overflow elsewhere. */
    private boolean isSameInAnotherOrder(final Outcome outcome, final JobPlan plan, final List<Long> rows,
        final List<Integer> group, final String expected)
    {
        if (!outcome.expression().matches("(SUM|AVG)\\(DISTINCT (f|d|d38)\\)"))
        {
            return false;
        }
        final Random random = new Random(1);
        final List<Integer> shuffled = new ArrayList<>(group);
        for (int i = 0; i < MAX_ORDERS; i++)
        {
            Collections.shuffle(shuffled, random);
            if (FlinkOutcomesFixture.isSame(outcome.type(), expected, answer(plan, rows, shuffled, 1)))
            {
                return true;
            }
        }
        return false;
    }

    @Test
    void shouldAggregateAsFlinkWhenGroupsAreWholeOrMerged()
    {
        final List<List<Integer>> groups = groups();
        for (final Outcome outcome : FlinkOutcomesFixture.outcomes("aggregates.tsv"))
        {
            final JobPlan plan = outcome.isPlanned() ? plan(outcome) : null;
            if (plan == null)
            {
                continue;
            }
            final boolean isMergeable = plan.aggregates().get(0).distinctSets().isEmpty() &&
                plan.aggregates().get(0).grouping() == AggregatePlan.Grouping.GLOBAL &&
                !outcome.expression().contains("d38");
            final List<Long> rows = FlinkOutcomesFixture.rows(plan.tables().get(0));
            final StringBuilder wrong = new StringBuilder();
            for (int g = 0; g < Math.min(groups.size(), outcome.values().size()); g++)
            {
                final String expected = outcome.values().get(g);
                for (int parts = 1; parts <= (isMergeable && !expected.equals("null") ? 2 : 1); parts++)
                {
                    final String actual = answer(plan, rows, groups.get(g), parts);
                    if (!FlinkOutcomesFixture.isSame(outcome.type(), expected, actual) &&
                        !isSameInAnotherOrder(outcome, plan, rows, groups.get(g), expected))
                    {
                        wrong.append("group ").append(groups.get(g)).append(" Flink ").append(expected)
                            .append(" we ").append(actual).append(" of ").append(parts).append("; ");
                    }
                }
            }
            rows.forEach(Memory::free);
            if (wrong.isEmpty())
            {
                held++;
            }
            else
            {
                differences.put(outcome.expression(), wrong.toString());
            }
        }
        final StringBuilder text = new StringBuilder();
        differences.forEach((k, v) -> text.append(k).append("  =>  ").append(v).append('\n'));
        assertEquals("", text.toString());
        assertTrue(held > 200, "held " + held);
    }
}
