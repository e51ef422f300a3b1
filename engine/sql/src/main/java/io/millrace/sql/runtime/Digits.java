package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Scratch;

/** Numbers and bytes as digits of other bases; results and allocation as with {@link Strings}. */
public final class Digits
{
    private static final String CAPITALS = "0123456789ABCDEF";
    private static final String SMALL = "0123456789abcdef";

    private Digits()
    {
    }

    /** BIN: of a negative number, 64 digits. */
    public static long binary(final Scratch scratch, final long value)
    {
        return digits(scratch, value, 1);
    }

    /** HEX: of a negative number, 16 digits. */
    public static long hex(final Scratch scratch, final long value)
    {
        return digits(scratch, value, 4);
    }

    private static long digits(final Scratch scratch, final long value, final int bits)
    {
        final int count = Math.max(1, (64 - Long.numberOfLeadingZeros(value) + bits - 1) / bits);
        final long out = scratch.allocate(count);
        if (out != Scratch.REFUSED)
        {
            for (int i = 0; i < count; i++)
            {
                Memory.putByte(out + count - 1 - i, (byte)CAPITALS.charAt((int)(value >>> i * bits) & (1 << bits) - 1));
            }
            scratch.length = count;
        }
        return out;
    }

    /** HEX: two digits for each byte. */
    public static long hex(final Scratch scratch, final long address, final int length)
    {
        final long out = scratch.allocate((int)Math.min(length * 2L, Scratch.MAX_BYTES + 1L));
        for (int i = 0; out != Scratch.REFUSED && i < length; i++)
        {
            put(out + i * 2L, Memory.getByte(address + i), CAPITALS);
        }
        scratch.length = length * 2;
        return out;
    }

    /** Two small digits for each byte. */
    static long hex(final Scratch scratch, final byte[] bytes, final int count)
    {
        final long out = scratch.allocate(count * 2);
        for (int i = 0; out != Scratch.REFUSED && i < count; i++)
        {
            put(out + i * 2L, bytes[i], SMALL);
        }
        scratch.length = count * 2;
        return out;
    }

    private static void put(final long out, final byte b, final String digits)
    {
        Memory.putByte(out, (byte)digits.charAt(b >> 4 & 0xF));
        Memory.putByte(out + 1, (byte)digits.charAt(b & 0xF));
    }
}
