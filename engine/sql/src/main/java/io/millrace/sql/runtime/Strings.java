package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Scratch;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * String functions with Flink's meaning. A result is a returned address and {@code scratch.length}; it may lie inside
 * an operand. Address 0 means that the scratch refused; {@code scratch.isNull} is set by those that can return NULL.
 *
 * <p><b>Allocation:</b> none, but for UPPER and LOWER of text that is not ASCII.
 */
public final class Strings
{
    /** A place for empty results: any address that is not 0. */
    static final long EMPTY = Memory.allocate(8);

    private Strings()
    {
    }

    public static long upper(final Scratch scratch, final long address, final int length)
    {
        return Utf8.isAscii(address, length) ? shift(scratch, address, length, 'a') :
            keep(scratch, Utf8.toString(address, length).toUpperCase(Locale.ROOT));
    }

    public static long lower(final Scratch scratch, final long address, final int length)
    {
        return Utf8.isAscii(address, length) ? shift(scratch, address, length, 'A') :
            keep(scratch, Utf8.toString(address, length).toLowerCase(Locale.ROOT));
    }

    private static long shift(final Scratch scratch, final long address, final int length, final char from)
    {
        final long out = scratch.allocate(length);
        if (out == Scratch.REFUSED)
        {
            return out;
        }
        for (int i = 0; i < length; i++)
        {
            final byte b = Memory.getByte(address + i);
            final int letter = b - from;
            Memory.putByte(out + i, letter >= 0 && letter < 26 ? (byte)(b ^ 0x20) : b);
        }
        scratch.length = length;
        return out;
    }

    /** Copies an object's text to the scratch. */
    public static long keep(final Scratch scratch, final String text)
    {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        final long out = scratch.allocate(bytes.length);
        if (out != Scratch.REFUSED)
        {
            Memory.copy(bytes, 0, out, bytes.length);
            scratch.length = bytes.length;
        }
        return out;
    }

    /** LEFT: the first characters. */
    public static long left(final Scratch scratch, final long address, final int length, final long count)
    {
        scratch.length = Utf8.skip(address, length, clamped(count));
        return address;
    }

    /** RIGHT: the last characters. */
    public static long right(final Scratch scratch, final long address, final int length, final long count)
    {
        final int from = Utf8.skip(address, length, Math.max(Utf8.count(address, length) - clamped(count), 0));
        scratch.length = length - from;
        return address + from;
    }

    private static int clamped(final long count)
    {
        return (int)Math.min(Math.max(count, 0), Integer.MAX_VALUE);
    }

    /** Position from 1, from the end where negative; NULL where {@code count} is negative. */
    public static long substring(
        final Scratch scratch, final long address, final int length, final int position, final int count)
    {
        scratch.length = 0;
        scratch.isNull = count < 0;
        if (count < 0 || length == 0)
        {
            return EMPTY;
        }
        int start = Math.max(position - 1, 0);
        if (position < 0)
        {
            start = Utf8.count(address, length) + position;
            if (start < 0)
            {
                return EMPTY;
            }
        }
        final int from = Utf8.skip(address, length, start);
        scratch.length = Utf8.skip(address + from, length - from, count);
        return address + from;
    }

    /** Removes from both ends, or one, every character that {@code set} holds. */
    public static long trim(final Scratch scratch, final long address, final int length, final boolean isLeading,
        final boolean isTrailing, final long set, final int setLength)
    {
        int from = 0;
        int to = length;
        while (isLeading && from < to)
        {
            final int width = Math.min(Utf8.width(Memory.getByte(address + from)), to - from);
            if (Utf8.indexOf(set, setLength, address + from, width, 0) < 0)
            {
                break;
            }
            from += width;
        }
        while (isTrailing && to > from)
        {
            int width = 1;
            while (width < to - from && (Memory.getByte(address + to - width) & 0xC0) == 0x80)
            {
                width++;
            }
            if (Utf8.indexOf(set, setLength, address + to - width, width, 0) < 0)
            {
                break;
            }
            to -= width;
        }
        scratch.length = to - from;
        return address + from;
    }

    /** Position of the first occurrence at or behind {@code from}, in characters from 1; 0 where there is none. */
    public static int position(
        final long needle, final int needleLength, final long address, final int length, final int from)
    {
        final int at =
            Utf8.indexOf(address, length, needle, needleLength, Utf8.skip(address, length, Math.max(from - 1, 0)));
        return at < 0 ? 0 : Utf8.count(address, at) + 1;
    }

    public static long replace(final Scratch scratch, final long address, final int length, final long old,
        final int oldLength, final long by, final int byLength)
    {
        if (oldLength == 0)
        {
            return insertBetween(scratch, address, length, by, byLength);
        }
        long count = 0;
        int at = Utf8.indexOf(address, length, old, oldLength, 0);
        if (at < 0)
        {
            scratch.length = length;
            return address;
        }
        while (at >= 0)
        {
            count++;
            at = Utf8.indexOf(address, length, old, oldLength, at + oldLength);
        }
        final long total = length + count * (byLength - oldLength);
        final long out = scratch.allocate((int)Math.min(total, Scratch.MAX_BYTES + 1L));
        if (out == Scratch.REFUSED)
        {
            return out;
        }
        long to = out;
        int from = 0;
        at = Utf8.indexOf(address, length, old, oldLength, 0);
        while (at >= 0)
        {
            Memory.copy(address + from, to, at - from);
            to += at - from;
            Memory.copy(by, to, byLength);
            to += byLength;
            from = at + oldLength;
            at = Utf8.indexOf(address, length, old, oldLength, from);
        }
        Memory.copy(address + from, to, length - from);
        scratch.length = (int)total;
        return out;
    }

    /** An empty pattern matches before each character and at the end. */
    private static long insertBetween(
        final Scratch scratch, final long address, final int length, final long by, final int byLength)
    {
        final long total = length + (Utf8.count(address, length) + 1L) * byLength;
        final long out = scratch.allocate((int)Math.min(total, Scratch.MAX_BYTES + 1L));
        if (out == Scratch.REFUSED)
        {
            return out;
        }
        Memory.copy(by, out, byLength);
        long to = out + byLength;
        int from = 0;
        while (from < length)
        {
            final int width = Math.min(Utf8.width(Memory.getByte(address + from)), length - from);
            Memory.copy(address + from, to, width);
            Memory.copy(by, to + width, byLength);
            from += width;
            to += width + byLength;
        }
        scratch.length = (int)total;
        return out;
    }

    /** The token at {@code index} from 0, empty ones included; NULL beyond the last. */
    public static long splitIndex(final Scratch scratch, final long address, final int length, final long separator,
        final int separatorLength, final int index)
    {
        scratch.length = 0;
        scratch.isNull = index < 0 || length == 0;
        if (scratch.isNull)
        {
            return EMPTY;
        }
        int from = 0;
        for (int i = 0;; i++)
        {
            final int end = separatorLength == 0 ? whitespace(address, length, from) :
                Utf8.indexOf(address, length, separator, separatorLength, from);
            if (i == index)
            {
                scratch.length = (end < 0 ? length : end) - from;
                return address + from;
            }
            if (end < 0)
            {
                scratch.isNull = true;
                return EMPTY;
            }
            from = end + (separatorLength == 0 ? Utf8.width(Memory.getByte(address + end)) : separatorLength);
        }
    }

    private static int whitespace(final long address, final int length, final int from)
    {
        for (int i = from; i < length; i += Utf8.width(Memory.getByte(address + i)))
        {
            if (Character.isWhitespace(Utf8.codePoint(address + i)))
            {
                return i;
            }
        }
        return -1;
    }

    /** The same with the separator's character code, 1 to 255. */
    public static long splitIndex(
        final Scratch scratch, final long address, final int length, final int code, final int index)
    {
        if (code < 1 || code > 255)
        {
            scratch.length = 0;
            scratch.isNull = true;
            return EMPTY;
        }
        final long separator = scratch.allocate(8);
        if (separator == Scratch.REFUSED)
        {
            return separator;
        }
        if (code < 0x80)
        {
            Memory.putByte(separator, (byte)code);
            return splitIndex(scratch, address, length, separator, 1, index);
        }
        Memory.putByte(separator, (byte)(0xC0 | code >> 6));
        Memory.putByte(separator + 1, (byte)(0x80 | code & 0x3F));
        return splitIndex(scratch, address, length, separator, 2, index);
    }

    /** CAST to CHAR(n) or VARCHAR(n): cut to {@code chars} characters, padded with blanks where {@code isPadded}. */
    public static long fit(
        final Scratch scratch, final long address, final int length, final int chars, final boolean isPadded)
    {
        final int kept = length <= chars && !isPadded ? length : Utf8.skip(address, length, chars);
        scratch.length = kept;
        if (!isPadded || kept < length)
        {
            return address;
        }
        final int missing = chars - Utf8.count(address, kept);
        if (missing <= 0)
        {
            return address;
        }
        final long out = scratch.allocate(kept + missing);
        if (out != Scratch.REFUSED)
        {
            Memory.copy(address, out, kept);
            Memory.fill(out + kept, missing, (byte)' ');
            scratch.length = kept + missing;
        }
        return out;
    }
}
