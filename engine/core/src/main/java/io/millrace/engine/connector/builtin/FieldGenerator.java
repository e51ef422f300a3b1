package io.millrace.engine.connector.builtin;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.connector.TableOptions;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Values of one generated column. <b>Allocation:</b> none per value. <b>Threading:</b> one thread. */
final class FieldGenerator
{
    private static final long DAY_MS = 86_400_000L;
    private static final long UNLIMITED = Long.MAX_VALUE;
    private static final int DEFAULT_LENGTH = 100;
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
        final String prefix = "fields." + column.path() + ".";
        kind = options.choice(prefix + "kind", "random", "sequence").equals("random") ? Kind.RANDOM : Kind.SEQUENCE;
        if (kind == Kind.SEQUENCE)
        {
            requireSequence(options, prefix);
        }
        final String low = prefix + (kind == Kind.SEQUENCE ? "start" : "min");
        final String high = prefix + (kind == Kind.SEQUENCE ? "end" : "max");
        if (kind == Kind.SEQUENCE)
        {
            options.text(low);
            options.text(high);
        }
        final long most = greatest();
        min = bound(options, low, type.isApproximate() || type.isString() ? 0 : -most - 1);
        max = bound(options, high, type.isString() ? UNLIMITED : most);
        minReal = type.isApproximate() ? real(options, low, 0) : 0;
        maxReal = type.isApproximate() ? real(options, high, type.kind() == SqlType.Kind.FLOAT ?
            Float.MAX_VALUE : Double.MAX_VALUE) : 0;
        if (min > max || minReal > maxReal)
        {
            throw options.invalid(high, options.text(high, String.valueOf(max)), "at least " + low);
        }
        final int widest = type.isString() ? Math.min(type.precision(), 1 << 20) : 0;
        length = (int)options.number(prefix + "length", Math.min(widest, DEFAULT_LENGTH), 0, Math.max(widest, 1));
        maxPastMs = duration(options, prefix + "max-past");
        nullRate = real(options, prefix + "null-rate", 0);
        if (nullRate < 0 || nullRate > 1 || Double.isNaN(nullRate))
        {
            throw options.invalid(prefix + "null-rate", String.valueOf(nullRate), "a number from 0 to 1");
        }
    }

    static FieldGenerator of(final TableOptions options, final RowLayout.Column column, final long seed)
    {
        return new FieldGenerator(options, column, seed);
    }

    private void requireSequence(final TableOptions options, final String prefix)
    {
        if (!type.isNumeric() && !type.isString())
        {
            throw options.invalid(prefix + "kind", "sequence", "random, as " + type + " has no sequence");
        }
    }

    private long greatest()
    {
        return switch (type.kind())
        {
            case TINYINT -> Byte.MAX_VALUE;
            case SMALLINT -> Short.MAX_VALUE;
            case INT -> Integer.MAX_VALUE;
            case DECIMAL -> type.isCompactDecimal() ?
                BigDecimal.TEN.pow(type.precision()).longValueExact() - 1 : Long.MAX_VALUE;
            default -> Long.MAX_VALUE;
        };
    }

    private long bound(final TableOptions options, final String key, final long otherwise)
    {
        final String value = options.find(key);
        if (value == null || type.isApproximate() && kind == Kind.RANDOM)
        {
            return otherwise;
        }
        try
        {
            final BigDecimal number = new BigDecimal(value.trim());
            final long bound = type.kind() == SqlType.Kind.DECIMAL ?
                number.setScale(type.scale(), RoundingMode.HALF_UP).unscaledValue().longValueExact() :
                number.longValueExact();
            final long most = greatest();
            if (bound <= most && bound >= -most - 1)
            {
                return bound;
            }
        }
        catch (final ArithmeticException | NumberFormatException e)
        {
            throw options.invalid(key, value, "a value of " + type);
        }
        throw options.invalid(key, value, "a value of " + type);
    }

    private static double real(final TableOptions options, final String key, final double otherwise)
    {
        final String value = options.find(key);
        try
        {
            return value == null ? otherwise : Double.parseDouble(value.trim());
        }
        catch (final NumberFormatException e)
        {
            throw options.invalid(key, value == null ? "" : value, "a number");
        }
    }

    private static long duration(final TableOptions options, final String key)
    {
        final String value = options.find(key);
        if (value == null)
        {
            return 0;
        }
        final String text = value.trim();
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits)))
        {
            digits++;
        }
        final long unitMs = switch (text.substring(digits).trim())
        {
            case "", "ms" -> 1;
            case "s", "sec", "second", "seconds" -> 1000;
            case "m", "min", "minute", "minutes" -> 60_000;
            case "h", "hour", "hours" -> 3_600_000;
            case "d", "day", "days" -> DAY_MS;
            default -> 0;
        };
        if (digits == 0 || digits > MAX_DIGITS / 2 || unitMs == 0)
        {
            throw options.invalid(key, value, "a duration such as '5 s'");
        }
        return Long.parseLong(text.substring(0, digits)) * unitMs;
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
