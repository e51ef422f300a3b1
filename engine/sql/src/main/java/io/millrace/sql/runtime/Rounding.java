package io.millrace.sql.runtime;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** ROUND of integers and of FLOAT and DOUBLE, half up. */
public final class Rounding
{
    /** Fraction digits that a number has left when it is truncated. */
    private static final int MOST_DIGITS = 18;

    private Rounding()
    {
    }

    /** Rounds to tens, hundreds and so on where {@code digits} is negative. */
    public static long round(final long value, final int digits)
    {
        if (digits >= 0)
        {
            return value;
        }
        if (digits < -18)
        {
            return 0;
        }
        final long power = Decimals.power10(-digits);
        final long rest = value % power;
        final long down = value - rest;
        if (Math.abs(rest) >= power - Math.abs(rest))
        {
            return value < 0 ? down - power : down + power;
        }
        return down;
    }

    public static int round(final int value, final int digits)
    {
        return (int)round((long)value, digits);
    }

    /** Towards zero: to tens, hundreds and so on where {@code digits} is negative. */
    public static long truncate(final long value, final int digits)
    {
        return digits >= 0 ? value : digits < -18 ? 0 : value - value % Decimals.power10(-digits);
    }

    /** Towards zero, of at most 18 fraction digits. Allocates. {@code value} is a finite number. */
    public static double truncate(final double value, final int digits)
    {
        return BigDecimal.valueOf(value).setScale(MOST_DIGITS, RoundingMode.HALF_UP)
            .setScale(Math.min(digits, MOST_DIGITS), RoundingMode.DOWN).doubleValue();
    }

    /** Allocates. {@code value} is a finite number. */
    public static double round(final double value, final int digits)
    {
        return BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_UP).doubleValue();
    }

    /** Allocates. {@code value} is a finite number. */
    public static float round(final float value, final int digits)
    {
        return new BigDecimal(Float.toString(value)).setScale(digits, RoundingMode.HALF_UP).floatValue();
    }
}
