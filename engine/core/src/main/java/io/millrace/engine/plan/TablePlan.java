package io.millrace.engine.plan;

import io.millrace.codecs.RowLayout;
import io.millrace.engine.kernel.TableKernel;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A table that the job reads.
 *
 * @param declared       the physical columns, all of them.
 * @param layout         the columns that any statement needs: physical ones first, in declared order, pruned to the
 *                       leaves that are read, then computed ones.
 * @param decodedColumns how many leading {@code layout.columns()} come from the format; the rest are computed.
 * @param options        the WITH clause after overrides, with {@code connector} and {@code format}.
 * @param kernel         makes one kernel for each source agent.
 */
public record TablePlan(
    int id,
    String name,
    RowLayout declared,
    RowLayout layout,
    int decodedColumns,
    Map<String, String> options,
    boolean hasWatermark,
    Supplier<TableKernel> kernel)
{
    /** A table of which every column is read. */
    public TablePlan(
        final int id, final String name, final RowLayout layout, final int decodedColumns,
        final Map<String, String> options, final boolean hasWatermark, final Supplier<TableKernel> kernel)
    {
        this(id, name, layout, layout, decodedColumns, options, hasWatermark, kernel);
    }
}
