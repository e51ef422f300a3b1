package io.millrace.sql.compile;

import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.Inputs;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.expr.Expr;

/** Inputs that are columns of the row at {@code row}. Strings are walked to once, and only as far as needed. */
final class RowInputs implements Inputs
{
    private final RowLayout layout;

    RowInputs(final RowLayout layout)
    {
        this.layout = layout;
    }

    @Override
    public String parameters()
    {
        return "final long row";
    }

    @Override
    public String arguments()
    {
        return "row";
    }

    @Override
    public String name(final int index)
    {
        return layout.columns().get(index).path();
    }

    @Override
    public Value load(final Code code, final Expr.Input input)
    {
        final RowLayout.Column column = layout.columns().get(input.index());
        final SqlType type = input.type();
        String isNull = Value.NEVER;
        if (type.isNullable() || column.path().indexOf('.') >= 0)
        {
            isNull = code.fresh("n");
            code.line("final boolean " + isNull + " = (Memory.getByte(row + " + column.nullOffset() + "L) & " +
                column.nullMask() + ") != 0;");
        }
        if (type.kind() == SqlType.Kind.ROW)
        {
            return new Value(type, "false", "", isNull);
        }
        if (type.isString())
        {
            final String address = walk(code, column.varIndex());
            return new Value(type, address, "l" + address.substring(1), isNull);
        }
        return fixed(code, type, "row + " + column.fixedOffset() + "L", isNull);
    }

    /** Reads a fixed value into locals. */
    static Value fixed(final Code code, final SqlType type, final String address, final String isNull)
    {
        final String read = switch (type.kind())
        {
            case BOOLEAN -> "Memory.getByte(" + address + ") != 0";
            case TINYINT -> "Memory.getByte(" + address + ")";
            case SMALLINT -> "Memory.getShort(" + address + ")";
            case INT, DATE, INTERVAL_MONTH -> "Memory.getInt(" + address + ")";
            case FLOAT -> "Memory.getFloat(" + address + ")";
            case DOUBLE -> "Memory.getDouble(" + address + ")";
            default -> "Memory.getLong(" + address + ")";
        };
        final Value first = code.define(type, isNull, read);
        if (!Value.isPair(type))
        {
            return first;
        }
        final String second = code.fresh("w");
        code.line("final " + Value.secondType(type) + " " + second + " = Memory." +
            (type.kind() == SqlType.Kind.DECIMAL ? "getLong" : "getInt") + "(" + address + " + 8L);");
        return new Value(type, first.first(), second, isNull);
    }

    /** Emits the walk to a string; the local that holds its address. Its length is in the same name with an l. */
    private String walk(final Code code, final int varIndex)
    {
        final Object known = code.note("string " + varIndex);
        if (known != null)
        {
            return (String)known;
        }
        final String from = varIndex == 0 ? "row + " + layout.blockLength() + "L" : behind(walk(code, varIndex - 1));
        final String address = code.fresh("a");
        final String length = "l" + address.substring(1);
        code.line("final int " + length + " = Memory.getInt(" + from + ");");
        code.line("final long " + address + " = " + from + " + 4L;");
        code.putNote("string " + varIndex, address);
        return address;
    }

    private static String behind(final String address)
    {
        return address + " + l" + address.substring(1);
    }

    /** Emits the writing of a fixed value, zero where it is NULL. */
    static void write(final Code code, final Value value, final String address)
    {
        final SqlType type = value.type();
        final String guard = value.isAlwaysNull() ? "true ? " + Value.zero(type) + " : " :
            value.isNullable() && type.kind() != SqlType.Kind.BOOLEAN ?
                value.isNull() + " ? " + Value.zero(type) + " : " : "";
        final String first = guard + value.first();
        code.line(switch (type.kind())
        {
            case BOOLEAN -> "Memory.putByte(" + address + ", (byte)(" + value.first() + " ? 1 : 0));";
            case TINYINT -> "Memory.putByte(" + address + ", (byte)(" + first + "));";
            case SMALLINT -> "Memory.putShort(" + address + ", (short)(" + first + "));";
            case INT, DATE, INTERVAL_MONTH -> "Memory.putInt(" + address + ", " + first + ");";
            case FLOAT -> "Memory.putFloat(" + address + ", " + first + ");";
            case DOUBLE -> "Memory.putDouble(" + address + ", " + first + ");";
            default -> "Memory.putLong(" + address + ", " + first + ");";
        });
        if (Value.isPair(type))
        {
            final String zero = guard.isEmpty() ? "" : value.isNull() + " ? 0 : ";
            code.line("Memory." + (type.kind() == SqlType.Kind.DECIMAL ? "putLong" : "putInt") + "(" + address +
                " + 8L, " + zero + value.second() + ");");
        }
    }
}
