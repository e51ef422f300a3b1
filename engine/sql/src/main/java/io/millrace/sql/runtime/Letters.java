package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Scratch;
import java.util.function.IntPredicate;

/** Strings character by character; results and allocation as with {@link Strings}. */
public final class Letters
{
    private Letters()
    {
    }

    /** The first byte, which is negative where the first character is not ASCII; 0 of an empty string. */
    public static int ascii(final long address, final int length)
    {
        return length == 0 ? 0 : Memory.getByte(address);
    }

    /** The character with the code of the lowest byte; an empty string where negative. */
    public static long chr(final Scratch scratch, final long code)
    {
        final long out = scratch.allocate(8);
        if (out == Scratch.REFUSED)
        {
            return out;
        }
        final int letter = (int)code & 0xFF;
        if (letter < 0x80)
        {
            Memory.putByte(out, (byte)letter);
        }
        else
        {
            Memory.putByte(out, (byte)(0xC0 | letter >> 6));
            Memory.putByte(out + 1, (byte)(0x80 | letter & 0x3F));
        }
        scratch.length = code < 0 ? 0 : letter < 0x80 ? 1 : 2;
        return out;
    }

    public static long reverse(final Scratch scratch, final long address, final int length)
    {
        final long out = scratch.allocate(length);
        int at = 0;
        while (out != Scratch.REFUSED && at < length)
        {
            final int width = Math.min(Utf8.width(Memory.getByte(address + at)), length - at);
            Memory.copy(address + at, out + length - at - width, width);
            at += width;
        }
        scratch.length = length;
        return out;
    }

    /** INITCAP: of ASCII letters alone; whatever is no ASCII letter or digit stands between words. */
    public static long capitals(final Scratch scratch, final long address, final int length)
    {
        final long out = scratch.allocate(length);
        boolean isInside = false;
        for (int i = 0; out != Scratch.REFUSED && i < length; i++)
        {
            final byte b = Memory.getByte(address + i);
            final boolean isSmall = b >= 'a' && b <= 'z';
            final boolean isCapital = b >= 'A' && b <= 'Z';
            Memory.putByte(out + i, isInside && isCapital || !isInside && isSmall ? (byte)(b ^ 0x20) : b);
            isInside = isSmall || isCapital || b >= '0' && b <= '9';
        }
        scratch.length = length;
        return out;
    }

    /** TRANSLATE: each character of {@code from} by the one at the same place of {@code to}, or by nothing. */
    public static long translate(final Scratch scratch, final long address, final int length, final long from,
        final int fromLength, final long to, final int toLength)
    {
        // A character takes at most four bytes.
        final long out = scratch.allocate((int)Math.min(length * 4L, Scratch.MAX_BYTES + 1L));
        if (out == Scratch.REFUSED)
        {
            return out;
        }
        long end = out;
        int at = 0;
        while (at < length)
        {
            final int width = Math.min(Utf8.width(Memory.getByte(address + at)), length - at);
            final int found = Utf8.indexOf(from, fromLength, address + at, width, 0);
            if (found < 0)
            {
                Memory.copy(address + at, end, width);
                end += width;
            }
            else
            {
                final int place = Utf8.skip(to, toLength, Utf8.count(from, found));
                if (place < toLength)
                {
                    final int by = Math.min(Utf8.width(Memory.getByte(to + place)), toLength - place);
                    Memory.copy(to + place, end, by);
                    end += by;
                }
            }
            at += width;
        }
        scratch.length = (int)(end - out);
        return out;
    }

    /** Whether there are letters alone, and one at least; none beyond the first plane counts. */
    public static boolean areLetters(final long address, final int length)
    {
        return areAll(address, length, Character::isLetter);
    }

    /** Whether there are digits of any script alone, and one at least; none beyond the first plane counts. */
    public static boolean areDigits(final long address, final int length)
    {
        return areAll(address, length, Character::isDigit);
    }

    private static boolean areAll(final long address, final int length, final IntPredicate kind)
    {
        boolean areAll = length > 0;
        for (int at = 0; areAll && at < length; at += Utf8.width(Memory.getByte(address + at)))
        {
            final int letter = Utf8.codePoint(address + at);
            areAll = letter < 0x1_0000 && kind.test(letter);
        }
        return areAll;
    }
}
