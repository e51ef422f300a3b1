package io.millrace.node.job;

import io.millrace.codecs.Memory;

/** Decimal digits written over those in a line. */
final class Decimal
{
    private Decimal()
    {
    }

    static void put(final long at, final long value, final int digits)
    {
        long rest = value;
        for (int i = digits - 1; i >= 0; i--)
        {
            Memory.putByte(at + i, (byte)('0' + rest % 10));
            rest /= 10;
        }
    }

    /** {@code HH:mm:ss.SSS} of a time since midnight. */
    static void putClock(final long at, final long ms)
    {
        put(at, ms / 3_600_000, 2);
        put(at + 3, ms / 60_000 % 60, 2);
        put(at + 6, ms / 1000 % 60, 2);
        put(at + 9, ms % 1000, 3);
    }
}
