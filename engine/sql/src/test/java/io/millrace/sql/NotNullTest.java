package io.millrace.sql;

import io.millrace.sql.logical.Compilation;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.kernel.TableKernel;
import io.millrace.engine.plan.TablePlan;
import io.millrace.sql.compile.JobCompiler;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A source may not keep what its table promises; then the row is dead, and no zero stands for what is missing. */
final class NotNullTest
{
    @Test
    void shouldBeDeadWhenANotNullColumnHasNoValue()
    {
        final Compilation compilation = ConnectorsFixture.frontEnd().compile(
            "CREATE TABLE t (a INT, b BIGINT NOT NULL, c STRING NOT NULL) WITH ('connector'='stdin','format'='json');" +
            "CREATE TABLE o (a INT, b BIGINT, c STRING) WITH ('connector'='blackhole');" +
            "INSERT INTO o SELECT a, b, c FROM t;", Map.of());
        assertEquals(List.of(), compilation.diagnostics());
        final TablePlan table =
            JobCompiler.compile("test", Objects.requireNonNull(compilation.job())).tables().get(0);
        final RowLayout layout = table.layout();
        final int length = layout.minRowLength();
        final long row = Memory.allocate(length);
        final TableKernel kernel = table.kernel().get();
        for (final RowLayout.Column column : layout.columns())
        {
            Memory.fill(row, length, (byte)0);
            assertEquals(length, kernel.complete(row, length, length), "no column is NULL");
            RowLayout.setNull(row, column);
            if (column.type().isNullable())
            {
                assertEquals(length, kernel.complete(row, length, length), column.path());
            }
            else
            {
                assertEquals(Kernel.DEAD, kernel.complete(row, length, length), column.path());
                assertEquals(Failure.NOT_NULL.ordinal(), kernel.failure());
                assertEquals(column.index(), kernel.failureSite());
            }
        }
        assertTrue(layout.columns().stream().anyMatch(column -> !column.type().isNullable()));
        kernel.close();
        Memory.free(row);
    }
}
