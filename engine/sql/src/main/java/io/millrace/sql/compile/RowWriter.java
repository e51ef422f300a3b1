package io.millrace.sql.compile;

import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.kernel.Failure;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.KernelClass;
import io.millrace.sql.codegen.Shape;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.expr.Expr;
import java.util.ArrayList;
import java.util.List;

/** Emits the writing of a whole row of a layout from one expression per column, in as many methods as it takes. */
final class RowWriter
{
    /** What one column adds to a method beside its expression. */
    private static final int COLUMN_WEIGHT = 2;

    private final KernelClass owner;
    private final RowLayout layout;
    private final List<Expr> projection;

    RowWriter(final KernelClass owner, final RowLayout layout, final List<Expr> projection)
    {
        this.owner = owner;
        this.layout = layout;
        this.projection = projection;
    }

    /** Emits statements that end the method: the row's length, or FULL, or DEAD. */
    void emit(final Code code)
    {
        final List<List<Integer>> groups = groups();
        code.open("if (capacity < " + layout.minRowLength() + ")");
        code.line("return Kernel.FULL;");
        code.close();
        code.line("Memory.putLong(out, 0L);");
        final int fixedBegin = 1 + (layout.columns().size() + 7) / 8 + 7 & -8;
        for (int at = 8; at < fixedBegin; at += 8)
        {
            code.line("Memory.putLong(out + " + at + "L, 0L);");
        }
        if (layout.blockLength() > fixedBegin)
        {
            code.line("Memory.putLong(out + " + (layout.blockLength() - 8) + "L, 0L);");
        }
        if (groups.size() == 1)
        {
            code.line("final long end = out + capacity;");
            code.line("long at = out + " + layout.blockLength() + "L;");
            columns(code, groups.get(0));
        }
        else
        {
            final String field = owner.field("long");
            code.line(field + " = out + " + layout.blockLength() + "L;");
            for (final List<Integer> group : groups)
            {
                final String call = part(group, field) + "(" + owner.inputs().arguments() + ", out, capacity)";
                final String status = code.fresh("s");
                code.line("final int " + status + " = " + call + ";");
                code.open("if (" + status + " != 0)");
                code.line("return " + status + ";");
                code.close();
            }
            code.line("long at = " + field + ";");
        }
        code.line("return (int)(at - out);");
    }

    private String part(final List<Integer> group, final String field)
    {
        final Code code = new Code(owner, "return Kernel.DEAD;");
        code.line("final long end = out + capacity;");
        code.line("long at = " + field + ";");
        columns(code, group);
        code.line(field + " = at;");
        code.line("return 0;");
        final String name = owner.fresh("columns");
        owner.method("    private int " + name + "(" + owner.inputs().parameters() +
            ", final long out, final int capacity)\n    {\n" + code.text() + "    }\n");
        return name;
    }

    private List<List<Integer>> groups()
    {
        final List<List<Integer>> groups = new ArrayList<>();
        List<Integer> group = new ArrayList<>();
        int weight = 0;
        for (int i = 0; i < projection.size(); i++)
        {
            final int add = COLUMN_WEIGHT + owner.weigh(projection.get(i));
            if (!group.isEmpty() && weight + add > Shape.MAX_WEIGHT)
            {
                groups.add(group);
                group = new ArrayList<>();
                weight = 0;
            }
            group.add(i);
            weight += add;
        }
        groups.add(group);
        return groups;
    }

    private void columns(final Code code, final List<Integer> group)
    {
        for (final int index : group)
        {
            final RowLayout.Column column = layout.columns().get(index);
            final Value value = code.emit(projection.get(index));
            final boolean isPresence = column.type().kind() == SqlType.Kind.ROW;
            final String isNull = !isPresence ? value.isNull() :
                "true".equals(value.first()) ? Value.NEVER : "!" + value.first();
            nulls(code, column, isNull);
            if (isPresence)
            {
                continue;
            }
            if (column.type().isString())
            {
                string(code, value);
            }
            else
            {
                RowInputs.write(code, value.isAlwaysNull() ? Code.nullOf(column.type()) : value.as(column.type()),
                    "out + " + column.fixedOffset() + "L");
            }
        }
    }

    private void nulls(final Code code, final RowLayout.Column column, final String isNull)
    {
        if (Value.NEVER.equals(isNull))
        {
            return;
        }
        code.open("if (" + isNull + ")");
        if (!column.type().isNullable() && column.path().indexOf('.') < 0)
        {
            code.noteFailure();
            code.line("fail(" + Failure.NOT_NULL.ordinal() + ", " + owner.sites().indexOf("column " + column.path()) +
                ");");
            code.line(code.onDead());
        }
        else
        {
            final String at = "out + " + column.nullOffset() + "L";
            code.line("Memory.putByte(" + at + ", (byte)(Memory.getByte(" + at + ") | " + column.nullMask() + "));");
        }
        code.close();
    }

    private static void string(final Code code, final Value value)
    {
        if (value.isAlwaysNull())
        {
            code.open("if (at + 4L > end)");
            code.line("return Kernel.FULL;");
            code.close();
            code.line("Memory.putInt(at, 0);");
            code.line("at += 4L;");
            return;
        }
        code.open("if (at + 4L + " + value.second() + " > end)");
        code.line("return Kernel.FULL;");
        code.close();
        code.line("Memory.putInt(at, " + value.second() + ");");
        code.line("Memory.copy(" + value.first() + ", at + 4L, " + value.second() + ");");
        code.line("at += 4L + " + value.second() + ";");
    }
}
