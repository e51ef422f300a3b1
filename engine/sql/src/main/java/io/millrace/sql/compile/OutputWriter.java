package io.millrace.sql.compile;

import io.millrace.codecs.RowLayout;
import io.millrace.engine.kernel.AggregateOutput;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.FailureSites;
import io.millrace.sql.codegen.KernelClass;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.expr.Expr;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the kernel behind an aggregation: HAVING, the SELECT list, merging of partials. */
final class OutputWriter
{
    private static final int SLOTS_A_METHOD = 12;

    private OutputWriter()
    {
    }

    static KernelFactory<AggregateOutput> write(final String name, final ResultInputs inputs,
        final AccumulatorLayout accumulators, final @Nullable Expr having, final List<Expr> projection,
        final RowLayout sink, final FailureSites sites, final KernelCompiler compiler)
    {
        final KernelClass kernel = KernelCompiler.begin(name, "AggregateOutput", inputs, sites);
        final Code emit = new Code(kernel, "return Kernel.DEAD;");
        if (having != null)
        {
            final Value passes = emit.emit(having);
            emit.open("if (!" + passes.first() + ")");
            emit.line("return Kernel.FILTERED;");
            emit.close();
        }
        new RowWriter(kernel, sink, projection).emit(emit);
        Methods.add(kernel, "int emit(final long key, final long accumulators, final long windowStart, " +
            "final long windowEnd, final long out, final int capacity, final Accumulators state)", emit, true);
        Methods.add(kernel, "void merge(final long from, final long into, final Accumulators state)",
            merge(kernel, accumulators), false);
        return compiler.compile(kernel, AggregateOutput.class);
    }

    private static Code merge(final KernelClass kernel, final AccumulatorLayout accumulators)
    {
        final List<AccumulatorLayout.Slot> slots = new ArrayList<>(accumulators.slots());
        final Code all = new Code(kernel, "");
        for (int i = 0; i < slots.size(); i += SLOTS_A_METHOD)
        {
            final Code part = new Code(kernel, "");
            for (final AccumulatorLayout.Slot slot : slots.subList(i, Math.min(i + SLOTS_A_METHOD, slots.size())))
            {
                AccumulatorCode.merge(part, slot);
            }
            final String name = kernel.fresh("merge");
            kernel.method("    private void " + name +
                "(final long from, final long into, final Accumulators state)\n    {\n" + part.text() + "    }\n");
            all.line(name + "(from, into, state);");
        }
        return all;
    }
}
