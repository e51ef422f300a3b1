package io.millrace.codecs.sbe;

import java.math.BigInteger;

/** What an unscaled value of so many digits may be. */
final class DecimalLimits
{
    private static final int MOST = 38;
    /** 10 to the power of the index, low and high halves. */
    private static final long[] LOW = new long[MOST + 1];
    private static final long[] HIGH = new long[MOST + 1];

    static
    {
        BigInteger power = BigInteger.ONE;
        for (int i = 0; i <= MOST; i++)
        {
            LOW[i] = power.longValue();
            HIGH[i] = power.shiftRight(64).longValue();
            power = power.multiply(BigInteger.TEN);
        }
    }

    private DecimalLimits()
    {
    }

    /** Whether a value of up to 18 digits has no more than {@code digits}. */
    static boolean holds(final long value, final int digits)
    {
        return value < LOW[digits] && value > -LOW[digits];
    }

    /** Whether a value of two halves has no more than {@code digits}. */
    static boolean holds(final long low, final long high, final int digits)
    {
        if (low == 0 && high == Long.MIN_VALUE)
        {
            return false;
        }
        final boolean isNegative = high < 0;
        final long lowest = isNegative ? -low : low;
        final long highest = isNegative ? ~high + (low == 0 ? 1 : 0) : high;
        final int order = Long.compareUnsigned(highest, HIGH[digits]);
        return order < 0 || order == 0 && Long.compareUnsigned(lowest, LOW[digits]) < 0;
    }
}
