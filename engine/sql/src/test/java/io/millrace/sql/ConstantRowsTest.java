package io.millrace.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.engine.plan.JobPlan;
import io.millrace.sql.compile.JobCompiler;
import io.millrace.sql.compile.KernelFactory;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.logical.Compilation;
import io.millrace.sql.logical.LogicalJob;
import io.millrace.sql.logical.SourceTable;
import io.millrace.sql.logical.Statement.StatelessLeg;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConstantRowsTest
{
    private static final String SINK = """
        CREATE TABLE s (id BIGINT, name STRING, price DECIMAL(10, 2), ts TIMESTAMP(3))
        WITH ('connector' = 'blackhole');
        """;

    private static LogicalJob job(final String sql)
    {
        final Compilation result = ConnectorsFixture.frontEnd().compile(sql, Map.of());
        return Objects.requireNonNull(result.job(), () -> result.diagnostics().toString());
    }

    private static String rows(final int count, final String between, final IntFunction<String> row)
    {
        return IntStream.range(0, count).mapToObj(row).collect(Collectors.joining(between));
    }

    private static String records(final SourceTable table)
    {
        return String.valueOf(table.options().get("rows"));
    }

    @Test
    void shouldMakeOneLegOfTenThousandRows()
    {
        final LogicalJob job = job(SINK + "INSERT INTO s VALUES " + rows(10_000, ", ", i ->
            "(%d, 'it''s \"%d\"', %d.5, TIMESTAMP '2024-01-01 00:00:00.%03d')".formatted(i, i, i, i % 1000)));
        final JobPlan plan = JobCompiler.compile("test", job);

        assertEquals(1, plan.pipelines().size());
        assertEquals(List.of("VALUES"), job.tables().stream().map(SourceTable::name).toList());
        assertEquals("{\"c0\":17,\"c1\":\"it's \\\"17\\\"\",\"c2\":17.50,\"c3\":\"2024-01-01 00:00:00.017\"}",
            records(job.tables().get(0)).split("\n", -1)[17]);
        assertEquals(10_000, records(job.tables().get(0)).lines().count());
    }

    @Test
    void shouldMakeOneLegForEachFormOfRow()
    {
        final LogicalJob job = job(SINK + "INSERT INTO s " + rows(300, " UNION ALL ", i -> i % 3 == 0 ?
            "SELECT " + i + ", UPPER('name'), 1.25, CAST('2024-01-01 00:00:00' AS TIMESTAMP(3))" : "SELECT " + -i +
            ", 'name', 1.25, TO_TIMESTAMP('2024-01-01 00:00:" + (10 + i % 50) + "')"));

        assertEquals(2, job.statements().get(0).legs().size());
        assertEquals(List.of("VALUES", "VALUES_2"), job.tables().stream().map(SourceTable::name).toList());
        assertEquals("{\"c0\":0}", records(job.tables().get(0)).lines().findFirst().orElse(""));
        assertEquals("{\"c0\":-1,\"c1\":\"2024-01-01 00:00:11\"}", records(job.tables().get(1)).lines().findFirst()
            .orElse(""));
        final StatelessLeg leg = (StatelessLeg)job.statements().get(0).legs().get(1);
        assertNull(leg.filter());
        assertEquals(new Expr.Input(0, job.tables().get(1).physical().get(0).type()), leg.projection().get(0));
    }

    @Test
    void shouldKeepAColumnThatIsNullInSomeRowsInOneForm()
    {
        final LogicalJob job = job(SINK + "INSERT INTO s (id, name) VALUES " + rows(100, ", ", i ->
            "(" + i + ", " + (i % 2 == 0 ? "CAST(NULL AS STRING)" : "'x'") + ")"));

        assertEquals(1, job.statements().get(0).legs().size());
        assertEquals("{\"c0\":0,\"c1\":null}\n{\"c0\":1,\"c1\":\"x\"}",
            records(job.tables().get(0)).lines().limit(2).collect(Collectors.joining("\n")));
    }

    @Test
    void shouldKeepAWordOfTheLanguageInTheCode()
    {
        final LogicalJob job = job(SINK + "INSERT INTO s (name) VALUES (TRIM(LEADING 'x' FROM 'xax')), " +
            "(TRIM(TRAILING 'x' FROM 'xbx'))");

        assertEquals(2, job.statements().get(0).legs().size());
        assertEquals(2, JobCompiler.compile("test", job).pipelines().size());
    }

    @Test
    void shouldCompileOnceWhatStatementsDoAlike()
    {
        final JobPlan plan = JobCompiler.compile("test", job(SINK + rows(50, "", i ->
            "INSERT INTO s (id, name) VALUES (" + i + ", 'name " + i + "');\n")));

        assertEquals(50, plan.pipelines().size());
        assertEquals(1, plan.pipelines().stream().map(p -> className(p.router())).distinct().count());
        assertEquals(50, plan.pipelines().stream().map(p -> className(p.projector())).distinct().count());
    }

    private static String className(final @Nullable Supplier<?> kernel)
    {
        return ((KernelFactory<?>)Objects.requireNonNull(kernel)).className();
    }

    @Test
    void shouldLeaveTheUserATableOfThatName()
    {
        final LogicalJob job = job(SINK + """
            CREATE TABLE `VALUES` (id BIGINT) WITH ('connector' = 'filesystem', 'path' = 'in', 'format' = 'json');
            INSERT INTO s (id) SELECT id FROM `VALUES` UNION ALL VALUES (1), (2) UNION ALL SELECT 3;
            INSERT INTO s (name) SELECT 'a';
            """);

        assertEquals(List.of("VALUES", "VALUES_2", "VALUES_3"),
            job.tables().stream().map(SourceTable::name).toList());
        assertEquals("in", job.tables().get(0).options().get("path"));
        assertEquals("{\"c0\":1}\n{\"c0\":2}\n{\"c0\":3}", records(job.tables().get(1)));
    }
}
