package io.millrace.codecs.json;

import io.millrace.codecs.Memory;
import io.millrace.codecs.Utf8;

/**
 * Strings of JSON: where they end, and what they say once escapes are resolved. A lone surrogate in an escape becomes
 * {@code ?}, as it does when Flink writes such a string as UTF-8. Control characters may stand in a string unescaped,
 * as in Flink.
 */
final class JsonText
{
    /** The string is broken. */
    static final long MALFORMED = -1;

    static final long ONES = 0x0101010101010101L;
    static final long HIGHS = 0x8080808080808080L;
    static final long QUOTES = ONES * '"';
    static final long BACKSLASHES = ONES * '\\';

    private JsonText()
    {
    }

    /**
     * First quote, backslash or byte beyond ASCII from {@code at} on, or an address at or behind {@code end}. Sixteen
     * bytes a step without a branch on where in them it is, since lengths are not to be foretold; the lowest mark of a
     * word is exact, because borrows only run upwards from it.
     */
    static long findSpecial(final long at, final long end)
    {
        long p = at;
        while (p < end)
        {
            final int first = Long.numberOfTrailingZeros(marks(Memory.getLong(p)));
            final int second = Long.numberOfTrailingZeros(marks(Memory.getLong(p + 8)));
            final int offset = (first >>> 3) + (second >>> 3 & -(first >>> 6));
            p += offset;
            if (offset < 16)
            {
                break;
            }
        }
        return p;
    }

    private static long marks(final long x)
    {
        return (((x ^ QUOTES) - ONES) | ((x ^ BACKSLASHES) - ONES) | x) & HIGHS;
    }

    /**
     * Checks a string from its first special byte on.
     *
     * @return address of the closing quote, negated where the string has escapes, or {@link #MALFORMED}.
     */
    static long findQuote(final long special, final long end)
    {
        long p = special;
        boolean hasEscapes = false;
        while (p < end)
        {
            final byte b = Memory.getByte(p);
            if (b == '"')
            {
                return hasEscapes ? -p : p;
            }
            final int length;
            if (b == '\\')
            {
                hasEscapes = true;
                length = escapeLength(p, end);
            }
            else
            {
                length = b < 0 ? Utf8.characterLength(p, end) : 0;
            }
            if (length < 0)
            {
                return MALFORMED;
            }
            p = length == 0 || Memory.getByte(p + length) >= 0 ? findSpecial(p + length, end) : p + length;
        }
        return MALFORMED;
    }

    private static int escapeLength(final long at, final long end)
    {
        if (at + 2 > end)
        {
            return -1;
        }
        return switch (Memory.getByte(at + 1))
        {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
            case 'u' -> at + 6 <= end && unicodeAt(at + 2) >= 0 ? 6 : -1;
            default -> -1;
        };
    }

    /** The four hexadecimal digits at {@code at}, or a negative number. */
    static int unicodeAt(final long at)
    {
        int value = 0;
        for (int i = 0; i < 4; i++)
        {
            final int digit = hexDigit(Memory.getByte(at + i));
            if (digit < 0)
            {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static int hexDigit(final byte b)
    {
        if (b >= '0' && b <= '9')
        {
            return b - '0';
        }
        final int letter = b | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    /**
     * Resolves the escapes of a string that was found whole. The result is never longer than the text.
     *
     * @return bytes written at {@code to}.
     */
    static int unescape(final long from, final int length, final long to)
    {
        final long end = from + length;
        long p = from;
        long out = to;
        while (p < end)
        {
            final byte b = Memory.getByte(p);
            if (b != '\\')
            {
                Memory.putByte(out++, b);
                p++;
                continue;
            }
            final byte kind = Memory.getByte(p + 1);
            if (kind != 'u')
            {
                Memory.putByte(out++, controlOf(kind));
                p += 2;
                continue;
            }
            int c = unicodeAt(p + 2);
            p += 6;
            if (Character.isHighSurrogate((char)c) && p + 6 <= end && Memory.getShort(p) == ('\\' | 'u' << 8))
            {
                final int low = unicodeAt(p + 2);
                if (Character.isLowSurrogate((char)low))
                {
                    c = Character.toCodePoint((char)c, (char)low);
                    p += 6;
                }
            }
            out = putCharacter(out, c);
        }
        return (int)(out - to);
    }

    private static byte controlOf(final byte kind)
    {
        return switch (kind)
        {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> kind;
        };
    }

    private static long putCharacter(final long out, final int c)
    {
        if (c < 0x80)
        {
            Memory.putByte(out, (byte)c);
            return out + 1;
        }
        if (c < 0x800)
        {
            Memory.putByte(out, (byte)(0xC0 | c >> 6));
            Memory.putByte(out + 1, (byte)(0x80 | c & 0x3F));
            return out + 2;
        }
        if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
        {
            Memory.putByte(out, (byte)'?');
            return out + 1;
        }
        if (c < 0x10000)
        {
            Memory.putByte(out, (byte)(0xE0 | c >> 12));
            Memory.putByte(out + 1, (byte)(0x80 | c >> 6 & 0x3F));
            Memory.putByte(out + 2, (byte)(0x80 | c & 0x3F));
            return out + 3;
        }
        Memory.putByte(out, (byte)(0xF0 | c >> 18));
        Memory.putByte(out + 1, (byte)(0x80 | c >> 12 & 0x3F));
        Memory.putByte(out + 2, (byte)(0x80 | c >> 6 & 0x3F));
        Memory.putByte(out + 3, (byte)(0x80 | c & 0x3F));
        return out + 4;
    }
}
