package io.millrace.sql.runtime;

/** Unsigned numbers of 256 bits, as ints from the least significant on: what exact decimals are computed with. */
final class Limbs
{
    static final int COUNT = 8;
    static final long MASK = 0xFFFF_FFFFL;

    private Limbs()
    {
    }

    /** Takes the magnitude of a number: whether it is negative. */
    static boolean load(final int[] limbs, final long low, final long high)
    {
        final boolean isNegative = high < 0;
        final long l = isNegative ? -low : low;
        final long h = isNegative ? ~high + (low == 0 ? 1 : 0) : high;
        limbs[0] = (int)l;
        limbs[1] = (int)(l >>> 32);
        limbs[2] = (int)h;
        limbs[3] = (int)(h >>> 32);
        for (int i = 4; i < COUNT; i++)
        {
            limbs[i] = 0;
        }
        return isNegative;
    }

    /** From one scale to another, rounding half up. */
    static void rescale(final int[] limbs, final int from, final int to)
    {
        if (to >= from)
        {
            scaleUp(limbs, to - from);
        }
        else
        {
            scaleDownHalfUp(limbs, from - to);
        }
    }

    /** Times a power of ten. */
    static void scaleUp(final int[] limbs, final int digits)
    {
        int left = digits;
        while (left > 0)
        {
            final int step = Math.min(left, 9);
            multiply(limbs, (int)Decimals.power10(step), 0);
            left -= step;
        }
    }

    /** By a power of ten, the fraction dropped: whether there was none. */
    static boolean scaleDown(final int[] limbs, final int digits)
    {
        boolean isExact = true;
        int left = digits;
        while (left > 0)
        {
            final int step = Math.min(left, 9);
            isExact &= divide(limbs, (int)Decimals.power10(step)) == 0;
            left -= step;
        }
        return isExact;
    }

    /** By a power of ten, rounding half up. */
    static void scaleDownHalfUp(final int[] limbs, final int digits)
    {
        if (digits > 0)
        {
            scaleDown(limbs, digits - 1);
            if (divide(limbs, 10) >= 5)
            {
                increment(limbs);
            }
        }
    }

    static void add(final int[] limbs, final int[] term)
    {
        long carry = 0;
        for (int i = 0; i < COUNT; i++)
        {
            carry += (limbs[i] & MASK) + (term[i] & MASK);
            limbs[i] = (int)carry;
            carry >>>= 32;
        }
    }

    /** Numbers of 128 bits. */
    static void multiply(final int[] left, final int[] right, final int[] product)
    {
        for (int i = 0; i < COUNT; i++)
        {
            product[i] = 0;
        }
        for (int i = 0; i < COUNT / 2; i++)
        {
            long carry = 0;
            for (int j = 0; j < COUNT / 2; j++)
            {
                carry += (left[i] & MASK) * (right[j] & MASK) + (product[i + j] & MASK);
                product[i + j] = (int)carry;
                carry >>>= 32;
            }
            product[i + COUNT / 2] = (int)carry;
        }
    }

    /** Times {@code factor}, plus {@code term}. */
    static void multiply(final int[] limbs, final int factor, final int term)
    {
        long carry = term;
        for (int i = 0; i < COUNT; i++)
        {
            carry += (limbs[i] & MASK) * factor;
            limbs[i] = (int)carry;
            carry >>>= 32;
        }
    }

    /** By {@code divisor}: the remainder. */
    static int divide(final int[] limbs, final int divisor)
    {
        long remainder = 0;
        for (int i = COUNT - 1; i >= 0; i--)
        {
            final long part = remainder << 32 | limbs[i] & MASK;
            limbs[i] = (int)(part / divisor);
            remainder = part % divisor;
        }
        return (int)remainder;
    }

    static void increment(final int[] limbs)
    {
        int i = 0;
        while (i < COUNT && ++limbs[i] == 0)
        {
            i++;
        }
    }

    /** {@code into} becomes {@code from} less {@code what}, which is not greater. */
    static void subtract(final int[] from, final int[] what, final int[] into)
    {
        long borrow = 0;
        for (int i = 0; i < COUNT; i++)
        {
            borrow += (from[i] & MASK) - (what[i] & MASK);
            into[i] = (int)borrow;
            borrow >>= 32;
        }
    }

    static int compare(final int[] a, final int[] b)
    {
        for (int i = COUNT - 1; i >= 0; i--)
        {
            if (a[i] != b[i])
            {
                return Integer.compareUnsigned(a[i], b[i]);
            }
        }
        return 0;
    }

    static boolean isZero(final int[] limbs)
    {
        int any = 0;
        for (final int limb : limbs)
        {
            any |= limb;
        }
        return any == 0;
    }
}
