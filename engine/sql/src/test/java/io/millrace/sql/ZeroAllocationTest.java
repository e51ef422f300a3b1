package io.millrace.sql;

import io.millrace.sql.logical.Compilation;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Projector;
import io.millrace.engine.kernel.Router;
import io.millrace.engine.plan.JobPlan;
import io.millrace.sql.compile.JobCompiler;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Kernels allocate nothing per row, but for the functions that say so. */
class ZeroAllocationTest
{
    private static final int CAPACITY = 1 << 16;
    private static final int ROUNDS = 20_000;

    /** One call or more of every function and cast that must not allocate, over columns of every type. */
    private static final List<String> EXPRESSIONS = Stream.concat(
        FlinkOutcomesFixture.lines("zero-allocation.txt").stream(),
        Stream.of("window_start", "window_end < window_time")).toList();

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
