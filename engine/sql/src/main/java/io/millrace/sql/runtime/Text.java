package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Scratch;

/** Values as text, as Flink's CAST writes them: a returned address, 0 where the scratch refused, and a length. */
public final class Text
{
    private Text()
    {
    }

    /** Whether a byte is an ASCII digit. */
    static boolean isDigit(final long address)
    {
        final byte b = Memory.getByte(address);
        return b >= '0' && b <= '9';
    }

    /** Writes a number of at least {@code width} digits; the address behind it. */
    static long padded(final long out, final int value, final int width)
    {
        int digits = 1;
        for (int rest = value / 10; rest > 0; rest /= 10)
        {
            digits++;
        }
        final int count = Math.max(digits, width);
        int rest = value;
        for (int i = count - 1; i >= 0; i--)
        {
            Memory.putByte(out + i, (byte)('0' + rest % 10));
            rest /= 10;
        }
        return out + count;
    }

    public static long ofLong(final Scratch scratch, final long value)
    {
        final long out = scratch.allocate(24);
        if (out == Scratch.REFUSED)
        {
            return out;
        }
        long at = out + 24;
        long rest = value;
        do
        {
            Memory.putByte(--at, (byte)('0' + Math.abs(rest % 10)));
            rest /= 10;
        }
        while (rest != 0);
        if (value < 0)
        {
            Memory.putByte(--at, (byte)'-');
        }
        scratch.length = (int)(out + 24 - at);
        return at;
    }

    /** Java's shortest form; allocates. */
    public static long ofDouble(final Scratch scratch, final double value)
    {
        return Strings.keep(scratch, Double.toString(value));
    }

    /** Java's shortest form; allocates. */
    public static long ofFloat(final Scratch scratch, final float value)
    {
        return Strings.keep(scratch, Float.toString(value));
    }

    public static long ofBoolean(final Scratch scratch, final boolean value)
    {
        final long out = scratch.allocate(8);
        if (out == Scratch.REFUSED)
        {
            return out;
        }
        Memory.putLong(out, value ? 0x4555_5254L : 0x45_534C_4146L);
        scratch.length = value ? 4 : 5;
        return out;
    }

    public static long ofDate(final Scratch scratch, final int day)
    {
        final long out = scratch.allocate(16);
        if (out == Scratch.REFUSED)
        {
            return out;
        }
        scratch.length = (int)(date(out, day) - out);
        return out;
    }

    private static long date(final long out, final int day)
    {
        final int civil = Timestamps.civil(day);
        long at = padded(out, Math.abs(civil >> 9), 4);
        Memory.putByte(at++, (byte)'-');
        at = padded(at, civil >> 5 & 0xF, 2);
        Memory.putByte(at++, (byte)'-');
        return padded(at, civil & 0x1F, 2);
    }

    /** yyyy-MM-dd HH:mm:ss and {@code precision} fraction digits. */
    public static long ofTimestamp(final Scratch scratch, final long ms, final int nanos, final int precision)
    {
        final long out = scratch.allocate(40);
        if (out == Scratch.REFUSED)
        {
            return out;
        }
        final int time = (int)Timestamps.timeOfDay(ms);
        long at = date(out, Timestamps.dayOf(ms));
        Memory.putByte(at++, (byte)' ');
        at = padded(at, time / 3_600_000, 2);
        Memory.putByte(at++, (byte)':');
        at = padded(at, time / 60_000 % 60, 2);
        Memory.putByte(at++, (byte)':');
        at = padded(at, time / 1000 % 60, 2);
        if (precision > 0)
        {
            Memory.putByte(at++, (byte)'.');
            at = padded(at, (time % 1000 * 1_000_000 + nanos) / (int)Decimals.power10(9 - precision), precision);
        }
        scratch.length = (int)(at - out);
        return out;
    }
}
