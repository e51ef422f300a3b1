package io.millrace.sql.runtime;

/** The proleptic Gregorian calendar on days and milliseconds since 1970, UTC. Nothing here allocates. */
public final class Timestamps
{
    public static final long DAY = 86_400_000L;
    /** No time, where a method gives milliseconds. */
    public static final long NONE = Long.MIN_VALUE;

    private static final long FIRST_SECOND = -62_167_219_200L;
    private static final long LAST_SECOND = 253_402_300_799L;

    private Timestamps()
    {
    }

    public static int compare(final long ms1, final int nanos1, final long ms2, final int nanos2)
    {
        return ms1 == ms2 ? Integer.compare(nanos1, nanos2) : Long.compare(ms1, ms2);
    }

    public static int dayOf(final long ms)
    {
        return (int)Math.floorDiv(ms, DAY);
    }

    public static long timeOfDay(final long ms)
    {
        return Math.floorMod(ms, DAY);
    }

    /** Year, month and day of a day, as {@code year << 9 | month << 5 | day}. */
    public static int civil(final int day)
    {
        final long z = day + 719_468L;
        final long era = Math.floorDiv(z, 146_097L);
        final long dayOfEra = z - era * 146_097L;
        final long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        final long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        final long shifted = (5 * dayOfYear + 2) / 153;
        final int dayOfMonth = (int)(dayOfYear - (153 * shifted + 2) / 5 + 1);
        final int month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
        final long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        return (int)year << 9 | month << 5 | dayOfMonth;
    }

    public static int dayOf(final int year, final int month, final int dayOfMonth)
    {
        final long y = month <= 2 ? year - 1L : year;
        final long era = Math.floorDiv(y, 400L);
        final long yearOfEra = y - era * 400;
        final long dayOfYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dayOfMonth - 1;
        final long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return (int)(era * 146_097 + dayOfEra - 719_468);
    }

    /** Whether these are a time in java.time's SMART style: a day may exceed its month, 24:00:00 is the next day's. */
    static boolean isTime(
        final int year, final int month, final int day, final int hour, final int minute, final int second)
    {
        return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && minute <= 59 && second <= 59 &&
            (hour <= 23 || hour == 24 && (minute | second) == 0);
    }

    /** Milliseconds of such a time; a day beyond its month is the month's last. */
    static long of(
        final int year, final int month, final int day, final int hour, final int minute, final int second)
    {
        return dayOf(year, month, Math.min(day, lengthOfMonth(year, month))) * DAY +
            hour * 3_600_000L + minute * 60_000L + second * 1000L;
    }

    public static int year(final int day)
    {
        return civil(day) >> 9;
    }

    public static int month(final int day)
    {
        return civil(day) >> 5 & 0xF;
    }

    public static int dayOfMonth(final int day)
    {
        return civil(day) & 0x1F;
    }

    public static int lengthOfMonth(final int year, final int month)
    {
        return month == 2 ? isLeap(year) ? 29 : 28 : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    private static boolean isLeap(final int year)
    {
        return (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
    }

    /** The same day of a later or earlier month, or the month's last. */
    public static int addMonths(final int day, final int months)
    {
        final int civil = civil(day);
        final long total = (civil >> 9) * 12L + (civil >> 5 & 0xF) - 1 + months;
        final int year = (int)Math.floorDiv(total, 12L);
        final int month = (int)Math.floorMod(total, 12L) + 1;
        return dayOf(year, month, Math.min(civil & 0x1F, lengthOfMonth(year, month)));
    }

    public static long addMonths(final long ms, final int months)
    {
        return addMonths(dayOf(ms), months) * DAY + timeOfDay(ms);
    }

    /** Whole months from the second to the first. */
    public static int monthsBetween(final long ms, final long from)
    {
        final int a = civil(dayOf(ms));
        final int b = civil(dayOf(from));
        int months = (a >> 9) * 12 + (a >> 5 & 0xF) - (b >> 9) * 12 - (b >> 5 & 0xF);
        if (months > 0 && addMonths(from, months) > ms)
        {
            months--;
        }
        else if (months < 0 && addMonths(from, months) < ms)
        {
            months++;
        }
        return months;
    }

    /** Whole months from the second to the first as TIMESTAMPDIFF counts them: one less where the time is earlier. */
    public static int subtractMonths(final long ms, final long from)
    {
        final int day = dayOf(ms);
        final int fromDay = dayOf(from);
        final int months = day < fromDay ? -wholeMonths(fromDay, day) : wholeMonths(day, fromDay);
        return addMonths(fromDay, months) == day && timeOfDay(ms) < timeOfDay(from) ? months - 1 : months;
    }

    /** Whole months between days, the first not before the second. */
    private static int wholeMonths(final int day, final int from)
    {
        int months = (day - from) / 31;
        while (addMonths(from, months) < day && addMonths(from, months + 1) <= day)
        {
            months++;
        }
        return months;
    }

    /** 1 for Sunday to 7. */
    public static int dayOfWeek(final int day)
    {
        return Math.floorMod(day + 4, 7) + 1;
    }

    /** 1 for Monday to 7. */
    public static int isoDayOfWeek(final int day)
    {
        return Math.floorMod(day + 3, 7) + 1;
    }

    public static int dayOfYear(final int day)
    {
        return day - dayOf(year(day), 1, 1) + 1;
    }

    public static int isoYear(final int day)
    {
        return year(day + 4 - isoDayOfWeek(day));
    }

    public static int isoWeek(final int day)
    {
        final int thursday = day + 4 - isoDayOfWeek(day);
        return (dayOfYear(thursday) - 1) / 7 + 1;
    }

    public static int century(final int year)
    {
        return year > 0 ? (year + 99) / 100 : -((99 - year) / 100);
    }

    public static int millennium(final int year)
    {
        return year > 0 ? (year + 999) / 1000 : -((999 - year) / 1000);
    }

    /** Beginning of a unit of days, {@code isUp}: of the next one where the day is not a beginning itself. */
    public static int floorDay(final int day, final char unit, final boolean isUp)
    {
        final int civil = civil(day);
        final int year = civil >> 9;
        final int month = civil >> 5 & 0xF;
        final boolean isFirst = (civil & 0x1F) == 1;
        switch (unit)
        {
            case 'Y':
                return dayOf(year + (isUp && !(isFirst && month == 1) ? 1 : 0), 1, 1);
            case 'Q':
                final int quarter = (month - 1) / 3 * 3 + 1;
                // CEIL leaves no beginning of a quarter but January's where it is, in Flink.
                return addMonths(dayOf(year, quarter, 1), isUp && !(isFirst && month == 1) ? 3 : 0);
            case 'M':
                return addMonths(dayOf(year, month, 1), isUp && !isFirst ? 1 : 0);
            case 'W':
                final int offset = Math.floorMod(day + 4, 7);
                return day - offset + (isUp && offset > 0 ? 7 : 0);
            case 'E':
                return dayOf(Math.floorDiv(year, 10) * 10 +
                    (isUp && !(isFirst && month == 1 && year % 10 == 0) ? 10 : 0), 1, 1);
            case 'C':
                final int century = Math.floorDiv(year - 1, 100) * 100 + 1;
                return dayOf(century + (isUp && !(isFirst && month == 1 && year == century) ? 100 : 0), 1, 1);
            case 'L':
                final int millennium = Math.floorDiv(year - 1, 1000) * 1000 + 1;
                return dayOf(millennium + (isUp && !(isFirst && month == 1 && year == millennium) ? 1000 : 0), 1, 1);
            default:
                // CEIL of a DATE to DAY is the next day in Flink.
                return isUp ? day + 1 : day;
        }
    }

    /**
     * FLOOR or CEIL of a timestamp to a unit of days or more. The day is found by division towards zero and CEIL
     * does not look at the time of day, both as in Flink.
     */
    public static long floorToDay(final long ms, final char unit, final boolean isUp)
    {
        return floorDay((int)(ms / DAY), unit, isUp) * DAY;
    }

    /** Milliseconds of seconds since 1970 with decimal digits; {@link #NONE} outside of the years 0 to 9999. */
    public static long ofEpoch(final long value, final int digits)
    {
        final long second = Math.floorDiv(value, Decimals.power10(digits));
        return second < FIRST_SECOND || second > LAST_SECOND ? NONE :
            second * 1000 + Math.floorMod(value, Decimals.power10(digits)) * Decimals.power10(9 - digits) / 1_000_000;
    }

    /** Nanoseconds of the millisecond that {@link #ofEpoch(long, int)} gives. */
    public static int nanosOfEpoch(final long value, final int digits)
    {
        return (int)(Math.floorMod(value, Decimals.power10(digits)) * Decimals.power10(9 - digits) % 1_000_000);
    }

    /** The same of a DOUBLE; nanoseconds that no long holds are the last of those that one does. */
    public static long ofEpoch(final double value, final int digits)
    {
        final double second = value / Decimals.power10(digits);
        return second < FIRST_SECOND || second > LAST_SECOND ? NONE :
            ofEpoch((long)(value * Decimals.power10(9 - digits)), 9);
    }

    /** Nanoseconds of the millisecond that {@link #ofEpoch(double, int)} gives. */
    public static int nanosOfEpoch(final double value, final int digits)
    {
        return nanosOfEpoch((long)(value * Decimals.power10(9 - digits)), 9);
    }

    /** FLOOR or CEIL to a multiple. */
    public static long floorToMultiple(final long ms, final long unit, final boolean isUp)
    {
        final long down = ms - Math.floorMod(ms, unit);
        return isUp && down < ms ? down + unit : down;
    }
}
