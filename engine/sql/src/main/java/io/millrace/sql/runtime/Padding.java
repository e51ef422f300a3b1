package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Scratch;

/** Strings made longer, and strings inside strings; results, failures and allocation as with {@link Strings}. */
public final class Padding
{
    private Padding()
    {
    }

    /** LPAD: to {@code units}, cut behind where it is longer; NULL of a negative length or by an empty string. */
    public static long left(final Scratch scratch, final long address, final int length, final long units,
        final long pad, final int padLength)
    {
        return pad(scratch, address, length, units, pad, padLength, true);
    }

    /** RPAD. */
    public static long right(final Scratch scratch, final long address, final int length, final long units,
        final long pad, final int padLength)
    {
        return pad(scratch, address, length, units, pad, padLength, false);
    }

    private static long pad(final Scratch scratch, final long address, final int length, final long asked,
        final long pad, final int padLength, final boolean isLeft)
    {
        final long units = Math.min(asked, Integer.MAX_VALUE);
        scratch.isNull = units < 0 || padLength == 0;
        final int kept = (int)Math.min(Math.max(units, 0), Utf16.count(address, length));
        final int padUnits = Math.max(1, Utf16.count(pad, padLength));
        final long missing = scratch.isNull ? 0 : units - kept;
        final long total = length + (missing / padUnits + 1) * padLength;
        final long out = scratch.allocate((int)Math.min(total, Scratch.MAX_BYTES + 1L));
        if (out == Scratch.REFUSED)
        {
            return out;
        }
        long end = isLeft ? out : Utf16.copy(address, length, 0, kept, out);
        for (long rest = missing; rest > 0; rest -= padUnits)
        {
            end = Utf16.copy(pad, padLength, 0, (int)Math.min(rest, padUnits), end);
        }
        end = isLeft ? Utf16.copy(address, length, 0, kept, end) : end;
        scratch.length = scratch.isNull ? 0 : (int)(end - out);
        return out;
    }

    public static long repeat(final Scratch scratch, final long address, final int length, final long times)
    {
        // Beyond what can be held it is refused: the product of an int and this many fits.
        final long total = Math.max(0, Math.min(times, Scratch.MAX_BYTES + 1L)) * length;
        final long out = scratch.allocate((int)Math.min(total, Scratch.MAX_BYTES + 1L));
        for (long at = 0; out != Scratch.REFUSED && at < total; at += length)
        {
            Memory.copy(address, out + at, length);
        }
        scratch.length = (int)Math.min(total, Scratch.MAX_BYTES);
        return out;
    }

    /** OVERLAY by as many characters as {@code by} has. */
    public static long overlay(final Scratch scratch, final long address, final int length, final long by,
        final int byLength, final long start)
    {
        return overlay(scratch, address, length, by, byLength, start, Utf16.count(by, byLength));
    }

    /**
     * OVERLAY: what begins behind the end stays as it is, and with a length that is not positive nothing is kept behind
     * the place, both as in Flink; so does an end that no int holds fail.
     */
    public static long overlay(final Scratch scratch, final long address, final int length, final long by,
        final int byLength, final long start, final long count)
    {
        scratch.length = length;
        final int units = Utf16.count(address, length);
        if (start <= 0 || start > units)
        {
            return address;
        }
        final int from = (int)start;
        final int replaced = (int)count;
        if (replaced > 0 && from + replaced < 0)
        {
            scratch.failure = Failure.ARGUMENT.ordinal();
            return address;
        }
        final long out = scratch.allocate(length + byLength);
        if (out == Scratch.REFUSED)
        {
            return out;
        }
        long end = Utf16.copy(address, length, 0, from - 1, out);
        Memory.copy(by, end, byLength);
        end += byLength;
        if (replaced > 0 && from + replaced <= units)
        {
            end = Utf16.copy(address, length, from - 1 + replaced, units, end);
        }
        scratch.length = (int)(end - out);
        return out;
    }
}
