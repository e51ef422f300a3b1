package io.millrace.sql.runtime;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** ROUND of integers and of FLOAT and DOUBLE, half up. */
public final class Rounding
{
    /** Fraction digits that a number has left when it is truncated. */
    private static final int MOST_DIGITS = 18;
    /** More digits before the point than a DOUBLE has. */
    private static final int MOST_MAGNITUDE = 310;

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
        return scaled(BigDecimal.valueOf(value).setScale(MOST_DIGITS, RoundingMode.HALF_UP), digits, RoundingMode.DOWN)
            .doubleValue();
    }

    /** Allocates. {@code value} is a finite number. */
    public static double round(final double value, final int digits)
    {
        return scaled(BigDecimal.valueOf(value), digits, RoundingMode.HALF_UP).doubleValue();
    }

    /** Allocates. {@code value} is a finite number. */
    public static float round(final float value, final int digits)
    {
        return scaled(new BigDecimal(Float.toString(value)), digits, RoundingMode.HALF_UP).floatValue();
    }

    /** Of fewer digits where there are more; BigDecimal itself would make as many as are asked for. */
    private static BigDecimal scaled(final BigDecimal value, final int digits, final RoundingMode mode)
    {
        return digits >= value.scale() ? value : digits < -MOST_MAGNITUDE ? BigDecimal.ZERO :
            value.setScale(digits, mode);
    }
}
