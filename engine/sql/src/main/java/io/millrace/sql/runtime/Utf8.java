package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import java.nio.charset.StandardCharsets;

/** UTF-8 by address: characters are code points, as in Flink's BinaryStringData. */
public final class Utf8
{
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Utf8()
    {
    }

    /** Bytes of the character that begins with {@code first}; 1 where it can't begin one. */
    public static int width(final byte first)
    {
        if (first >= 0)
        {
            return 1;
        }
        return first >= (byte)0xF0 ? 4 : first >= (byte)0xE0 ? 3 : first >= (byte)0xC0 ? 2 : 1;
    }

    /** Characters of a string. */
    public static int count(final long address, final int length)
    {
        int continuations = 0;
        int i = 0;
        for (; i + 8 <= length; i += 8)
        {
            final long word = Memory.getLong(address + i);
            // A continuation byte has bit 7 set and bit 6 clear.
            continuations += Long.bitCount(word & ~(word << 1) & HIGH_BITS);
        }
        if (i < length)
        {
            final long word = Memory.getLong(address + i) & -1L >>> (8 - (length - i) << 3);
            continuations += Long.bitCount(word & ~(word << 1) & HIGH_BITS);
        }
        return length - continuations;
    }

    public static boolean isAscii(final long address, final int length)
    {
        int i = 0;
        for (; i + 8 <= length; i += 8)
        {
            if ((Memory.getLong(address + i) & HIGH_BITS) != 0)
            {
                return false;
            }
        }
        return i == length || (Memory.getLong(address + i) & -1L >>> (8 - (length - i) << 3) & HIGH_BITS) == 0;
    }

    /** Byte offset at which {@code chars} characters have been passed, at most {@code length}. */
    public static int skip(final long address, final int length, final int chars)
    {
        int at = 0;
        for (int i = 0; i < chars && at < length; i++)
        {
            at += width(Memory.getByte(address + at));
        }
        return Math.min(at, length);
    }

    /** The code point at an address; invalid bytes stand for themselves. */
    public static int codePoint(final long address)
    {
        final byte first = Memory.getByte(address);
        return switch (width(first))
        {
            case 1 -> first & 0xFF;
            case 2 -> (first & 0x1F) << 6 | Memory.getByte(address + 1) & 0x3F;
            case 3 -> (first & 0x0F) << 12 | (Memory.getByte(address + 1) & 0x3F) << 6 |
                Memory.getByte(address + 2) & 0x3F;
            default -> (first & 0x07) << 18 | (Memory.getByte(address + 1) & 0x3F) << 12 |
                (Memory.getByte(address + 2) & 0x3F) << 6 | Memory.getByte(address + 3) & 0x3F;
        };
    }

    /** The text as an object; allocates. */
    public static String toString(final long address, final int length)
    {
        final byte[] bytes = new byte[length];
        Memory.copy(address, bytes, 0, length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Offset of {@code needle} at or after {@code from}, or −1. */
    public static int indexOf(
        final long address, final int length, final long needle, final int needleLength, final int from)
    {
        if (needleLength == 0)
        {
            return from;
        }
        final byte first = Memory.getByte(needle);
        final int last = length - needleLength;
        for (int i = from; i <= last; i++)
        {
            if (Memory.getByte(address + i) == first && Memory.isEqual(address + i, needle, needleLength))
            {
                return i;
            }
        }
        return -1;
    }
}
