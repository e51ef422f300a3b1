package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Scratch;

/** Text as dates and times, as Flink's CAST reads it; failures and allocation as with {@link Parse}. */
public final class ParseTime
{
    private ParseTime()
    {
    }

    /** yyyy[-M[-d]], what follows a blank ignored: days since 1970. */
    public static int date(final Scratch scratch, final long address, final int length)
    {
        int from = 0;
        int end = length;
        for (int i = 0; i < length; i++)
        {
            if (Memory.getByte(address + i) == ' ')
            {
                end = i == 0 ? length : i;
                break;
            }
        }
        int year = 0;
        int month = 1;
        int day = 1;
        for (int field = 0; field < 3; field++)
        {
            int to = from;
            while (to < end && (field == 2 || Memory.getByte(address + to) != '-'))
            {
                to++;
            }
            final long value = integerPart(scratch, address + from, to - from);
            if (scratch.failure != 0)
            {
                return 0;
            }
            if (field == 0)
            {
                year = (int)value;
            }
            else if (field == 1)
            {
                month = (int)value;
            }
            else
            {
                day = (int)value;
            }
            if (to == end)
            {
                break;
            }
            from = to + 1;
        }
        if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 ||
            day > Timestamps.lengthOfMonth(year, month))
        {
            return (int)Parse.fail(scratch);
        }
        return Timestamps.dayOf(year, month, day);
    }

    private static long integerPart(final Scratch scratch, final long address, final int length)
    {
        for (int i = 0; i < length; i++)
        {
            if (Memory.getByte(address + i) == '.' || Memory.getByte(address + i) == '+')
            {
                return Parse.fail(scratch);
            }
        }
        return Parse.integer(scratch, address, length, 0, 99_999);
    }

    /** yyyy-M-d[ H:m:s[.fraction]]: milliseconds, and nanoseconds of the millisecond in {@code scratch.high}. */
    public static long timestamp(final Scratch scratch, final long address, final int length)
    {
        int at = 0;
        int year = 0;
        int month = 0;
        int day = 0;
        int hour = 0;
        int minute = 0;
        int second = 0;
        int nanos = 0;
        for (int field = 0; field < 6; field++)
        {
            final int most = field == 0 ? 4 : 2;
            int value = 0;
            int digits = 0;
            while (at < length && digits < most && Text.isDigit(address + at))
            {
                value = value * 10 + Memory.getByte(address + at++) - '0';
                digits++;
            }
            if (digits == 0 || field == 0 && digits != 4)
            {
                return Parse.fail(scratch);
            }
            switch (field)
            {
                case 0 -> year = value;
                case 1 -> month = value;
                case 2 -> day = value;
                case 3 -> hour = value;
                case 4 -> minute = value;
                default -> second = value;
            }
            if (at == length && (field == 2 || field == 5))
            {
                break;
            }
            if (field < 5 && (at >= length || Memory.getByte(address + at++) != "-- ::".charAt(field)))
            {
                return Parse.fail(scratch);
            }
        }
        if (at < length)
        {
            final int from = ++at;
            if (Memory.getByte(address + at - 1) != '.')
            {
                return Parse.fail(scratch);
            }
            while (at < length && Text.isDigit(address + at))
            {
                nanos = nanos * 10 + Memory.getByte(address + at++) - '0';
            }
            if (at < length || at - from > 9)
            {
                return Parse.fail(scratch);
            }
            nanos *= (int)Decimals.power10(9 - (at - from));
        }
        if (!Timestamps.isTime(year, month, day, hour, minute, second) || hour == 24 && nanos != 0)
        {
            return Parse.fail(scratch);
        }
        scratch.high = nanos % 1_000_000;
        return Timestamps.of(year, month, day, hour, minute, second) + nanos / 1_000_000;
    }
}
