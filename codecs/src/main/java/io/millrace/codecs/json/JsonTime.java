package io.millrace.codecs.json;

import io.millrace.codecs.Memory;

/** Dates and times as text, after {@code java.time}'s ISO formatters as Flink uses them. */
final class JsonTime
{
    /** No date or time. */
    static final long INVALID = Long.MIN_VALUE;

    private static final long DAY_MS = 86_400_000L;
    private static final int DATE_LENGTH = 10;
    private static final int MAX_NANO_DIGITS = 9;
    private static final long HIGHS = 0x8080808080808080L;
    /** {@code 0000-00-}. */
    private static final long DATE_SHAPE = 0x2D30302D30303030L;
    private static final long DATE_LEAST = 0x7F76767F76767676L;
    /** {@code 00:00:00}. */
    private static final long TIME_SHAPE = 0x30303A30303A3030L;
    private static final long TIME_LEAST = 0x76767F76767F7676L;

    private int nanos;

    /** Days since the epoch of {@code YYYY-MM-DD}, all of the text, or {@link #INVALID}. */
    static long parseDate(final long from, final long to)
    {
        return to - from == DATE_LENGTH ? dateAt(from) : INVALID;
    }

    private static long dateAt(final long at)
    {
        final long x = Memory.getLong(at) ^ DATE_SHAPE;
        final int tens = Memory.getByte(at + 8) - '0';
        final int ones = Memory.getByte(at + 9) - '0';
        if (((x + DATE_LEAST | x) & HIGHS) != 0 || (tens | ones | 9 - tens | 9 - ones) < 0)
        {
            return INVALID;
        }
        final int year = (int)(x & 0xF) * 1000 + (int)(x >> 8 & 0xF) * 100 + (int)(x >> 16 & 0xF) * 10 +
            (int)(x >> 24 & 0xF);
        final int month = (int)(x >> 40 & 0xF) * 10 + (int)(x >> 48 & 0xF);
        final int day = tens * 10 + ones;
        if (month < 1 || month > 12 || day < 1 || day > 31 || day > 28 && day > daysOf(year, month))
        {
            return INVALID;
        }
        return epochDay(year, month, day);
    }

    private static int daysOf(final int year, final int month)
    {
        return switch (month)
        {
            case 2 -> (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /** Days since 1970-01-01 of a date of the proleptic Gregorian calendar, years counted from March. */
    static long epochDay(final int year, final int month, final int day)
    {
        final int y = month <= 2 ? year - 1 : year;
        final int era = Math.floorDiv(y, 400);
        final int yearOfEra = y - era * 400;
        final int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        final int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097L + dayOfEra - 719_468;
    }

    /**
     * Milliseconds since the epoch of a timestamp, all of the text, or {@link #INVALID}; {@link #nanos} has the rest.
     */
    long parseTimestamp(final long from, final long to, final JsonOptions.Timestamps standard)
    {
        nanos = 0;
        final int length = (int)(to - from);
        final char separator = standard == JsonOptions.Timestamps.SQL ? ' ' : 'T';
        if (length < DATE_LENGTH + 6 || Memory.getByte(from + DATE_LENGTH) != separator)
        {
            return INVALID;
        }
        final long day = dateAt(from);
        final long time = timeAt(from + DATE_LENGTH + 1, to, standard == JsonOptions.Timestamps.ISO_8601);
        return day == INVALID || time == INVALID ? INVALID : day * DAY_MS + time;
    }

    private long timeAt(final long at, final long to, final boolean mayLackSeconds)
    {
        long word = Memory.getLong(at);
        long p = at + 8;
        if (mayLackSeconds && to - at == 5)
        {
            word = word & 0xFFFFFFFFFFL | TIME_SHAPE & ~0xFFFFFFFFFFL;
            p = to;
        }
        if (p > to)
        {
            return INVALID;
        }
        final long x = word ^ TIME_SHAPE;
        if (((x + TIME_LEAST | x) & HIGHS) != 0)
        {
            return INVALID;
        }
        final int hour = (int)(x & 0xF) * 10 + (int)(x >> 8 & 0xF);
        final int minute = (int)(x >> 24 & 0xF) * 10 + (int)(x >> 32 & 0xF);
        final int second = (int)(x >> 48 & 0xF) * 10 + (int)(x >> 56);
        if (hour > 23 || minute > 59 || second > 59)
        {
            return INVALID;
        }
        final long ms = ((hour * 60 + minute) * 60 + second) * 1000L;
        return p == to ? ms : fractionAt(p, to, ms);
    }

    private long fractionAt(final long point, final long to, final long ms)
    {
        final int digits = (int)(to - point) - 1;
        if (Memory.getByte(point) != '.' || digits > MAX_NANO_DIGITS)
        {
            return INVALID;
        }
        int fraction = 0;
        for (int i = 1; i <= MAX_NANO_DIGITS; i++)
        {
            final int digit = i <= digits ? Memory.getByte(point + i) - '0' : 0;
            if (digit < 0 || digit > 9)
            {
                return INVALID;
            }
            fraction = fraction * 10 + digit;
        }
        nanos = fraction % 1_000_000;
        return ms + fraction / 1_000_000;
    }

    /** Nanoseconds of the millisecond of the last timestamp. */
    int nanos()
    {
        return nanos;
    }
}
