package io.millrace.codecs.json;

import io.millrace.codecs.Memory;

/**
 * Writes JSON tokens into a region with an end. What does not fit is dropped and remembered: ask {@link #isFull} once
 * at the end.
 */
final class JsonWriter
{
    private static final int MAX_LONG_LENGTH = 20;
    private static final long ONES = JsonText.ONES;
    private static final long HIGHS = JsonText.HIGHS;
    private static final long SPACES = ONES * ' ';
    private static final String HEX = "0123456789ABCDEF";

    private long begin;
    private long at;
    private long end;
    private boolean isFull;

    void wrap(final long address, final int capacity)
    {
        begin = address;
        at = address;
        end = address + capacity;
        isFull = false;
    }

    boolean isFull()
    {
        return isFull;
    }

    int length()
    {
        return (int)(at - begin);
    }

    private boolean hasRoom(final int length)
    {
        if (end - at < length)
        {
            isFull = true;
            end = at;
            return false;
        }
        return true;
    }

    void put(final char ascii)
    {
        if (hasRoom(1))
        {
            Memory.putByte(at++, (byte)ascii);
        }
    }

    /**
     * Puts a key: the first {@code length} bytes of little-endian words.
     *
     * @param lacksComma whether a comma belongs before it, unless an object has just begun.
     */
    void putKey(final long[] words, final int length, final boolean lacksComma)
    {
        if (lacksComma && at > begin && Memory.getByte(at - 1) != '{')
        {
            put(',');
        }
        if (end - at >= words.length * 8L)
        {
            for (int i = 0; i < words.length; i++)
            {
                Memory.putLong(at + i * 8L, words[i]);
            }
            at += length;
        }
        else if (hasRoom(length))
        {
            for (int i = 0; i < length; i++)
            {
                Memory.putByte(at++, (byte)(words[i >> 3] >> (i << 3)));
            }
        }
    }

    /** Puts bytes as they are. */
    void put(final long from, final int length)
    {
        if (hasRoom(length))
        {
            Memory.copy(from, at, length);
            at += length;
        }
    }

    /** Puts 17 to 24 bytes held as three little-endian words: whether there was room to do it at once. */
    boolean putWords(final long[] words, final int index, final int length)
    {
        if (end - at < 24)
        {
            return false;
        }
        Memory.putLong(at, words[index]);
        Memory.putLong(at + 8, words[index + 1]);
        Memory.putLong(at + 16, words[index + 2]);
        at += length;
        return true;
    }

    /** Copies 24 bytes from {@code from} bytes after the beginning into three words; {@link Memory#SLACK} allows it. */
    void takeWords(final int from, final long[] words, final int index)
    {
        words[index] = Memory.getLong(begin + from);
        words[index + 1] = Memory.getLong(begin + from + 8);
        words[index + 2] = Memory.getLong(begin + from + 16);
    }

    /** Puts ASCII text as it is. */
    void put(final String ascii)
    {
        if (hasRoom(ascii.length()))
        {
            for (int i = 0; i < ascii.length(); i++)
            {
                Memory.putByte(at++, (byte)ascii.charAt(i));
            }
        }
    }

    /** Puts a string of UTF-8 in quotes, with escapes where JSON asks for them. */
    void putQuoted(final long from, final int length)
    {
        put('"');
        final long to = from + length;
        long p = from;
        while (p < to && end - at >= 8)
        {
            final long x = Memory.getLong(p);
            final long step = Math.min(8, to - p);
            if (Long.numberOfTrailingZeros(marks(x)) >>> 3 < step)
            {
                break;
            }
            Memory.putLong(at, x);
            at += step;
            p += step;
        }
        while (p < to)
        {
            final long plain = Math.min(to, findEscaped(p, to));
            put(p, (int)(plain - p));
            p = plain;
            if (p < to)
            {
                putEscaped(Memory.getByte(p++));
            }
        }
        put('"');
    }

    /** Marks bytes that need an escape; the lowest mark is exact. */
    private static long marks(final long x)
    {
        return (((x ^ JsonText.QUOTES) - ONES) | ((x ^ JsonText.BACKSLASHES) - ONES) | (x - SPACES)) & ~x & HIGHS;
    }

    private static long findEscaped(final long from, final long to)
    {
        for (long p = from; p < to; p += 8)
        {
            final long marks = marks(Memory.getLong(p));
            if (marks != 0)
            {
                return p + (Long.numberOfTrailingZeros(marks) >>> 3);
            }
        }
        return to;
    }

    private void putEscaped(final byte b)
    {
        put('\\');
        switch (b)
        {
            case '"', '\\' -> put((char)b);
            case '\b' -> put('b');
            case '\f' -> put('f');
            case '\n' -> put('n');
            case '\r' -> put('r');
            case '\t' -> put('t');
            default ->
            {
                put("u00");
                put(HEX.charAt(b >> 4));
                put(HEX.charAt(b & 0xF));
            }
        }
    }

    void putLong(final long value)
    {
        if (value == Long.MIN_VALUE)
        {
            put("-9223372036854775808");
            return;
        }
        if (value < 0)
        {
            put('-');
        }
        final long magnitude = Math.abs(value);
        int digits = 1;
        for (long bound = 10; digits < MAX_LONG_LENGTH - 1 && magnitude >= bound; bound *= 10)
        {
            digits++;
        }
        putDigits(magnitude, digits);
    }

    /** Puts the last {@code digits} digits of a number that is not negative. */
    void putDigits(final long value, final int digits)
    {
        if (hasRoom(digits))
        {
            long rest = value;
            for (int i = digits - 1; i >= 0; i--)
            {
                final long tenth = rest / 10;
                Memory.putByte(at + i, (byte)('0' + rest - tenth * 10));
                rest = tenth;
            }
            at += digits;
        }
    }
}
