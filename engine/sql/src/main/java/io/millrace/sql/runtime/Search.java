package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Scratch;

/** Strings found in strings. Nothing here allocates. */
public final class Search
{
    private Search()
    {
    }

    public static boolean startsWith(
        final long address, final int length, final long part, final int partLength)
    {
        return length >= partLength && Memory.isEqual(address, part, partLength);
    }

    public static boolean endsWith(final long address, final int length, final long part, final int partLength)
    {
        return length >= partLength && Memory.isEqual(address + length - partLength, part, partLength);
    }

    /** LOCATE: an empty string is at 1, wherever the search begins. */
    public static int locate(
        final long part, final int partLength, final long address, final int length, final long from)
    {
        return partLength == 0 ? 1 : Strings.position(
            part, partLength, address, length, (int)Math.max(Math.min(from, Integer.MAX_VALUE), 1));
    }

    public static int locate(final long part, final int partLength, final long address, final int length)
    {
        return locate(part, partLength, address, length, 1);
    }

    public static int instr(
        final Scratch scratch, final long address, final int length, final long part, final int partLength)
    {
        return instr(scratch, address, length, part, partLength, 1, 1);
    }

    public static int instr(final Scratch scratch, final long address, final int length, final long part,
        final int partLength, final long from)
    {
        return instr(scratch, address, length, part, partLength, from, 1);
    }

    /**
     * INSTR: where the string occurs for the {@code nth} time at or behind {@code from}, or at or before it where it is
     * negative and counts from the end. 0 where it does not; a count that is not positive fails.
     */
    public static int instr(final Scratch scratch, final long address, final int length, final long part,
        final int partLength, final long from, final long nth)
    {
        if (nth <= 0)
        {
            scratch.failure = Failure.ARGUMENT.ordinal();
            return 0;
        }
        if (from == 0)
        {
            return 0;
        }
        return from > 0 ? forwards(address, length, part, partLength, from, nth) :
            backwards(address, length, part, partLength, -from, nth);
    }

    private static int forwards(final long address, final int length, final long part, final int partLength,
        final long from, final long nth)
    {
        if (partLength == 0)
        {
            // An empty string is found at the beginning, again and again.
            return 1;
        }
        int at = Utf8.skip(address, length, (int)Math.min(from - 1, Integer.MAX_VALUE));
        for (long i = 1;; i++)
        {
            at = Utf8.indexOf(address, length, part, partLength, at);
            if (at < 0 || i == nth)
            {
                return at < 0 ? 0 : Utf8.count(address, at) + 1;
            }
            at += Utf8.width(Memory.getByte(address + at));
        }
    }

    private static int backwards(final long address, final int length, final long part, final int partLength,
        final long from, final long nth)
    {
        final int chars = Utf8.count(address, length);
        if (partLength == 0)
        {
            return chars + 1;
        }
        // The end of the string that is looked for lies at or before this character's end.
        long left = chars - (from - 1);
        long found = 0;
        while (left > 0)
        {
            final int end = Utf8.skip(address, length, (int)left);
            if (end >= partLength && Memory.isEqual(address + end - partLength, part, partLength) && ++found == nth)
            {
                return Utf8.count(address, end - partLength) + 1;
            }
            left--;
        }
        return 0;
    }
}
