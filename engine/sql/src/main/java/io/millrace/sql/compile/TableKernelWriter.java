package io.millrace.sql.compile;

import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.TableKernel;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.FailureSites;
import io.millrace.sql.codegen.KernelClass;
import io.millrace.sql.codegen.Shape;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.expr.Expr;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the kernel of a table: what NOT NULL demands, computed columns, event time, watermark. */
final class TableKernelWriter
{
    private final KernelClass kernel;
    private final RowLayout layout;
    private final List<Expr> computed;
    private final @Nullable Expr rowtime;
    private final @Nullable Expr watermark;

    /** Expressions are over {@code layout}; {@code computed} are its last columns. */
    TableKernelWriter(final String name, final RowLayout layout, final List<Expr> computed,
        final @Nullable Expr rowtime, final @Nullable Expr watermark)
    {
        this.kernel = KernelCompiler.begin(name, "TableKernel", new RowInputs(layout), new FailureSites());
        this.layout = layout;
        this.computed = computed;
        this.rowtime = rowtime;
        this.watermark = watermark;
    }

    KernelFactory<TableKernel> write(final KernelCompiler compiler)
    {
        final Code complete = new Code(kernel, "return Kernel.DEAD;");
        final String at = kernel.field("long");
        final String end = kernel.field("long");
        notNull(complete);
        if (!computed.isEmpty())
        {
            complete.line(at + " = row + length;");
            complete.line(end + " = row + capacity;");
        }
        for (final List<Integer> group : groups())
        {
            final Code part = new Code(kernel, "return Kernel.DEAD;");
            for (final int i : group)
            {
                kernel.sites().fix(layout.columns().size() - computed.size() + i);
                column(part, i, at, end);
            }
            part.line("return 0;");
            final String name = kernel.fresh("columns");
            kernel.method("    private int " + name + "(final long row)\n    {\n" + part.text() + "    }\n");
            final String status = kernel.fresh("s");
            complete.line("final int " + status + " = " + name + "(row);");
            complete.open("if (" + status + " != 0)");
            complete.line("return " + status + ";");
            complete.close();
        }
        kernel.sites().fix(-1);
        if (watermark != null && Fallibility.mayFail(watermark, kernel.inputs()))
        {
            complete.emit(watermark);
        }
        complete.line(computed.isEmpty() ? "return length;" : "return (int)(" + at + " - row);");
        Methods.add(kernel, "int complete(final long row, final int length, final int capacity)", complete, true);
        Methods.add(kernel, "long rowtime(final long row)", time(rowtime, "0L"), true);
        Methods.add(kernel, "long watermark(final long row)", time(watermark, "Kernel.NO_TIME"), true);
        return compiler.compile(kernel, TableKernel.class);
    }

    /** A row without a value that the table declares NOT NULL is dead: nothing may take its place in silence. */
    private void notNull(final Code code)
    {
        for (final RowLayout.Column column : layout.columns().subList(0, layout.columns().size() - computed.size()))
        {
            if (!column.type().isNullable() && column.path().indexOf('.') < 0)
            {
                code.noteFailure();
                code.open("if ((Memory.getByte(row + " + column.nullOffset() + "L) & " + column.nullMask() + ") != 0)");
                code.line("fail(" + Failure.NOT_NULL.ordinal() + ", " + column.index() + ");");
                code.line(code.onDead());
                code.close();
            }
        }
    }

    private List<List<Integer>> groups()
    {
        final List<List<Integer>> groups = new ArrayList<>();
        int weight = Shape.MAX_WEIGHT;
        for (int i = 0; i < computed.size(); i++)
        {
            final int add = 2 + kernel.weigh(computed.get(i));
            if (weight + add > Shape.MAX_WEIGHT)
            {
                groups.add(new ArrayList<>());
                weight = 0;
            }
            groups.get(groups.size() - 1).add(i);
            weight += add;
        }
        return groups;
    }

    private void column(final Code code, final int index, final String at, final String end)
    {
        final RowLayout.Column column = layout.columns().get(layout.columns().size() - computed.size() + index);
        final Value value = code.emit(computed.get(index));
        if (value.isNullable())
        {
            final String place = "row + " + column.nullOffset() + "L";
            code.open("if (" + value.isNull() + ")");
            code.line("Memory.putByte(" + place + ", (byte)(Memory.getByte(" + place + ") | " + column.nullMask() +
                "));");
            code.close();
        }
        if (column.type().isString())
        {
            final String length = value.isAlwaysNull() ? "0" : value.second();
            code.open("if (" + at + " + 4L + " + length + " > " + end + ")");
            code.line("return Kernel.FULL;");
            code.close();
            code.line("Memory.putInt(" + at + ", " + length + ");");
            code.line("Memory.copy(" + value.first() + ", " + at + " + 4L, " + length + ");");
            code.line(at + " += 4L + " + length + ";");
        }
        else
        {
            RowInputs.write(code, value.isAlwaysNull() ? Code.nullOf(column.type()) : value.as(column.type()),
                "row + " + column.fixedOffset() + "L");
        }
    }

    private Code time(final @Nullable Expr expr, final String without)
    {
        final Code code = new Code(kernel, "return Kernel.NO_TIME;");
        if (expr == null)
        {
            code.line("return " + without + ";");
            return code;
        }
        final Value value = code.emit(expr);
        final SqlType type = value.type();
        if (type.kind() != SqlType.Kind.TIMESTAMP)
        {
            throw new IllegalArgumentException("a time of type " + type);
        }
        code.line("return " + Methods.timeOf(value) + ";");
        return code;
    }
}
