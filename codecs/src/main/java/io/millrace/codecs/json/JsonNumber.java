package io.millrace.codecs.json;

import io.millrace.codecs.Memory;

/**
 * The text of a number, taken apart: sign, digits and the power of ten of the last digit. Reads what Java's
 * {@code BigDecimal(String)} reads, which is more than JSON's grammar: a leading plus, a point at either end.
 *
 * <p><b>Allocation:</b> none, but for {@link #doubleOf} and {@link #floatOf}, which ask the platform.
 */
final class JsonNumber
{
    /** 10^0 to 10^18. */
    private static final long[] POWERS = new long[19];
    /** Powers of ten that a double holds exactly. */
    private static final double[] DOUBLE_POWERS = new double[23];
    /** Most digits of a number that a double holds exactly whatever the digits are. */
    private static final int EXACT_DIGITS = 15;
    /** Largest integer up to which a float holds all. */
    private static final int EXACT_FLOAT = 1 << 24;
    private static final int EXACT_FLOAT_POWER = 10;

    static
    {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++)
        {
            POWERS[i] = POWERS[i - 1] * 10;
        }
        for (int i = 0; i < DOUBLE_POWERS.length; i++)
        {
            DOUBLE_POWERS[i] = Double.parseDouble("1e" + i);
        }
    }

    private boolean isNegative;
    private long first;
    private int digits;
    private long exponent;
    private long low;
    private long high;

    /** Takes {@code from} to {@code to} apart; false where it is no number. */
    boolean parse(final long from, final long to)
    {
        long p = from;
        isNegative = JsonScanner.isAt(p, to, '-');
        if (isNegative || JsonScanner.isAt(p, to, '+'))
        {
            p++;
        }
        digits = 0;
        exponent = 0;
        int seen = 0;
        boolean isFraction = false;
        for (; p < to; p++)
        {
            final int digit = Memory.getByte(p) - '0';
            if (digit == '.' - '0' && !isFraction)
            {
                isFraction = true;
                continue;
            }
            if (digit < 0 || digit > 9)
            {
                break;
            }
            seen++;
            exponent -= isFraction ? 1 : 0;
            if (digits > 0 || digit > 0)
            {
                first = digits == 0 ? p : first;
                digits++;
            }
        }
        return seen > 0 && (p == to || parseExponent(p, to));
    }

    private boolean parseExponent(final long at, final long to)
    {
        if ((Memory.getByte(at) | 0x20) != 'e')
        {
            return false;
        }
        long p = at + 1;
        final boolean isDown = JsonScanner.isAt(p, to, '-');
        if (isDown || JsonScanner.isAt(p, to, '+'))
        {
            p++;
        }
        if (p == to)
        {
            return false;
        }
        long value = 0;
        for (; p < to; p++)
        {
            final int digit = Memory.getByte(p) - '0';
            if (digit < 0 || digit > 9)
            {
                return false;
            }
            value = value * 10 + digit;
            if (value >= Integer.MAX_VALUE)
            {
                return false;
            }
        }
        exponent += isDown ? -value : value;
        return true;
    }

    /**
     * The parsed number as an unscaled DECIMAL, rounded half up, in {@link #low} and {@link #high}.
     *
     * @return whether it fits.
     */
    boolean toDecimal(final int precision, final int scale)
    {
        low = 0;
        high = 0;
        if (digits == 0)
        {
            return true;
        }
        final long shift = exponent + scale;
        if (digits + shift > precision)
        {
            return false;
        }
        final int kept = (int)Math.max(0, Math.min(digits, digits + shift));
        long p = first;
        for (int i = 0; i < kept; i++)
        {
            p += Memory.getByte(p) == '.' ? 1 : 0;
            append(Memory.getByte(p++) - '0');
        }
        for (long i = 0; i < shift; i++)
        {
            append(0);
        }
        if (shift < 0 && digits + shift >= 0)
        {
            p += Memory.getByte(p) == '.' ? 1 : 0;
            if (Memory.getByte(p) >= '5')
            {
                low++;
                high += low == 0 ? 1 : 0;
            }
        }
        if (isPower(precision))
        {
            return false;
        }
        if (isNegative)
        {
            low = -low;
            high = ~high + (low == 0 ? 1 : 0);
        }
        return true;
    }

    private void append(final int digit)
    {
        final long carry = Math.multiplyHigh(low, 10) + (low >> 63 & 10);
        low = low * 10 + digit;
        high = high * 10 + carry + (Long.compareUnsigned(low, digit) < 0 ? 1 : 0);
    }

    /** Whether rounding has carried the number up to 10^{@code precision}, one digit too many. */
    private boolean isPower(final int precision)
    {
        if (precision < POWERS.length)
        {
            return high == 0 && low == POWERS[precision];
        }
        final long a = POWERS[18];
        final long b = POWERS[Math.min(18, precision - 18)];
        final long factor = precision > 36 ? POWERS[precision - 36] : 1;
        final long powerLow = a * b;
        final long powerHigh = Math.multiplyHigh(a, b);
        return low == powerLow * factor &&
            high == powerHigh * factor + Math.multiplyHigh(powerLow, factor) + (powerLow >> 63 & factor);
    }

    /** Low long of the last DECIMAL; all of it where it has at most 18 digits. */
    long low()
    {
        return low;
    }

    /** High long of the last DECIMAL. */
    long high()
    {
        return high;
    }

    /**
     * {@code value} / 10^{@code scale} as an unscaled DECIMAL, rounded half up.
     *
     * @return the unscaled value, or {@link Long#MIN_VALUE} where the longer way must be taken, whatever the reason.
     */
    static long rescale(final long value, final int scale, final int precision, final int newScale)
    {
        final long bound = POWERS[Math.min(precision, 18)];
        final int shift = newScale - scale;
        if (shift < 0)
        {
            if (shift < -18)
            {
                return Long.MIN_VALUE;
            }
            final long power = POWERS[-shift];
            final long half = value < 0 ? -(power / 2) : power / 2;
            final long rounded = (value + half) / power;
            return Math.abs(rounded) < bound ? rounded : Long.MIN_VALUE;
        }
        if (shift > 18 || Math.abs(value) > POWERS[18] / POWERS[shift])
        {
            return Long.MIN_VALUE;
        }
        final long scaled = value * POWERS[shift];
        return Math.abs(scaled) < bound ? scaled : Long.MIN_VALUE;
    }

    /**
     * Whether {@code value} / 10^{@code scale} is exact as a quotient of two doubles, so that one division rounds it
     * rightly (Clinger's fast path).
     */
    static boolean isExactDouble(final long value, final int scale)
    {
        return value != 0 && scale < DOUBLE_POWERS.length && Math.abs(value) < POWERS[EXACT_DIGITS];
    }

    /** 10^{@code scale}, up to 18. */
    static long power(final int scale)
    {
        return POWERS[scale];
    }

    static double exactDouble(final long value, final int scale)
    {
        return value / DOUBLE_POWERS[scale];
    }

    /** As {@link #isExactDouble}, for a float. */
    static boolean isExactFloat(final long value, final int scale)
    {
        return value != 0 && scale <= EXACT_FLOAT_POWER && Math.abs(value) <= EXACT_FLOAT;
    }

    static float exactFloat(final long value, final int scale)
    {
        return value / (float)DOUBLE_POWERS[scale];
    }

    /** As {@link Double#parseDouble}: allocates; NaN where it would throw, told apart by {@link #isNaN}. */
    static double doubleOf(final long from, final long to)
    {
        try
        {
            return Double.parseDouble(textOf(from, to));
        }
        catch (final NumberFormatException ex)
        {
            return Double.NaN;
        }
    }

    /** As {@link Float#parseFloat}: allocates; NaN where it would throw, told apart by {@link #isNaN}. */
    static float floatOf(final long from, final long to)
    {
        try
        {
            return Float.parseFloat(textOf(from, to));
        }
        catch (final NumberFormatException ex)
        {
            return Float.NaN;
        }
    }

    /** Whether the text, trimmed, is Java's spelling of not-a-number. */
    static boolean isNaN(final long from, final long to)
    {
        final long p = to - from == 4 && (Memory.getByte(from) == '-' || Memory.getByte(from) == '+') ? from + 1 : from;
        return to - p == 3 && (Memory.getInt(p) & 0xFFFFFF) == ('N' | 'a' << 8 | 'N' << 16);
    }

    static String textOf(final long from, final long to)
    {
        final char[] text = new char[(int)(to - from)];
        for (int i = 0; i < text.length; i++)
        {
            text[i] = (char)(Memory.getByte(from + i) & 0xFF);
        }
        return new String(text);
    }
}
