package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Scratch;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Patterns that are not constants, compiled when first met, and the default pattern.
 *
 * <p><b>Threading:</b> one thread. <b>Limits:</b> remembers {@link #MAX_PATTERNS}, then forgets all.
 * <b>Allocation:</b> the pattern's text for each call.
 */
public final class TimePatterns
{
    /** Patterns remembered. */
    public static final int MAX_PATTERNS = 256;

    private final Scratch scratch;
    private final Map<String, TimePattern> known = new HashMap<>();
    private final TimePattern none = TimePattern.of("");

    public TimePatterns(final Scratch scratch)
    {
        this.scratch = scratch;
    }

    /** The pattern, with {@code scratch.failure} set where it is not one. */
    public TimePattern get(final long address, final int length)
    {
        final String text = Utf8.toString(address, length);
        @Nullable TimePattern pattern = known.get(text);
        if (pattern == null)
        {
            try
            {
                pattern = TimePattern.of(text);
            }
            catch (final IllegalArgumentException e)
            {
                scratch.failure = Failure.ARGUMENT.ordinal();
                return none;
            }
            if (known.size() == MAX_PATTERNS)
            {
                known.clear();
            }
            known.put(text, pattern);
        }
        return pattern;
    }

    /** TO_TIMESTAMP without a pattern: milliseconds; {@code scratch.isNull} where the text can't be read. */
    public static long parse(final Scratch scratch, final long address, final int length)
    {
        final long ms = ParseTime.timestamp(scratch, address, length);
        scratch.isNull = scratch.failure != 0;
        scratch.failure = 0;
        return ms;
    }

    /**
     * The text that DATE_FORMAT reads: yyyy-MM-dd HH:mm:ss as java.text reads it leniently. Fields may overflow, blanks
     * may precede them, what follows is ignored; {@code scratch.isNull} where the text can't be read.
     */
    public static long parseLoosely(final Scratch scratch, final long address, final int length)
    {
        int at = 0;
        int year = 0;
        int month = 0;
        long result = 0;
        for (int field = 0; field < 6; field++)
        {
            while (at < length && Memory.getByte(address + at) == ' ')
            {
                at++;
            }
            int value = 0;
            int digits = 0;
            while (at < length && digits < 9 && Memory.getByte(address + at) >= '0' &&
                Memory.getByte(address + at) <= '9')
            {
                value = value * 10 + Memory.getByte(address + at++) - '0';
                digits++;
            }
            scratch.isNull = digits == 0 ||
                field < 5 && (at >= length || Memory.getByte(address + at++) != "-- ::".charAt(field));
            if (scratch.isNull)
            {
                return 0;
            }
            switch (field)
            {
                case 0 -> year = value;
                case 1 -> month = value - 1;
                case 2 -> result = (Timestamps.dayOf(year + Math.floorDiv(month, 12), Math.floorMod(month, 12) + 1, 1) +
                    value - 1L) * Timestamps.DAY;
                case 3 -> result += value * 3_600_000L;
                case 4 -> result += value * 60_000L;
                default -> result += value * 1000L;
            }
        }
        return result;
    }
}
