package io.millrace.sql.compile;

import io.millrace.codecs.SqlType;
import io.millrace.engine.kernel.Failure;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.expr.Expr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The canonical bytes of a key: equal keys are equal bytes of equal length, and the bytes alone can be decoded.
 *
 * <pre>
 *   +--------------------------------+--------------------------------+---------------------------+
 *   | fixed columns, widest first    | NULL bits of nullable fixed    | strings, in order (Keys)  |
 *   +--------------------------------+--------------------------------+---------------------------+
 * </pre>
 * A NULL fixed column is zeros. Numbers are compared by their bits, as Flink does in its BinaryRow.
 */
final class KeyCodec
{
    /** Inline bytes for each string, its header included. */
    private static final int INLINE_STRING = 16;
    private static final int MAX_INLINE = 64;

    private final List<SqlType> types;
    private final int[] offsets;
    private final int[] nullBits;
    private final int nullsOffset;
    private final int fixedLength;

    KeyCodec(final List<SqlType> types)
    {
        this.types = types;
        offsets = new int[types.size()];
        nullBits = new int[types.size()];
        final List<Integer> widest = new ArrayList<>();
        for (int i = 0; i < types.size(); i++)
        {
            widest.add(i);
        }
        widest.sort(Comparator.comparingInt((Integer i) -> -types.get(i).fixedWidth()));
        int offset = 0;
        int bits = 0;
        for (final int i : widest)
        {
            offsets[i] = offset;
            offset += types.get(i).fixedWidth();
            nullBits[i] = types.get(i).fixedWidth() > 0 && types.get(i).isNullable() ? bits++ : -1;
        }
        nullsOffset = offset;
        fixedLength = offset + (bits + 7) / 8;
    }

    private boolean isOneString()
    {
        return types.size() == 1 && types.get(0).isString();
    }

    private boolean isOneLong()
    {
        return fixedLength == 8 && types.size() == 1 && "long".equals(Value.firstType(types.get(0)));
    }

    /** Bytes to keep beside the accumulators. */
    int inlineLength()
    {
        int length = fixedLength;
        for (final SqlType type : types)
        {
            length += type.isString() ? INLINE_STRING : 0;
        }
        return Math.max(8, Math.min(length + 7 & -8, MAX_INLINE));
    }

    /** Emits the key's hash into a new local, and returns its name. */
    String hash(final Code code, final List<Expr> keys)
    {
        final String hash = code.fresh("h");
        if (isOneString())
        {
            final Value value = code.emit(keys.get(0));
            code.line("long " + hash + ";");
            code.open("if (Keys.isShort(" + value.second() + "))");
            code.line(hash + " = Keys.hashOnly(" + value.first() + ", " + value.second() + ", " + value.isNull() +
                ");");
            code.close();
            code.open("else");
            scratchHash(code, List.of(value), keys, hash);
            code.close();
            return hash;
        }
        if (isOneLong())
        {
            code.line("final long " + hash + " = Keys.hashLong(" + code.emit(keys.get(0)).first() + ");");
            return hash;
        }
        final List<Value> values = values(code, keys);
        code.line("long " + hash + ";");
        scratchHash(code, values, keys, hash);
        return hash;
    }

    private void scratchHash(final Code code, final List<Value> values, final List<Expr> keys, final String hash)
    {
        final String total = total(code, values);
        final String place = code.fresh("k");
        code.line("final long " + place + " = scratch.allocate(" + total + " + 8);");
        code.open("if (" + place + " == 0L)");
        code.fail(Failure.STRING_TOO_LONG, keys.get(0));
        code.close();
        write(code, values, place, total);
        code.line(hash + " = Memory.hash(" + place + ", " + total + ");");
    }

    /** Emits statements that write the key at {@code out} and end the method. */
    void emitKey(final Code code, final List<Expr> keys)
    {
        if (keys.isEmpty())
        {
            code.line("return 0;");
            return;
        }
        if (isOneString())
        {
            final Value value = code.emit(keys.get(0));
            code.line("return Keys.putOnly(out, capacity, " + value.first() + ", " + value.second() + ", " +
                value.isNull() + ");");
            return;
        }
        final List<Value> values = values(code, keys);
        final String total = total(code, values);
        code.open("if ((" + total + " + 7 & -8) > capacity)");
        code.line("return Kernel.FULL;");
        code.close();
        write(code, values, "out", total);
        code.line("return " + total + ";");
    }

    private static List<Value> values(final Code code, final List<Expr> keys)
    {
        final List<Value> values = new ArrayList<>();
        for (final Expr key : keys)
        {
            values.add(code.emit(key));
        }
        return values;
    }

    private String total(final Code code, final List<Value> values)
    {
        final StringBuilder sum = new StringBuilder().append(fixedLength);
        for (int i = 0; i < values.size(); i++)
        {
            if (types.get(i).isString())
            {
                sum.append(" + Keys.encodedLength(").append(values.get(i).second()).append(", ")
                    .append(values.get(i).isNull()).append(')');
            }
        }
        final String total = code.fresh("t");
        code.line("final int " + total + " = " + sum + ";");
        return total;
    }

    private void write(final Code code, final List<Value> values, final String out, final String total)
    {
        code.line("Memory.putLong(" + out + " + (" + total + " - 1 & -8), 0L);");
        final StringBuilder[] bits = new StringBuilder[fixedLength - nullsOffset];
        for (int i = 0; i < values.size(); i++)
        {
            if (!types.get(i).isString())
            {
                final Value value = values.get(i);
                RowInputs.write(code, value.isAlwaysNull() ? Code.nullOf(types.get(i)) : value.as(types.get(i)),
                    out + " + " + offsets[i] + "L");
                if (nullBits[i] >= 0)
                {
                    final int at = nullBits[i] >> 3;
                    bits[at] = bits[at] == null ? new StringBuilder() : bits[at].append(" | ");
                    bits[at].append('(').append(value.isNull()).append(" ? ").append(1 << (nullBits[i] & 7))
                        .append(" : 0)");
                }
            }
        }
        for (int i = 0; i < bits.length; i++)
        {
            code.line("Memory.putByte(" + out + " + " + (nullsOffset + i) + "L, (byte)(" + bits[i] + "));");
        }
        final String at = code.fresh("p");
        code.line("long " + at + " = " + out + " + " + fixedLength + "L;");
        for (int i = 0; i < values.size(); i++)
        {
            if (types.get(i).isString())
            {
                final Value value = values.get(i);
                code.line(at + " += Keys.putString(" + at + ", " + value.first() + ", " + value.second() + ", " +
                    value.isNull() + ");");
            }
        }
    }

    /** Emits the decoding of column {@code index} from the key at the address {@code key}. */
    Value load(final Code code, final int index)
    {
        final SqlType type = types.get(index);
        if (type.isString())
        {
            final String marker = walk(code, index);
            final String address = code.fresh("a");
            final String length = code.fresh("l");
            code.line("final long " + address + " = q" + marker.substring(1) + " + Keys.headerOf(" + marker + ");");
            code.line("final int " + length + " = Math.max(" + marker + " - 1, 0);");
            return new Value(type, address, length, type.isNullable() ? "(" + marker + " == 0)" : Value.NEVER);
        }
        String isNull = Value.NEVER;
        if (nullBits[index] >= 0)
        {
            isNull = code.fresh("n");
            code.line("final boolean " + isNull + " = (Memory.getByte(key + " +
                (nullsOffset + (nullBits[index] >> 3)) + "L) & " + (1 << (nullBits[index] & 7)) + ") != 0;");
        }
        return RowInputs.fixed(code, type, "key + " + offsets[index] + "L", isNull);
    }

    /** The local with a string's marker; where the string begins is in the same name with a q. */
    private String walk(final Code code, final int index)
    {
        final Object known = code.note("key " + index);
        if (known != null)
        {
            return (String)known;
        }
        int before = index - 1;
        while (before >= 0 && !types.get(before).isString())
        {
            before--;
        }
        String from = "key + " + fixedLength + "L";
        if (before >= 0)
        {
            final String marker = walk(code, before);
            from = "q" + marker.substring(1) + " + Keys.headerOf(" + marker + ") + Math.max(" + marker + " - 1, 0)";
        }
        final String marker = code.fresh("k");
        code.line("final long q" + marker.substring(1) + " = " + from + ";");
        code.line("final int " + marker + " = Keys.marker(q" + marker.substring(1) + ");");
        code.putNote("key " + index, marker);
        return marker;
    }
}
