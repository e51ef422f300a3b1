package io.millrace.sql.compile;

import io.millrace.codecs.RowLayout;
import io.millrace.engine.kernel.AggregateInput;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Projector;
import io.millrace.engine.kernel.Router;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.FailureSites;
import io.millrace.sql.codegen.KernelClass;
import io.millrace.sql.codegen.Shape;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.expr.Expr;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the kernels of one pipeline: router, and projector or aggregate input. */
final class PipelineWriter
{
    private static final String UNROUTED = "throw new IllegalStateException(\"a row that was not routed\");";

    private final String prefix;
    private final RowInputs inputs;
    private final FailureSites sites;
    private final KernelCompiler compiler;

    PipelineWriter(
        final String prefix, final RowLayout layout, final FailureSites sites, final KernelCompiler compiler)
    {
        this.prefix = prefix;
        this.inputs = new RowInputs(layout);
        this.sites = sites;
        this.compiler = compiler;
    }

    KernelFactory<Router> stateless(final @Nullable Expr filter)
    {
        final KernelClass kernel = KernelCompiler.begin(prefix + "Router", "Router", inputs, sites);
        final Code code = new Code(kernel, "return Kernel.DEAD;");
        filter(code, filter);
        code.line("return Router.ANY;");
        Methods.add(kernel, "int route(final long row)", code, true);
        return compiler.compile(kernel, Router.class);
    }

    private static void filter(final Code code, final @Nullable Expr filter)
    {
        if (filter != null)
        {
            final Value value = code.emit(filter);
            code.open("if (!" + value.first() + ")");
            code.line("return Kernel.FILTERED;");
            code.close();
        }
    }

    KernelFactory<Projector> projector(final RowLayout sink, final List<Expr> projection)
    {
        final KernelClass kernel = KernelCompiler.begin(prefix + "Projector", "Projector", inputs, sites);
        final Code code = new Code(kernel, "return Kernel.DEAD;");
        new RowWriter(kernel, sink, projection).emit(code);
        Methods.add(kernel, "int project(final long row, final long out, final int capacity)", code, true);
        return compiler.compile(kernel, Projector.class);
    }

    /**
     * The router of an aggregation's branch.
     *
     * @param windowTime null where the table's own event time is used, which is known not to be NULL.
     * @param group      a constant group, or null to hash the key.
     */
    KernelFactory<Router> keyed(final @Nullable Expr filter, final @Nullable Expr windowTime, final List<Expr> keys,
        final List<Expr> arguments, final KeyCodec codec, final @Nullable String group)
    {
        final KernelClass kernel = KernelCompiler.begin(prefix + "Router", "Router", inputs, sites);
        final Code code = new Code(kernel, "return Kernel.DEAD;");
        filter(code, filter);
        if (windowTime != null)
        {
            final Value time = code.emit(windowTime);
            if (time.isNullable())
            {
                code.open("if (" + time.isNull() + ")");
                code.fail(Failure.TIME_NULL, windowTime);
                code.close();
            }
        }
        final List<Expr> fallible = new ArrayList<>();
        for (final Expr argument : arguments)
        {
            if (Fallibility.mayFail(argument, inputs))
            {
                fallible.add(argument);
            }
        }
        trial(code, kernel, fallible);
        if (group == null)
        {
            if (keys.stream().noneMatch(key -> Fallibility.mayFail(key, inputs)))
            {
                code.open("if (!isSharded)");
                code.line("return 0;");
                code.close();
            }
            code.line("return (int)(" + codec.hash(code, keys) + " >>> 56);");
        }
        else
        {
            for (final Expr key : keys)
            {
                code.emit(key);
            }
            code.line("return " + group + ";");
        }
        Methods.add(kernel, "int route(final long row)", code, true);
        return compiler.compile(kernel, Router.class);
    }

    /** Emits expressions only to see whether they fail, in methods of their own where they are many. */
    private static void trial(final Code code, final KernelClass kernel, final List<Expr> exprs)
    {
        int weight = 0;
        Code part = null;
        final List<Code> parts = new ArrayList<>();
        for (final Expr expr : exprs)
        {
            final int add = kernel.weigh(expr);
            if (part == null || weight + add > Shape.MAX_WEIGHT)
            {
                part = new Code(kernel, "return Kernel.DEAD;");
                parts.add(part);
                weight = 0;
            }
            part.emit(expr);
            weight += add;
        }
        for (final Code method : parts)
        {
            method.line("return 0;");
            final String name = kernel.fresh("trial");
            kernel.method("    private int " + name + "(" + kernel.inputs().parameters() + ")\n    {\n" +
                method.text() + "    }\n");
            code.open("if (" + name + "(" + kernel.inputs().arguments() + ") != 0)");
            code.noteFailure();
            code.line(code.onDead());
            code.close();
        }
    }

    KernelFactory<AggregateInput> input(final Expr windowTime, final List<Expr> keys, final List<Expr> arguments,
        final KeyCodec codec, final AccumulatorLayout layout)
    {
        final KernelClass kernel = KernelCompiler.begin(prefix + "Input", "AggregateInput", inputs, sites);
        final Code key = new Code(kernel, UNROUTED);
        codec.emitKey(key, keys);
        final boolean isSimple = keys.stream().allMatch(k -> k instanceof Expr.Input);
        Methods.add(kernel, "int key(final long row, final long out, final int capacity)", key, !isSimple);
        final Code time = new Code(kernel, UNROUTED);
        time.line("return " + Methods.timeOf(time.emit(windowTime)) + ";");
        Methods.add(kernel, "long windowTime(final long row)", time, !(windowTime instanceof Expr.Input));
        Methods.add(kernel, "void accumulate(final long row, final long accumulators, final Accumulators state)",
            accumulation(kernel, arguments, layout), true);
        return compiler.compile(kernel, AggregateInput.class);
    }

    private static Code accumulation(
        final KernelClass kernel, final List<Expr> arguments, final AccumulatorLayout layout)
    {
        final List<Code> parts = new ArrayList<>();
        int weight = 0;
        Code code = new Code(kernel, UNROUTED);
        parts.add(code);
        for (final AccumulatorLayout.Slot slot : layout.fedByRows())
        {
            final int add = 6 + (slot.argument() < 0 ? 0 : kernel.weigh(arguments.get(slot.argument()))) +
                (slot.filter() < 0 ? 0 : kernel.weigh(arguments.get(slot.filter())));
            if (weight > 0 && weight + add > Shape.MAX_WEIGHT)
            {
                code = new Code(kernel, UNROUTED);
                parts.add(code);
                weight = 0;
            }
            weight += add;
            slot(code, arguments, slot);
        }
        if (parts.size() == 1)
        {
            return code;
        }
        final Code all = new Code(kernel, UNROUTED);
        for (final Code part : parts)
        {
            final String name = kernel.fresh("slots");
            kernel.method("    private void " + name +
                "(final long row, final long accumulators, final Accumulators state)\n    {\n" + part.text() +
                "    }\n");
            all.line(name + "(row, accumulators, state);");
        }
        return all;
    }

    private static void slot(final Code code, final List<Expr> arguments, final AccumulatorLayout.Slot slot)
    {
        // Arguments are evaluated whatever the filter says, as in Flink, and shared between calls.
        final Value value = slot.argument() < 0 ? Code.nullOf(slot.type()) : code.emit(arguments.get(slot.argument()));
        final Value filter = slot.filter() < 0 ? null : code.emit(arguments.get(slot.filter()));
        final List<String> conditions = new ArrayList<>();
        if (filter != null)
        {
            conditions.add(filter.first());
        }
        if (slot.argument() >= 0 && value.isNullable())
        {
            conditions.add("!" + value.isNull());
        }
        if (value.isAlwaysNull() && slot.argument() >= 0)
        {
            return;
        }
        if (!conditions.isEmpty())
        {
            code.open("if (" + String.join(" && ", conditions) + ")");
        }
        AccumulatorCode.accumulate(code, slot, value);
        if (!conditions.isEmpty())
        {
            code.close();
        }
    }
}
