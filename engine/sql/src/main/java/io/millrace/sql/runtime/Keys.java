package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;

/**
 * Strings inside canonical keys: length + 1 (0 for NULL) in seven bits a byte, lowest first, a set bit 7 meaning that
 * more follow; then the bytes. A key says itself where it ends, and a NULL is not an empty string.
 *
 * <pre>
 *   +---------------+---------------+------------------
 *   |M|  length + 1  ...            | bytes ...
 *   +---------------+---------------+------------------
 * </pre>
 */
public final class Keys
{
    private static final int SHORT = 126;

    private Keys()
    {
    }

    /** Bytes that a string takes in a key. */
    public static int encodedLength(final int length, final boolean isNull)
    {
        return isNull ? 1 : headerLength(length + 1) + length;
    }

    private static int headerLength(final int value)
    {
        return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : value < 1 << 28 ? 4 : 5;
    }

    /** Writes a string at {@code out}; its encoded length. Bytes behind it are not touched. */
    public static int putString(final long out, final long address, final int length, final boolean isNull)
    {
        if (isNull)
        {
            Memory.putByte(out, (byte)0);
            return 1;
        }
        int value = length + 1;
        int header = 0;
        while (value >= 1 << 7)
        {
            Memory.putByte(out + header++, (byte)(value | 0x80));
            value >>>= 7;
        }
        Memory.putByte(out + header++, (byte)value);
        Memory.copy(address, out + header, length);
        return header + length;
    }

    /**
     * Writes a key that is one string, zero-padded to a multiple of 8.
     *
     * @return its unpadded length, or −3 (FULL) where {@code capacity} is too small.
     */
    public static int putOnly(
        final long out, final int capacity, final long address, final int length, final boolean isNull)
    {
        final int total = encodedLength(length, isNull);
        if ((total + 7 & -8) > capacity)
        {
            return -3;
        }
        if (length < 16 && capacity >= 16)
        {
            final long first = length == 0 ? 0 : Memory.firstWord(address, length);
            final long second = length == 0 ? 0 : Memory.secondWord(address, length);
            Memory.putLong(out, first << 8 | (isNull ? 0 : length + 1));
            Memory.putLong(out + 8, second << 8 | first >>> 56);
            return total;
        }
        if (length <= SHORT)
        {
            // Whole words, the header shifted in: no byte is stored twice or read before its store is done.
            long carry = isNull ? 0 : length + 1;
            int i = 0;
            for (; i + 8 <= length; i += 8)
            {
                final long word = Memory.getLong(address + i);
                Memory.putLong(out + i, word << 8 | carry);
                carry = word >>> 56;
            }
            final int rest = length - i;
            final long word = rest == 0 ? 0 : Memory.getLong(address + i) & -1L >>> (8 - rest << 3);
            Memory.putLong(out + i, word << 8 | carry);
            return total;
        }
        Memory.putLong(out + (total - 1 & -8), 0);
        return putString(out, address, length, isNull);
    }

    /** Hash of the key that {@link #putOnly} writes, without writing it; of a string that {@link #isShort}. */
    public static long hashOnly(final long address, final int length, final boolean isNull)
    {
        final long marker = isNull ? 0 : length + 1;
        if (length == 0)
        {
            return Memory.hash(marker, 0, 1);
        }
        final long first = Memory.firstWord(address, length);
        final long second = Memory.secondWord(address, length);
        return Memory.hash(first << 8 | marker, second << 8 | first >>> 56, length + 1);
    }

    /** Whether {@link #hashOnly} covers a string of this length. */
    public static boolean isShort(final int length)
    {
        return length < 16;
    }

    /** Hash of a key that is one long. */
    public static long hashLong(final long value)
    {
        return Memory.hash(value, 0, 8);
    }

    /** Length + 1 of the string at {@code at}, 0 for NULL. */
    public static int marker(final long at)
    {
        int value = 0;
        int shift = 0;
        long p = at;
        byte b;
        do
        {
            b = Memory.getByte(p++);
            value |= (b & 0x7F) << shift;
            shift += 7;
        }
        while (b < 0);
        return value;
    }

    /** Bytes before a string's own, by its {@link #marker}. */
    public static int headerOf(final int marker)
    {
        return headerLength(marker);
    }
}
