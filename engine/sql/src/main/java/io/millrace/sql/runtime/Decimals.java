package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Scratch;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Exact decimal arithmetic as Flink's DecimalData: unscaled values of at most 38 digits as two longs, rounding half up
 * to the result's scale, NULL on overflow. Intermediate results have 256 bits, enough for every pair of operands.
 *
 * <p>A method returns the low long and leaves the high one in {@code scratch.high}, and {@code scratch.isNull} says
 * whether the result does not fit its precision. <b>Threading:</b> one thread. <b>Allocation:</b> none, but for
 * {@link #divide}, {@link #remainder} and {@link #doubleOf(long, long, int)}.
 */
public final class Decimals
{
    /** Digits that the limbs hold at most. */
    private static final int MOST_LIMB_DIGITS = 78;
    private static final long[] POW10 = new long[19];
    private static final double[] DOUBLE_POW10 = new double[19];
    private static final long[] POW10_LOW = new long[39];
    private static final long[] POW10_HIGH = new long[39];

    static
    {
        BigInteger power = BigInteger.ONE;
        for (int i = 0; i < 39; i++)
        {
            POW10_LOW[i] = power.longValue();
            POW10_HIGH[i] = power.shiftRight(64).longValue();
            if (i < 19)
            {
                POW10[i] = power.longValue();
                DOUBLE_POW10[i] = power.doubleValue();
            }
            power = power.multiply(BigInteger.TEN);
        }
    }

    private final Scratch scratch;
    private final int[] left = new int[Limbs.COUNT];
    private final int[] right = new int[Limbs.COUNT];
    private final int[] product = new int[Limbs.COUNT];

    public Decimals(final Scratch scratch)
    {
        this.scratch = scratch;
    }

    /** 10 to the power {@code digits}, at most 18. */
    public static long power10(final int digits)
    {
        return POW10[digits];
    }

    public long add(final long low1, final long high1, final int scale1, final long low2, final long high2,
        final int scale2, final int precision, final int scale)
    {
        final int common = Math.max(scale1, scale2);
        final boolean isNegative1 = Limbs.load(left, low1, high1);
        Limbs.scaleUp(left, common - scale1);
        final boolean isNegative2 = Limbs.load(right, low2, high2);
        Limbs.scaleUp(right, common - scale2);
        final boolean isNegative;
        if (isNegative1 == isNegative2)
        {
            isNegative = isNegative1;
            Limbs.add(left, right);
        }
        else if (Limbs.compare(left, right) >= 0)
        {
            isNegative = isNegative1;
            Limbs.subtract(left, right, left);
        }
        else
        {
            isNegative = isNegative2;
            Limbs.subtract(right, left, left);
        }
        Limbs.rescale(left, common, scale);
        return store(left, isNegative, precision);
    }

    public long subtract(final long low1, final long high1, final int scale1, final long low2, final long high2,
        final int scale2, final int precision, final int scale)
    {
        return add(low1, high1, scale1, -low2, ~high2 + (low2 == 0 ? 1 : 0), scale2, precision, scale);
    }

    public long multiply(final long low1, final long high1, final int scale1, final long low2, final long high2,
        final int scale2, final int precision, final int scale)
    {
        final boolean isNegative = Limbs.load(left, low1, high1) ^ Limbs.load(right, low2, high2);
        Limbs.multiply(left, right, product);
        Limbs.rescale(product, scale1 + scale2, scale);
        return store(product, isNegative, precision);
    }

    /** Division by a positive long, rounding half up. */
    public long average(final long low, final long high, final int fromScale, final long count, final int precision,
        final int scale)
    {
        final boolean isNegative = Limbs.load(left, low, high);
        Limbs.scaleUp(left, scale - fromScale);
        // The remainder can reach 63 bits, so that a step of 32 bits would not fit a long: one bit at a time.
        long remainder = 0;
        for (int bit = Limbs.COUNT * 32 - 1; bit >= 0; bit--)
        {
            final int limb = bit >>> 5;
            remainder = remainder << 1 | left[limb] >>> (bit & 31) & 1;
            left[limb] &= ~(1 << (bit & 31));
            if (Long.compareUnsigned(remainder, count) >= 0)
            {
                remainder -= count;
                left[limb] |= 1 << (bit & 31);
            }
        }
        if (Long.compareUnsigned(remainder, count - remainder) >= 0)
        {
            Limbs.increment(left);
        }
        return store(left, isNegative, precision);
    }

    /** Another precision and scale, rounding half up. */
    public long rescale(final long low, final long high, final int fromScale, final int precision, final int scale)
    {
        final boolean isNegative = Limbs.load(left, low, high);
        Limbs.rescale(left, fromScale, scale);
        return store(left, isNegative, precision);
    }

    /** Towards zero, to an integer; wraps to 64 bits. */
    public long truncate(final long low, final long high, final int scale)
    {
        final boolean isNegative = Limbs.load(left, low, high);
        Limbs.scaleDown(left, scale);
        final long value = left[0] & Limbs.MASK | (long)left[1] << 32;
        return isNegative ? -value : value;
    }

    /** Towards negative infinity ({@code isUp}: positive infinity), to scale 0. */
    public long floor(final long low, final long high, final int fromScale, final boolean isUp, final int precision)
    {
        final boolean isNegative = Limbs.load(left, low, high);
        final boolean isExact = Limbs.scaleDown(left, fromScale);
        if (!isExact && isNegative != isUp)
        {
            Limbs.increment(left);
        }
        return store(left, isNegative, precision);
    }

    /** Rounds half up to {@code digits} fraction digits (negative: tens, hundreds…), in the result's own scale. */
    public long round(final long low, final long high, final int fromScale, final int digits, final int precision,
        final int scale)
    {
        final boolean isNegative = Limbs.load(left, low, high);
        if (digits < fromScale)
        {
            final int kept = Math.max(digits, -MOST_LIMB_DIGITS);
            Limbs.scaleDownHalfUp(left, Math.min(fromScale - kept, MOST_LIMB_DIGITS));
            Limbs.scaleUp(left, scale - kept);
        }
        else
        {
            Limbs.rescale(left, fromScale, scale);
        }
        return store(left, isNegative, precision);
    }

    /** Cuts off what is behind {@code digits} fraction digits (negative: tens, hundreds…), in the result's scale. */
    public long truncate(final long low, final long high, final int fromScale, final int digits, final int precision,
        final int scale)
    {
        final boolean isNegative = Limbs.load(left, low, high);
        if (digits < fromScale)
        {
            final int kept = Math.max(digits, -MOST_LIMB_DIGITS);
            Limbs.scaleDown(left, Math.min(fromScale - kept, MOST_LIMB_DIGITS));
            Limbs.scaleUp(left, scale - kept);
        }
        else
        {
            Limbs.rescale(left, fromScale, scale);
        }
        return store(left, isNegative, precision);
    }

    public int compare(
        final long low1, final long high1, final int scale1, final long low2, final long high2, final int scale2)
    {
        if (scale1 == scale2)
        {
            return compare(low1, high1, low2, high2);
        }
        final boolean isNegative1 = Limbs.load(left, low1, high1);
        final boolean isNegative2 = Limbs.load(right, low2, high2);
        final int common = Math.max(scale1, scale2);
        Limbs.scaleUp(left, common - scale1);
        Limbs.scaleUp(right, common - scale2);
        if (isNegative1 != isNegative2)
        {
            return isNegative1 ? -1 : 1;
        }
        return isNegative1 ? Limbs.compare(right, left) : Limbs.compare(left, right);
    }

    /** Order of two 128-bit numbers. */
    public static int compare(final long low1, final long high1, final long low2, final long high2)
    {
        return high1 == high2 ? Long.compareUnsigned(low1, low2) : Long.compare(high1, high2);
    }

    /** Whether a 128-bit sum has more than 38 digits. */
    public static boolean isTooLarge(final long low, final long high)
    {
        final boolean isNegative = high < 0;
        final long magnitudeLow = isNegative ? -low : low;
        final long magnitudeHigh = isNegative ? ~high + (low == 0 ? 1 : 0) : high;
        return magnitudeHigh < 0 || compare(magnitudeLow, magnitudeHigh, POW10_LOW[38], POW10_HIGH[38]) >= 0;
    }

    /** Carry of an unsigned addition whose result is {@code sum}. */
    public static long carry(final long sum, final long term)
    {
        return Long.compareUnsigned(sum, term) < 0 ? 1 : 0;
    }

    /** Fraction dropped; allocates. {@code divisor} is not zero. */
    public long divide(final long low1, final long high1, final int scale1, final long low2, final long high2,
        final int scale2, final int precision, final int scale)
    {
        return store(bigDecimal(low1, high1, scale1).divide(bigDecimal(low2, high2, scale2),
            new MathContext(38, RoundingMode.HALF_UP)), precision, scale);
    }

    /** Remainder with the dividend's sign; allocates. {@code divisor} is not zero. */
    public long remainder(final long low1, final long high1, final int scale1, final long low2, final long high2,
        final int scale2, final int precision, final int scale)
    {
        return store(bigDecimal(low1, high1, scale1).remainder(bigDecimal(low2, high2, scale2)), precision, scale);
    }

    /** Low long of a number in another precision and scale; allocates. */
    public long store(final BigDecimal value, final int precision, final int scale)
    {
        final BigInteger unscaled = value.setScale(scale, RoundingMode.HALF_UP).unscaledValue();
        scratch.isNull = unscaled.abs().compareTo(BigInteger.TEN.pow(precision)) >= 0;
        scratch.high = unscaled.shiftRight(64).longValue();
        return unscaled.longValue();
    }

    /** The number as an object; allocates. */
    public static BigDecimal bigDecimal(final long low, final long high, final int scale)
    {
        final BigInteger unscaled = BigInteger.valueOf(high).shiftLeft(64)
            .or(BigInteger.valueOf(low >>> 1).shiftLeft(1).or(BigInteger.valueOf(low & 1)));
        return new BigDecimal(unscaled, scale);
    }

    public static double doubleOf(final long unscaled, final int scale)
    {
        return scale == 0 ? unscaled : unscaled / DOUBLE_POW10[scale];
    }

    /** Allocates. */
    public static double doubleOf(final long low, final long high, final int scale)
    {
        return bigDecimal(low, high, scale).doubleValue();
    }

    /** Writes the plain text of a number to the scratch; address, or 0, and {@code scratch.length}. */
    public long format(final long low, final long high, final int scale)
    {
        final long out = scratch.allocate(48);
        if (out == Scratch.REFUSED)
        {
            return out;
        }
        final boolean isNegative = Limbs.load(left, low, high);
        long at = out + 48;
        int digits = 0;
        do
        {
            int chunk = Limbs.divide(left, 1_000_000_000);
            final boolean isLast = Limbs.isZero(left);
            for (int i = 0; i < 9 && (!isLast || chunk != 0 || digits <= scale); i++)
            {
                if (digits == scale && scale > 0)
                {
                    Memory.putByte(--at, (byte)'.');
                }
                Memory.putByte(--at, (byte)('0' + chunk % 10));
                chunk /= 10;
                digits++;
            }
        }
        while (!Limbs.isZero(left) || digits <= scale);
        if (isNegative)
        {
            Memory.putByte(--at, (byte)'-');
        }
        scratch.length = (int)(out + 48 - at);
        return at;
    }

    /** Begins a number that {@link #digit} grows. */
    void clear()
    {
        for (int i = 0; i < Limbs.COUNT; i++)
        {
            left[i] = 0;
        }
    }

    /** Appends a decimal digit. */
    void digit(final int digit)
    {
        Limbs.multiply(left, 10, digit);
    }

    /** Ends a number: its digits times 10 to the power {@code exponent}, in the given type. */
    long finish(final boolean isNegative, final int exponent, final int precision, final int scale)
    {
        final int shift = exponent + scale;
        if (Limbs.isZero(left))
        {
            return store(left, false, precision);
        }
        if (shift > 38)
        {
            scratch.isNull = true;
            return 0;
        }
        if (shift >= 0)
        {
            Limbs.scaleUp(left, shift);
        }
        else
        {
            Limbs.scaleDownHalfUp(left, Math.min(-shift, 78));
        }
        return store(left, isNegative, precision);
    }

    private long store(final int[] limbs, final boolean isNegative, final int precision)
    {
        final long low = limbs[0] & Limbs.MASK | (long)limbs[1] << 32;
        final long high = limbs[2] & Limbs.MASK | (long)limbs[3] << 32;
        if ((limbs[4] | limbs[5] | limbs[6] | limbs[7]) != 0 || high < 0 ||
            compare(low, high, POW10_LOW[precision], POW10_HIGH[precision]) >= 0)
        {
            scratch.isNull = true;
            scratch.high = 0;
            return 0;
        }
        scratch.isNull = false;
        scratch.high = isNegative ? ~high + (low == 0 ? 1 : 0) : high;
        return isNegative ? -low : low;
    }
}
