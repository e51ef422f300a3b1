package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Scratch;

/**
 * Text as values, as Flink's CAST reads it. A text that can't be read sets {@code scratch.failure} to CAST.
 *
 * <p><b>Allocation:</b> none, but for FLOAT and DOUBLE.
 */
public final class Parse
{
    /** Digits of a DECIMAL that fits into a long. */
    private static final int SHORT = 18;

    private Parse()
    {
    }

    static long fail(final Scratch scratch)
    {
        scratch.failure = Failure.CAST.ordinal();
        return 0;
    }

    private static boolean isBlank(final byte b)
    {
        return b == ' ' || b == '\n' || b == '\t';
    }

    private static int skipBlanks(final long address, final int length)
    {
        int from = 0;
        while (from < length && Memory.getByte(address + from) == ' ')
        {
            from++;
        }
        return from;
    }

    private static int dropBlanks(final long address, final int from, final int length)
    {
        int to = length;
        while (to > from && Memory.getByte(address + to - 1) == ' ')
        {
            to--;
        }
        return to;
    }

    /** An integer between limits; a fraction is dropped. */
    public static long integer(
        final Scratch scratch, final long address, final int length, final long least, final long most)
    {
        int at = skipBlanks(address, length);
        final int end = dropBlanks(address, at, length);
        if (at == end)
        {
            return fail(scratch);
        }
        final byte sign = Memory.getByte(address + at);
        if (sign == '-' || sign == '+')
        {
            at++;
            if (at == end)
            {
                return fail(scratch);
            }
        }
        long value = 0;
        boolean isFraction = false;
        for (; at < end; at++)
        {
            final int digit = Memory.getByte(address + at) - '0';
            if (digit == '.' - '0' && !isFraction)
            {
                isFraction = true;
                continue;
            }
            if (digit < 0 || digit > 9)
            {
                return fail(scratch);
            }
            if (isFraction)
            {
                continue;
            }
            if (value < Long.MIN_VALUE / 10)
            {
                return fail(scratch);
            }
            value = value * 10 - digit;
            if (value > 0)
            {
                return fail(scratch);
            }
        }
        if (sign != '-')
        {
            if (value == Long.MIN_VALUE)
            {
                return fail(scratch);
            }
            value = -value;
        }
        return value < least || value > most ? fail(scratch) : value;
    }

    /** Java's grammar; allocates. */
    public static double real(final Scratch scratch, final long address, final int length)
    {
        try
        {
            return Double.parseDouble(Utf8.toString(address, length));
        }
        catch (final NumberFormatException e)
        {
            return fail(scratch);
        }
    }

    /** Java's grammar; allocates. */
    public static float realFloat(final Scratch scratch, final long address, final int length)
    {
        try
        {
            return Float.parseFloat(Utf8.toString(address, length));
        }
        catch (final NumberFormatException e)
        {
            return fail(scratch);
        }
    }

    /** t, true, y, yes, 1 and their opposites, in any case. */
    public static boolean bool(final Scratch scratch, final long address, final int length)
    {
        long word = 0;
        for (int i = 0; i < length && i < 8; i++)
        {
            final byte b = Memory.getByte(address + i);
            word |= (long)(b >= 'A' && b <= 'Z' ? b + 0x20 : b & 0xFF) << (8 * i);
        }
        if (length <= 5)
        {
            if (word == 't' || word == 'y' || word == '1' || word == 0x73_65_79L || word == 0x65_75_72_74L)
            {
                return true;
            }
            if (word == 'f' || word == 'n' || word == '0' || word == 0x6F_6EL || word == 0x65_73_6C_61_66L)
            {
                return false;
            }
        }
        fail(scratch);
        return false;
    }

    /**
     * A decimal number with an optional exponent: low long, {@code scratch.high}; NULL where it overflows. Of short
     * text to a short type, one character that does not belong there may end the number, as in Flink: {@code 5x} is 5,
     * {@code x} is 0.
     */
    public static long decimal(final Scratch scratch, final Decimals decimals, final long address, final int length,
        final int precision, final int scale)
    {
        final boolean isLenient = precision <= SHORT && length <= SHORT;
        int at = skipBlanks(address, length);
        int end = dropBlanks(address, at, length);
        while (isLenient && at < end && isBlank(Memory.getByte(address + at)))
        {
            at++;
        }
        while (isLenient && at < end && isBlank(Memory.getByte(address + end - 1)))
        {
            end--;
        }
        scratch.isNull = false;
        scratch.high = 0;
        boolean isNegative = false;
        if (at < end && (Memory.getByte(address + at) == '-' || Memory.getByte(address + at) == '+'))
        {
            isNegative = Memory.getByte(address + at++) == '-';
        }
        decimals.clear();
        int digits = 0;
        int significant = 0;
        int exponent = 0;
        boolean isFraction = false;
        for (; at < end; at++)
        {
            final byte b = Memory.getByte(address + at);
            if (b == '.' && !isFraction)
            {
                isFraction = true;
                continue;
            }
            if (b < '0' || b > '9')
            {
                break;
            }
            digits++;
            if (significant < 76)
            {
                decimals.digit(b - '0');
                significant += significant > 0 || b != '0' ? 1 : 0;
                exponent -= isFraction ? 1 : 0;
            }
            else
            {
                exponent += isFraction ? 0 : 1;
            }
        }
        if (digits == 0 && !(isLenient && (isFraction || at < end)))
        {
            return fail(scratch);
        }
        if (at < end)
        {
            final byte b = Memory.getByte(address + at++);
            final boolean isExponent = b == 'e' || b == 'E';
            if (!isExponent || at == end)
            {
                return isLenient && at == end ? decimals.finish(isNegative, exponent, precision, scale) : fail(scratch);
            }
            final long power = integerExponent(scratch, address + at, end - at, isLenient);
            if (scratch.failure != 0)
            {
                return 0;
            }
            exponent += (int)Math.max(-100_000, Math.min(100_000, power));
        }
        return decimals.finish(isNegative, exponent, precision, scale);
    }

    private static long integerExponent(
        final Scratch scratch, final long address, final int length, final boolean isLenient)
    {
        int digits = length;
        for (int i = 0; i < length; i++)
        {
            final byte b = Memory.getByte(address + i);
            if ((b < '0' || b > '9') && !(i == 0 && (b == '-' || b == '+')))
            {
                if (!isLenient || i + 1 < length)
                {
                    return fail(scratch);
                }
                digits = i;
            }
        }
        return digits == 0 ? 0 : integer(scratch, address, digits, Long.MIN_VALUE, Long.MAX_VALUE);
    }
}
