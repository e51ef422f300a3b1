package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Scratch;

/**
 * LIKE over UTF-8: {@code %} matches any characters, {@code _} one that does not end a line (Flink matches by a
 * regular expression in which a point has that meaning). Matches without backtracking beyond the last {@code %}.
 */
public final class Like
{
    /** "No escape character". */
    public static final int NO_ESCAPE = -1;

    private Like()
    {
    }

    /** Whether the text matches; {@code scratch.failure} is set where the pattern's escapes are not valid. */
    public static boolean matches(final Scratch scratch, final long text, final int textLength, final long pattern,
        final int patternLength, final int escape)
    {
        if (escape != NO_ESCAPE && !isValid(pattern, patternLength, escape))
        {
            scratch.failure = Failure.ARGUMENT.ordinal();
            return false;
        }
        int t = 0;
        int p = 0;
        int starPattern = -1;
        int starText = 0;
        while (true)
        {
            if (p < patternLength && Memory.getByte(pattern + p) == '%' && escape != '%')
            {
                starPattern = ++p;
                starText = t;
                continue;
            }
            if (t >= textLength && p >= patternLength)
            {
                return true;
            }
            final int step = t < textLength && p < patternLength ? step(text + t, pattern + p, escape) : 0;
            if (step != 0)
            {
                t += step & 0xF;
                p += step >> 4;
                continue;
            }
            if (starPattern < 0 || starText >= textLength)
            {
                return false;
            }
            starText += Utf8.width(Memory.getByte(text + starText));
            t = starText;
            p = starPattern;
        }
    }

    /** Bytes of text matched, and 16 times the bytes of pattern used; 0 where they differ. */
    private static int step(final long text, final long pattern, final int escape)
    {
        long p = pattern;
        int used = 0;
        byte b = Memory.getByte(p);
        if (b == escape)
        {
            p++;
            used = 1;
            b = Memory.getByte(p);
        }
        else if (b == '_')
        {
            return endsLine(Utf8.codePoint(text)) ? 0 : 16 + Utf8.width(Memory.getByte(text));
        }
        final int width = Utf8.width(b);
        for (int i = 0; i < width; i++)
        {
            if (Memory.getByte(text + i) != Memory.getByte(p + i))
            {
                return 0;
            }
        }
        return (used + width) * 16 + width;
    }

    private static boolean endsLine(final int c)
    {
        return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    /** Whether every escape character stands before {@code %}, {@code _} or itself. */
    public static boolean isValid(final long pattern, final int patternLength, final int escape)
    {
        int p = 0;
        while (p < patternLength)
        {
            if (Memory.getByte(pattern + p) == escape)
            {
                p++;
                if (p >= patternLength)
                {
                    return false;
                }
                final byte b = Memory.getByte(pattern + p);
                if (b != '%' && b != '_' && b != escape)
                {
                    return false;
                }
            }
            p++;
        }
        return true;
    }
}
