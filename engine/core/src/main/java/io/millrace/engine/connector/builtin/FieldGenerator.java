package io.millrace.engine.connector.builtin;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.connector.TableOptions;

/** Values of one generated column. <b>Allocation:</b> none per value. <b>Threading:</b> one thread. */
final class FieldGenerator
{
    private static final long DAY_MS = 86_400_000L;
    private static final long UNLIMITED = Long.MAX_VALUE;
    private static final int MAX_DIGITS = 19;

    private enum Kind
    {
        RANDOM, SEQUENCE
    }

    private final RowLayout.Column column;
    private final SqlType type;
    private final Kind kind;
    /** Bounds in the column's own form: unscaled for DECIMAL, milliseconds for times. */
    private final long min;
    private final long max;
    private final double minReal;
    private final double maxReal;
    private final int length;
    private final long maxPastMs;
    private final double nullRate;
    private long state;

    private FieldGenerator(final TableOptions options, final RowLayout.Column column, final long seed)
    {
        this.column = column;
        type = column.type();
        state = seed * 0x9E3779B97F4A7C15L;
        final FieldOptions given = new FieldOptions(options, column.path(), type);
        kind = given.sequence() ? Kind.SEQUENCE : Kind.RANDOM;
        final boolean isReal = type.isApproximate() && kind == Kind.RANDOM;
        min = isReal ? 0 : given.min();
        max = isReal ? Long.MAX_VALUE : given.max();
        minReal = isReal ? given.minReal() : 0;
        maxReal = isReal ? given.maxReal() : 0;
        length = given.length();
        maxPastMs = given.maxPastMs();
        nullRate = given.nullRate();
    }

    static FieldGenerator of(final TableOptions options, final RowLayout.Column column, final long seed)
    {
        return new FieldGenerator(options, column, seed);
    }

    /** Most bytes that a value takes behind the fixed block, beside its length field. */
    int maxLength()
    {
        return !type.isString() ? 0 : kind == Kind.SEQUENCE ? MAX_DIGITS + 1 : length;
    }

    /** Rows until a sequence is used up. */
    long rowLimit()
    {
        final long rows = max - min + 1;
        return kind == Kind.RANDOM || rows <= 0 ? UNLIMITED : rows;
    }

    /** Writes the value of row {@code number} and, where it is a string, appends it at {@code end}; the new end. */
    long write(final long row, final long end, final long number, final long epochMs)
    {
        if (nullRate > 0 && unit() < nullRate)
        {
            RowLayout.setNull(row, column);
            if (type.isString())
            {
                Memory.putInt(end, 0);
                return end + RowLayout.VAR_HEADER_LENGTH;
            }
            return end;
        }
        final long at = row + column.fixedOffset();
        final long whole = kind == Kind.SEQUENCE ? min + number : 0;
        switch (type.kind())
        {
            case BOOLEAN -> Memory.putByte(at, (byte)(next() & 1));
            case TINYINT -> Memory.putByte(at, (byte)value(whole));
            case SMALLINT -> Memory.putShort(at, (short)value(whole));
            case INT -> Memory.putInt(at, (int)value(whole));
            case BIGINT -> Memory.putLong(at, value(whole));
            case FLOAT -> Memory.putFloat(at, (float)realValue(whole));
            case DOUBLE -> Memory.putDouble(at, realValue(whole));
            case DECIMAL ->
            {
                final long unscaled = value(whole);
                Memory.putLong(at, unscaled);
                if (!type.isCompactDecimal())
                {
                    Memory.putLong(at + 8, unscaled >> 63);
                }
            }
            case DATE -> Memory.putInt(at, (int)Math.floorDiv(time(epochMs), DAY_MS));
            case TIMESTAMP -> Memory.putLong(at, time(epochMs));
            case CHAR, VARCHAR ->
            {
                return string(end, whole);
            }
            default -> throw new IllegalStateException("no values of " + type);
        }
        return end;
    }

    private long value(final long sequence)
    {
        if (kind == Kind.SEQUENCE)
        {
            return sequence;
        }
        final long range = max - min + 1;
        return range <= 0 ? next() : min + Math.floorMod(next() >>> 1, range);
    }

    private double realValue(final long sequence)
    {
        return kind == Kind.SEQUENCE ? sequence : minReal + unit() * (maxReal - minReal);
    }

    private long time(final long epochMs)
    {
        return maxPastMs == 0 ? epochMs : epochMs - Math.floorMod(next(), maxPastMs);
    }

    private long string(final long end, final long sequence)
    {
        final long bytes = end + RowLayout.VAR_HEADER_LENGTH;
        int written = 0;
        if (kind == Kind.SEQUENCE)
        {
            written = digits(bytes, sequence);
        }
        else
        {
            long bits = 0;
            for (; written < length; written++)
            {
                bits = (written & 15) == 0 ? next() : bits >>> 4;
                final int digit = (int)(bits & 15);
                Memory.putByte(bytes + written, (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10));
            }
        }
        Memory.putInt(end, written);
        return bytes + written;
    }

    private static int digits(final long at, final long value)
    {
        int count = value < 0 ? 2 : 1;
        for (long rest = value / 10; rest != 0; rest /= 10)
        {
            count++;
        }
        long rest = value;
        for (int i = count - 1; i >= (value < 0 ? 1 : 0); i--)
        {
            Memory.putByte(at + i, (byte)('0' + Math.abs(rest % 10)));
            rest /= 10;
        }
        if (value < 0)
        {
            Memory.putByte(at, (byte)'-');
        }
        return count;
    }

    private double unit()
    {
        return (next() >>> 11) * 0x1.0p-53;
    }

    /** SplitMix64 (Steele, Lea, Flood 2014). */
    private long next()
    {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
