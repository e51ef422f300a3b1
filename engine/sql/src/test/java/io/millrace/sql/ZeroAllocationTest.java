package io.millrace.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Projector;
import io.millrace.engine.kernel.Router;
import io.millrace.engine.plan.JobPlan;
import io.millrace.sql.codegen.JobCompiler;
import io.millrace.sql.function.Declaration;
import io.millrace.sql.function.Functions;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Kernels allocate nothing per row, but for the functions that say so. */
class ZeroAllocationTest
{
    private static final int CAPACITY = 1 << 16;
    private static final int ROUNDS = 20_000;

    /** One call or more of every function and cast that must not allocate, over columns of every type. */
    private static final List<String> EXPRESSIONS = List.of(
        "b AND b2 OR NOT b", "i = i2", "i <> 3", "l < l2", "d <= d2", "f > 1", "s >= s2", "s = 'Hello World'",
        "d10 = d10b", "d38 > d18", "t9 < t3", "dt = dt2", "s IN ('a', 'leap', 'Hello World')", "i IN (1, 2, 42)",
        "s IS DISTINCT FROM s2", "i IS NOT DISTINCT FROM i2", "s IS NULL", "b IS TRUE", "b IS NOT TRUE", "b IS FALSE",
        "b IS NOT FALSE", "s IS NOT NULL", "COALESCE(s, s2, 'x')", "NULLIF(i, 42)", "IF(b, i, i2)",
        "CASE WHEN i > 5 THEN s WHEN b THEN s2 ELSE 'z' END", "ti + si", "i - i2", "l * l2", "d / d2", "d10 + d10b",
        "d10 * d10b", "d38 + d18", "d38 * d10", "d38 - d38", "i / 7", "MOD(l, 13)", "-l", "-d38", "ABS(i)", "ABS(d38)",
        "FLOOR(d)", "CEIL(d10)", "FLOOR(d38)", "ROUND(d10, 1)", "ROUND(l, -2)", "ROUND(d38, 3)",
        "s LIKE 'Hel%'", "s LIKE '%World'", "s LIKE '%llo%'", "s LIKE 'H_l%W%d'", "s LIKE s2",
        "s LIKE 'a!_b' ESCAPE '!'", "s || s2", "CONCAT(s, '-', s2)", "TRIM(s)", "TRIM(LEADING 'H' FROM s)",
        "BTRIM(s)", "LTRIM(s)", "RTRIM(s)", "SUBSTRING(s, 2, 4)", "SUBSTRING(s, -3)", "CHAR_LENGTH(s)",
        "POSITION('o' IN s)", "REPLACE(s, 'l', 'LL')", "SPLIT_INDEX(s, ' ', 1)", "SPLIT_INDEX(s, 32, 0)",
        "TO_TIMESTAMP(sts)", "TO_TIMESTAMP(sts, 'yyyy-MM-dd HH:mm:ss')", "DATE_FORMAT(t3, 'yyyy/MM/dd HH:mm:ss.SSS')",
        "EXTRACT(YEAR FROM t3)", "EXTRACT(WEEK FROM dt)", "HOUR(t3)", "FLOOR(t3 TO HOUR)", "CEIL(t3 TO MONTH)",
        "t3 + INTERVAL '1' DAY", "t3 - INTERVAL '2' MONTH", "dt + INTERVAL '1' MONTH", "t9 + INTERVAL '3' HOUR",
        "CAST(i AS STRING)", "CAST(d38 AS STRING)", "CAST(b AS STRING)", "CAST(dt AS STRING)", "CAST(t9 AS STRING)",
        "CAST(s AS VARCHAR(3))", "CAST(s AS CHAR(20))", "TRY_CAST(snum AS INT)", "TRY_CAST(snum AS BIGINT)",
        "TRY_CAST(snum AS DECIMAL(10, 2))", "TRY_CAST(sb AS BOOLEAN)", "TRY_CAST(sts AS DATE)",
        "TRY_CAST(sts AS TIMESTAMP(6))", "CAST(d10 AS INT)", "CAST(d38 AS BIGINT)", "CAST(d10 AS DECIMAL(38, 6))",
        "CAST(d38 AS DECIMAL(10, 2))", "CAST(l AS DECIMAL(38, 2))", "CAST(i AS TINYINT)", "CAST(d AS INT)",
        "CAST(d10 AS DOUBLE)", "CAST(t9 AS TIMESTAMP(0))", "CAST(t3 AS DATE)", "CAST(dt AS TIMESTAMP(3))",
        "window_start", "window_end < window_time");

    private static long allocated()
    {
        return ((ThreadMXBean)ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void shouldNotAllocateWhenRowsAreProjectedAndRouted()
    {
        final StringBuilder wrong = new StringBuilder();
        for (int from = 0; from < EXPRESSIONS.size(); from += 20)
        {
            final List<String> part = EXPRESSIONS.subList(from, Math.min(from + 20, EXPRESSIONS.size()));
            final StringBuilder statements = new StringBuilder("EXECUTE STATEMENT SET BEGIN\n");
            for (final String expression : part)
            {
                statements.append("INSERT INTO o SELECT CASE WHEN (").append(expression)
                    .append(") IS NULL THEN 1 ELSE 0 END FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(t3), ")
                    .append("INTERVAL '1' HOUR, INTERVAL '5' MINUTE)) WHERE (").append(expression)
                    .append(") IS NOT NULL OR id > 0;\n");
            }
            final Compilation compilation = ConnectorsFixture.frontEnd().compile("CREATE TABLE t (" +
                FlinkOutcomesFixture.columns() + ", WATERMARK FOR t3 AS t3) WITH " +
                "('connector'='stdin','format'='json');\n" +
                "CREATE TABLE o (c INT) WITH ('connector'='blackhole');\n" + statements + "END;", Map.of());
            assertEquals(List.of(), compilation.diagnostics());
            measure(JobCompiler.compile("test", Objects.requireNonNull(compilation.job())), part, wrong);
        }
        assertEquals("", wrong.toString());
    }

    private static void measure(final JobPlan plan, final List<String> expressions, final StringBuilder wrong)
    {
        final List<Long> kept = FlinkOutcomesFixture.rows(plan.tables().get(0));
        final long[] rows = kept.stream().mapToLong(Long::longValue).toArray();
        final long out = Memory.allocate(CAPACITY);
        for (int i = 0; i < expressions.size(); i++)
        {
            final Router router = plan.pipelines().get(i).router().get();
            final Projector projector = Objects.requireNonNull(plan.pipelines().get(i).projector()).get();
            run(router, projector, rows, out, 200);
            long least = Long.MAX_VALUE;
            // The first reading allocates in the bean itself.
            for (int attempt = 0; attempt < 2; attempt++)
            {
                final long before = allocated();
                run(router, projector, rows, out, ROUNDS / rows.length);
                least = Math.min(least, allocated() - before);
            }
            if (least > 1024)
            {
                wrong.append(expressions.get(i)).append(": ").append(least).append(" bytes\n");
            }
            router.close();
            projector.close();
        }
        kept.forEach(Memory::free);
        Memory.free(out);
    }

    private static void run(
        final Router router, final Projector projector, final long[] rows, final long out, final int rounds)
    {
        int sum = 0;
        for (int round = 0; round < rounds; round++)
        {
            for (final long row : rows)
            {
                sum += router.route(row) + projector.project(row, out, CAPACITY);
            }
        }
        assertTrue(sum != Integer.MIN_VALUE);
    }

    @Test
    void shouldTryEveryFunctionWhenMeasuringAllocation()
    {
        final String text = String.join("\n", EXPRESSIONS);
        final Set<String> missing = new TreeSet<>();
        for (final Declaration declaration : Functions.all())
        {
            final List<String> names = new ArrayList<>(List.of(declaration.name()));
            declaration.operators().forEach(operator -> names.add(operator.getName()));
            names.add(declaration.name().toLowerCase(Locale.ROOT));
            if (declaration.mayAllocate() == null && names.stream().noneMatch(text::contains))
            {
                missing.add(declaration.name());
            }
        }
        // The other names of EXTRACT share its code.
        missing.removeAll(Set.of("YEAR", "QUARTER", "MONTH", "WEEK", "MINUTE", "SECOND", "DAYOFYEAR", "DAYOFMONTH",
            "DAYOFWEEK"));
        assertEquals(Set.of(), missing);
    }
}
