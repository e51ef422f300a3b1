package io.millrace.codecs.json;

import io.millrace.codecs.Memory;

/**
 * Dates and times as text, after {@code java.time}'s ISO formatters as Flink uses them: strictly for DATE and ISO-8601;
 * for SQL timestamps {@code 24:00:00} is the next day and February 30 the month's last day.
 */
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
    /** {@code -00-00}. */
    private static final long MONTH_SHAPE = 0x30302D30302DL;
    private static final long MONTH_LEAST = 0x76767F76767FL;
    /** {@code 00:00:00}. */
    private static final long TIME_SHAPE = 0x30303A30303A3030L;
    private static final long TIME_LEAST = 0x76767F76767F7676L;

    /** {@code .000}. */
    private static final int FRACTION_SHAPE = 0x3030302E;
    private static final int FRACTION_LEAST = 0x7676767F;
    /** A year's digits, where there are more than four: {@code java.time} has years of nine. */
    private static final int MAX_YEAR_DIGITS = 9;
    private static final long MAX_DAY = Long.MAX_VALUE / DAY_MS - 1;

    private int nanos;
    private long behind;
    /** The last date of a four-digit year that its month has, as it was written: mostly it comes again. */
    private long knownYearMonth;
    private short knownDay;
    private long knownEpochDay = INVALID;

    /** Days since the epoch of {@code YYYY-MM-DD}, all of the text, or {@link #INVALID}. */
    long parseDate(final long from, final long to)
    {
        final long day = dateAt(from, to, false);
        return day == INVALID || behind != to || day != (int)day ? INVALID : day;
    }

    /**
     * Days since the epoch of the date at {@code from}, with {@code behind} set.
     *
     * @param isSmart whether a day up to 31 that its month lacks means the month's last, as in Java's SMART resolving.
     */
    private long dateAt(final long from, final long to, final boolean isSmart)
    {
        if (from + DATE_LENGTH > to)
        {
            return INVALID;
        }
        final long yearMonth = Memory.getLong(from);
        final short dayText = Memory.getShort(from + 8);
        if (yearMonth == knownYearMonth && dayText == knownDay)
        {
            behind = from + DATE_LENGTH;
            return knownEpochDay;
        }
        final long x = yearMonth ^ DATE_SHAPE;
        final int tens = (dayText & 0xFF) - '0';
        final int ones = (dayText >> 8) - '0';
        if (((x + DATE_LEAST | x) & HIGHS) != 0 || (tens | ones | 9 - tens | 9 - ones) < 0)
        {
            return signedDateAt(from, to, isSmart);
        }
        behind = from + DATE_LENGTH;
        final int year = (int)(x & 0xF) * 1000 + (int)(x >> 8 & 0xF) * 100 + (int)(x >> 16 & 0xF) * 10 +
            (int)(x >> 24 & 0xF);
        final int month = (int)(x >> 40 & 0xF) * 10 + (int)(x >> 48 & 0xF);
        final int day = tens * 10 + ones;
        final long epochDay = dayOf(year, month, day, isSmart);
        if (epochDay != INVALID && day <= daysOf(year, month))
        {
            knownYearMonth = yearMonth;
            knownDay = dayText;
            knownEpochDay = epochDay;
        }
        return epochDay;
    }

    /** A date with a signed year: {@code +12024-01-01}, {@code -0001-01-01}. */
    private long signedDateAt(final long from, final long to, final boolean isSmart)
    {
        final boolean isNegative = Memory.getByte(from) == '-';
        if (!isNegative && Memory.getByte(from) != '+')
        {
            return INVALID;
        }
        long p = from + 1;
        int year = 0;
        while (p < to && Memory.getByte(p) >= '0' && Memory.getByte(p) <= '9' && p - from <= MAX_YEAR_DIGITS)
        {
            year = year * 10 + Memory.getByte(p++) - '0';
        }
        final int digits = (int)(p - from) - 1;
        if (digits < (isNegative ? 4 : 5) || isNegative && year == 0 || p + 6 > to)
        {
            return INVALID;
        }
        final long x = (Memory.getLong(p) ^ MONTH_SHAPE) << 16 >>> 16;
        if (((x + MONTH_LEAST | x) & HIGHS) != 0)
        {
            return INVALID;
        }
        behind = p + 6;
        return dayOf(
            isNegative ? -year : year, (int)(x >> 8 & 0xF) * 10 + (int)(x >> 16 & 0xF),
            (int)(x >> 32 & 0xF) * 10 + (int)(x >> 40 & 0xF), isSmart);
    }

    private static long dayOf(final int year, final int month, final int day, final boolean isSmart)
    {
        if (month < 1 || month > 12 || day < 1 || day > 31)
        {
            return INVALID;
        }
        if (day > 28 && day > daysOf(year, month))
        {
            return isSmart ? epochDay(year, month, daysOf(year, month)) : INVALID;
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
        final boolean isSql = standard == JsonOptions.Timestamps.SQL;
        nanos = 0;
        final long day = dateAt(from, to, isSql);
        if (day == INVALID || Math.abs(day) > MAX_DAY || behind + 6 > to)
        {
            return INVALID;
        }
        final byte separator = Memory.getByte(behind);
        if (isSql ? separator != ' ' : (separator | 0x20) != 't')
        {
            return INVALID;
        }
        final long time = timeAt(behind + 1, to, isSql);
        return time == INVALID ? INVALID : day * DAY_MS + time;
    }

    private long timeAt(final long at, final long to, final boolean isSql)
    {
        long word = Memory.getLong(at);
        long p = at + 8;
        if (!isSql && to - at == 5)
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
        if (hour > 24 || minute > 59 || second > 59)
        {
            return INVALID;
        }
        final long whole = ((hour * 60 + minute) * 60 + second) * 1000L;
        final long ms = p == to ? whole : fractionAt(p, to, whole);
        return ms >= DAY_MS && (!isSql || ms > DAY_MS || nanos != 0) ? INVALID : ms;
    }

    private long fractionAt(final long point, final long to, final long ms)
    {
        final int digits = (int)(to - point) - 1;
        if (Memory.getByte(point) != '.' || digits > MAX_NANO_DIGITS)
        {
            return INVALID;
        }
        int fraction = 0;
        if (digits == 3)
        {
            final int word = Memory.getInt(point) ^ FRACTION_SHAPE;
            return ((word + FRACTION_LEAST | word) & (int)HIGHS) != 0 ? INVALID :
                ms + (word >> 8 & 0xF) * 100 + (word >> 16 & 0xF) * 10 + (word >> 24);
        }
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
