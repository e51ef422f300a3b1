package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Scratch;
import java.text.ParsePosition;
import java.text.SimpleDateFormat;
import java.util.Date;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/**
 * Patterns of {@code java.text.SimpleDateFormat}, by which TO_DATE, UNIX_TIMESTAMP and FROM_UNIXTIME go: fields that
 * are too large carry over, what follows is ignored, and days before 1582 are Julian. UTC.
 *
 * <p><b>Threading:</b> one thread. <b>Limits:</b> remembers {@link TimePatterns#MAX_PATTERNS}, then forgets all.
 * <b>Allocation:</b> none for years from 1583 to 9999 by the usual patterns; else the pattern's text and java.text's.
 */
public final class DateFormats
{
    /** What a text that is no time is worth, in seconds and in milliseconds. */
    public static final long UNREADABLE = Long.MIN_VALUE;
    /** The day that Flink's TO_DATE makes of {@link #UNREADABLE}. */
    public static final int UNREADABLE_DAY = 622_191_233;
    public static final String USUAL = "yyyy-MM-dd HH:mm:ss";
    public static final String USUAL_DATE = "yyyy-MM-dd";

    private static final TimeZone UTC = TimeZone.getTimeZone("UTC");
    private static final int FIRST_YEAR = 1583;
    private static final long FIRST_MS = Timestamps.dayOf(FIRST_YEAR, 1, 1) * Timestamps.DAY;
    private static final long END_MS = Timestamps.dayOf(10_000, 1, 1) * Timestamps.DAY;

    private final Scratch scratch;
    private final SimpleDateFormat usual = of(USUAL);
    private final SimpleDateFormat usualDate = of(USUAL_DATE);
    private final Map<String, SimpleDateFormat> known = new HashMap<>();

    public DateFormats(final Scratch scratch)
    {
        this.scratch = scratch;
    }

    private static SimpleDateFormat of(final String pattern)
    {
        final SimpleDateFormat format = new SimpleDateFormat(pattern, Locale.getDefault());
        format.setTimeZone(UTC);
        return format;
    }

    /** The format of a pattern; null, with {@code scratch.failure} set, where it is none. */
    private @Nullable SimpleDateFormat get(final long pattern, final int patternLength)
    {
        final String text = Utf8.toString(pattern, patternLength);
        SimpleDateFormat format = known.get(text);
        if (format != null)
        {
            // It takes the time zone that a text names, and keeps it.
            format.setTimeZone(UTC);
        }
        if (format == null)
        {
            try
            {
                format = of(text);
            }
            catch (final IllegalArgumentException e)
            {
                scratch.failure = Failure.ARGUMENT.ordinal();
                return null;
            }
            if (known.size() == TimePatterns.MAX_PATTERNS)
            {
                known.clear();
            }
            known.put(text, format);
        }
        return format;
    }

    private static long parse(final @Nullable SimpleDateFormat format, final long address, final int length)
    {
        final ParsePosition position = new ParsePosition(0);
        final Date date = format == null ? null : format.parse(Utf8.toString(address, length), position);
        return date == null || position.getIndex() == 0 ? UNREADABLE : date.getTime();
    }

    /** Milliseconds of text as {@link #USUAL}, or its date alone; {@link #UNREADABLE} where it is none. */
    private long parseUsual(final long address, final int length, final boolean isDate)
    {
        final String form = "####-##-## ##:##:##";
        final int count = isDate ? USUAL_DATE.length() : form.length();
        boolean isPlain = length == count;
        for (int i = 0; isPlain && i < count; i++)
        {
            final char c = form.charAt(i);
            isPlain = c == '#' ? Text.isDigit(address + i) : Memory.getByte(address + i) == c;
        }
        if (isPlain && number(address, 4) >= FIRST_YEAR)
        {
            final int month = number(address + 5, 2) - 1;
            final long day = Timestamps.dayOf(number(address, 4) + Math.floorDiv(month, 12),
                Math.floorMod(month, 12) + 1, 1) + number(address + 8, 2) - 1L;
            final long ms = day * Timestamps.DAY + (isDate ? 0 : number(address + 11, 2) * 3_600_000L +
                number(address + 14, 2) * 60_000L + number(address + 17, 2) * 1000L);
            if (ms >= FIRST_MS)
            {
                return ms;
            }
        }
        return parse(isDate ? usualDate : usual, address, length);
    }

    private static int number(final long address, final int digits)
    {
        int value = 0;
        for (int i = 0; i < digits; i++)
        {
            value = value * 10 + Memory.getByte(address + i) - '0';
        }
        return value;
    }

    private static long seconds(final long ms)
    {
        return ms == UNREADABLE ? UNREADABLE : ms / 1000;
    }

    private static int day(final long ms)
    {
        return ms == UNREADABLE ? UNREADABLE_DAY : Timestamps.dayOf(ms);
    }

    /** UNIX_TIMESTAMP by {@link #USUAL}. */
    public long unixTime(final long address, final int length)
    {
        return seconds(parseUsual(address, length, false));
    }

    /** UNIX_TIMESTAMP by the date of {@link #USUAL}. */
    public long unixTimeOfDate(final long address, final int length)
    {
        return seconds(parseUsual(address, length, true));
    }

    /** UNIX_TIMESTAMP. */
    public long unixTime(final long address, final int length, final long pattern, final int patternLength)
    {
        return seconds(parse(get(pattern, patternLength), address, length));
    }

    /** TO_DATE by {@link #USUAL}. */
    public int date(final long address, final int length)
    {
        return day(parseUsual(address, length, false));
    }

    /** TO_DATE by the date of {@link #USUAL}. */
    public int dateOfDate(final long address, final int length)
    {
        return day(parseUsual(address, length, true));
    }

    /** TO_DATE. */
    public int date(final long address, final int length, final long pattern, final int patternLength)
    {
        return day(parse(get(pattern, patternLength), address, length));
    }

    /** FROM_UNIXTIME by {@link #USUAL}. */
    public long text(final long seconds)
    {
        final long ms = seconds * 1000;
        return ms >= FIRST_MS && ms < END_MS ? Text.ofTimestamp(scratch, ms, 0, 0) :
            Strings.keep(scratch, usual.format(new Date(ms)));
    }

    /** FROM_UNIXTIME. */
    public long text(final long seconds, final long pattern, final int patternLength)
    {
        final SimpleDateFormat format = get(pattern, patternLength);
        scratch.length = 0;
        return format == null ? Strings.EMPTY : Strings.keep(scratch, format.format(new Date(seconds * 1000)));
    }
}
