package io.millrace.sql.compile;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.Comparisons;
import io.millrace.sql.codegen.Expressions;
import io.millrace.sql.codegen.Numbers;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.compile.AccumulatorLayout.Slot;
import io.millrace.sql.logical.Statement.AggregateCall.Function;

/** Emits accumulation, results and merging. */
final class AccumulatorCode
{
    private AccumulatorCode()
    {
    }

    private static String at(final String base, final Slot slot, final int plus)
    {
        return base + " + " + (slot.offset() + plus) + "L";
    }

    private static String flagWord(final String base, final Slot slot)
    {
        return "Memory.getLong(" + base + " + " + (slot.flag() >> 6 << 3) + "L)";
    }

    private static String flagMask(final Slot slot)
    {
        return Expressions.longLiteral(1L << (slot.flag() & 63));
    }

    private static void setFlag(final Code code, final String base, final Slot slot, final boolean isSet)
    {
        code.line("Memory.putLong(" + base + " + " + (slot.flag() >> 6 << 3) + "L, " + flagWord(base, slot) +
            (isSet ? " | " : " & ~") + flagMask(slot) + ");");
    }

    private static String hasFlag(final String base, final Slot slot)
    {
        return "((" + flagWord(base, slot) + " & " + flagMask(slot) + ") != 0L)";
    }

    private static void addLong(final Code code, final String address, final String term)
    {
        code.line("Memory.putLong(" + address + ", Memory.getLong(" + address + ") + " + term + ");");
    }

    /** Adds a value, which is not NULL, to an accumulator; {@code value} is null for COUNT(*). */
    static void accumulate(final Code code, final Slot slot, final Value value)
    {
        final String base = "accumulators";
        if (slot.set() >= 0)
        {
            distinct(code, slot, value);
            return;
        }
        switch (slot.function())
        {
            case COUNT -> addLong(code, at(base, slot, 0), "1L");
            case SUM ->
            {
                sum(code, base, slot, value.first(), value.type().kind() == Kind.DECIMAL ? Numbers.high(value) : "");
                if (slot.type().kind() != Kind.DECIMAL)
                {
                    setFlag(code, base, slot, true);
                }
            }
            case AVG ->
            {
                average(code, base, slot, value.first(),
                    value.type().kind() == Kind.DECIMAL ? Numbers.high(value) : "");
                addLong(code, at(base, slot, countOffset(slot)), "1L");
            }
            default -> extreme(code, base, slot, value);
        }
    }

    private static int countOffset(final Slot slot)
    {
        return slot.type().kind() == Kind.DECIMAL ? 16 : 8;
    }

    private static void distinct(final Code code, final Slot slot, final Value value)
    {
        final String arguments =
            "(" + slot.set() + ", " + at("accumulators", slot, 0) + ", " + canonical(code, slot.type(), value) + ")";
        if (slot.sums().isEmpty())
        {
            code.line("state.addDistinct" + arguments + ";");
            return;
        }
        code.open("if (state.addNewDistinct" + arguments + ")");
        slot.sums().forEach(sum -> accumulate(code, sum, value));
        code.close();
    }

    /** The value's canonical form: one long, or an address and a length. */
    private static String canonical(final Code code, final SqlType type, final Value value)
    {
        if (type.isString())
        {
            return value.first() + ", " + value.second();
        }
        if (value.isPair())
        {
            final String place = code.fresh("p");
            code.line("final long " + place + " = scratch.allocate(16);");
            RowInputs.write(code, new Value(type, value.first(), value.second(), Value.NEVER), place);
            return place + ", " + type.fixedWidth();
        }
        return switch (type.kind())
        {
            case FLOAT -> "(long)Float.floatToIntBits(" + value.first() + ")";
            case DOUBLE -> "Double.doubleToLongBits(" + value.first() + ")";
            case BOOLEAN -> "(" + value.first() + " ? 1L : 0L)";
            default -> "(long)" + value.first();
        };
    }

    private static void sum(
        final Code code, final String base, final Slot slot, final String first, final String second)
    {
        final String address = at(base, slot, 0);
        switch (slot.type().kind())
        {
            case FLOAT -> code.line(
                "Memory.putFloat(" + address + ", Memory.getFloat(" + address + ") + " + first + ");");
            case DOUBLE -> code.line(
                "Memory.putDouble(" + address + ", Memory.getDouble(" + address + ") + " + first + ");");
            case DECIMAL ->
            {
                final String low = wide(code, base, slot, first, second);
                code.open("if (Decimals.isTooLarge(" + low + ", h" + low.substring(1) + "))");
                // Flink's sum becomes NULL, and the next value begins it anew.
                code.line("Memory.putLong(" + address + ", 0L);");
                code.line("Memory.putLong(" + at(base, slot, 8) + ", 0L);");
                setFlag(code, base, slot, false);
                code.close();
                code.open("else");
                put(code, base, slot, low);
                setFlag(code, base, slot, true);
                code.close();
            }
            default -> addLong(code, address, "(long)" + first);
        }
    }

    private static String wide(
        final Code code, final String base, final Slot slot, final String first, final String second)
    {
        final String low = code.fresh("s");
        code.line("final long " + low + " = Memory.getLong(" + at(base, slot, 0) + ") + " + first + ";");
        code.line("final long h" + low.substring(1) + " = Memory.getLong(" + at(base, slot, 8) + ") + " + second +
            " + Decimals.carry(" + low + ", " + first + ");");
        return low;
    }

    private static void put(final Code code, final String base, final Slot slot, final String low)
    {
        code.line("Memory.putLong(" + at(base, slot, 0) + ", " + low + ");");
        code.line("Memory.putLong(" + at(base, slot, 8) + ", h" + low.substring(1) + ");");
    }

    private static void average(
        final Code code, final String base, final Slot slot, final String first, final String second)
    {
        final String address = at(base, slot, 0);
        switch (slot.type().kind())
        {
            case FLOAT, DOUBLE -> code.line(
                "Memory.putDouble(" + address + ", Memory.getDouble(" + address + ") + " + first + ");");
            case DECIMAL ->
            {
                final String low = wide(code, base, slot, first, second);
                code.open("if (Decimals.isTooLarge(" + low + ", h" + low.substring(1) + "))");
                setFlag(code, base, slot, true);
                code.close();
                code.open("else");
                put(code, base, slot, low);
                code.close();
            }
            default -> addLong(code, address, "(long)" + first);
        }
    }

    private static void extreme(final Code code, final String base, final Slot slot, final Value value)
    {
        final String operator = slot.function() == Function.MIN ? "<" : ">";
        final SqlType type = slot.type();
        if (type.isString())
        {
            final String address = at(base, slot, 0);
            code.open("if (!state.hasString(" + address + ") || Memory.compare(" + value.first() + ", " +
                value.second() + ", state.stringAddress(" + address + "), state.stringLength(" + address + ")) " +
                operator + " 0)");
            code.line("state.setString(" + address + ", " + value.first() + ", " + value.second() + ");");
            code.close();
            return;
        }
        final Value held = held(code, base, slot);
        code.open("if (!" + hasFlag(base, slot) + " || " + Comparisons.test(code, operator, value, held) + ")");
        RowInputs.write(
            code, new Value(type, value.first(), value.second(), Value.NEVER), at(base, slot, 0));
        setFlag(code, base, slot, true);
        code.close();
    }

    private static Value held(final Code code, final String base, final Slot slot)
    {
        return RowInputs.fixed(code, slot.type(), at(base, slot, 0), Value.NEVER);
    }

    /** The result of a slot as a value of the call's type. */
    static Value result(final Code code, final Slot slot, final SqlType type)
    {
        final String base = "accumulators";
        if (slot.set() >= 0)
        {
            return code.define(type, Value.NEVER, "state.distinctCount(" + slot.set() + ", " + at(base, slot, 0) + ")");
        }
        switch (slot.function())
        {
            case COUNT:
                return code.define(type, Value.NEVER, "Memory.getLong(" + at(base, slot, 0) + ")");
            case AVG:
                return averageResult(code, slot, type);
            default:
                if (slot.type().isString())
                {
                    return stringResult(code, slot, type);
                }
                final String isNull = code.fresh("n");
                code.line("final boolean " + isNull + " = !" + hasFlag(base, slot) + ";");
                if (slot.function() == Function.SUM)
                {
                    return sumResult(code, slot, type, isNull);
                }
                final Value held = held(code, base, slot);
                return new Value(type, held.first(), held.second(), isNull);
        }
    }

    private static Value sumResult(final Code code, final Slot slot, final SqlType type, final String isNull)
    {
        final String address = at("accumulators", slot, 0);
        switch (slot.type().kind())
        {
            case FLOAT, DOUBLE:
                return RowInputs.fixed(code, type, address, isNull);
            case DECIMAL:
                return RowInputs.fixed(
                    code, SqlType.decimal(SqlType.MAX_DECIMAL_PRECISION, type.scale()), address, isNull);
            default:
                return code.define(type, isNull, Numbers.narrow(type, "Memory.getLong(" + address + ")"));
        }
    }

    private static Value averageResult(final Code code, final Slot slot, final SqlType type)
    {
        final String base = "accumulators";
        final String count = code.fresh("c");
        code.line("final long " + count + " = Memory.getLong(" + at(base, slot, countOffset(slot)) + ");");
        final boolean isDecimal = slot.type().kind() == Kind.DECIMAL;
        final Value result = code.declare(type, true);
        code.open("if (" + count + " != 0L" + (isDecimal ? " && !" + hasFlag(base, slot) : "") + ")");
        if (isDecimal)
        {
            code.line(result.first() + " = " + Numbers.decimals(code) + ".average(Memory.getLong(" +
                at(base, slot, 0) + "), Memory.getLong(" + at(base, slot, 8) + "), " + slot.type().scale() + ", " +
                count + ", " + type.precision() + ", " + type.scale() + ");");
            if (result.isPair())
            {
                code.line(result.second() + " = scratch.high;");
            }
            code.line(result.isNull() + " = scratch.isNull;");
        }
        else
        {
            final String sum = slot.type().isApproximate() ? "Memory.getDouble(" : "Memory.getLong(";
            code.line(result.first() + " = " + Numbers.narrow(type, sum + at(base, slot, 0) + ") / " + count) + ";");
            code.line(result.isNull() + " = false;");
        }
        code.close();
        return result;
    }

    private static Value stringResult(final Code code, final Slot slot, final SqlType type)
    {
        final String address = at("accumulators", slot, 0);
        final Value result = code.declare(type, true);
        code.open("if (state.hasString(" + address + "))");
        code.line(result.first() + " = state.stringAddress(" + address + ");");
        code.line(result.second() + " = state.stringLength(" + address + ");");
        code.line(result.isNull() + " = false;");
        code.close();
        return result;
    }

    /** Adds the slot at {@code from} to the one at {@code into}; distinct sets are the caller's. */
    static void merge(final Code code, final Slot slot)
    {
        if (slot.set() >= 0)
        {
            return;
        }
        final String from = at("from", slot, 0);
        final String low = "Memory.getLong(" + from + ")";
        final String high = "Memory.getLong(" + at("from", slot, 8) + ")";
        final String real = "Memory.getDouble(" + from + ")";
        final SqlType type = slot.type();
        switch (slot.function())
        {
            case COUNT -> addLong(code, at("into", slot, 0), low);
            case SUM ->
            {
                code.open("if (" + hasFlag("from", slot) + ")");
                sum(code, "into", slot,
                    type.kind() == Kind.FLOAT ? "Memory.getFloat(" + from + ")" :
                        type.kind() == Kind.DOUBLE ? real : low, high);
                if (type.kind() != Kind.DECIMAL)
                {
                    setFlag(code, "into", slot, true);
                }
                code.close();
            }
            case AVG ->
            {
                average(code, "into", slot, type.isApproximate() ? real : low, high);
                if (type.kind() == Kind.DECIMAL)
                {
                    code.open("if (" + hasFlag("from", slot) + ")");
                    setFlag(code, "into", slot, true);
                    code.close();
                }
                final String count = at("from", slot, countOffset(slot));
                addLong(code, at("into", slot, countOffset(slot)), "Memory.getLong(" + count + ")");
            }
            default ->
            {
                code.open(type.isString() ? "if (state.hasString(" + from + "))" :
                    "if (" + hasFlag("from", slot) + ")");
                extreme(code, "into", slot, type.isString() ? new Value(type, "state.stringAddress(" + from + ")",
                    "state.stringLength(" + from + ")", Value.NEVER) : held(code, "from", slot));
                code.close();
            }
        }
    }
}
