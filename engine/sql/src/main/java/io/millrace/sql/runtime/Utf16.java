package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;

/**
 * Places in UTF-8 text as functions on {@code java.lang.String} count them: characters beyond the first plane are two
 * units, and half of one becomes a question mark.
 */
final class Utf16
{
    private Utf16()
    {
    }

    /** Units of a string. */
    static int count(final long address, final int length)
    {
        if (Utf8.isAscii(address, length))
        {
            return length;
        }
        int units = 0;
        for (int at = 0; at < length; at += Utf8.width(Memory.getByte(address + at)))
        {
            units += units(Memory.getByte(address + at));
        }
        return units;
    }

    private static int units(final byte first)
    {
        return Utf8.width(first) == 4 ? 2 : 1;
    }

    /** Copies the units from {@code from} to before {@code to}; the address behind them. Takes no more bytes. */
    static long copy(final long address, final int length, final int from, final int to, final long out)
    {
        if (Utf8.isAscii(address, length))
        {
            final int count = Math.min(to, length) - from;
            Memory.copy(address + from, out, Math.max(count, 0));
            return out + Math.max(count, 0);
        }
        long end = out;
        int unit = 0;
        int at = 0;
        while (at < length && unit < to)
        {
            final byte first = Memory.getByte(address + at);
            final int width = Math.min(Utf8.width(first), length - at);
            final int next = unit + units(first);
            if (unit >= from && next <= to)
            {
                Memory.copy(address + at, end, width);
                end += width;
            }
            else if (next > from)
            {
                Memory.putByte(end++, (byte)'?');
            }
            at += width;
            unit = next;
        }
        return end;
    }
}
