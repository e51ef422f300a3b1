package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Scratch;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A date-time pattern in java.time's letters, compiled once. Patterns of numbers (y u M d H m s S) and literals are
 * read and written byte by byte; others go through java.time and allocate. Immutable.
 */
public final class TimePattern
{
    private static final String NUMERIC = "yuMdHmsS";
    private static final char LITERAL = '\'';
    /** Most digits of the lenient form's fields, and what stands behind each. */
    private static final int[] LENIENT_DIGITS = {4, 2, 2, 9, 9, 9, 9};
    private static final String LENIENT_SEPARATORS = "-- ::.";

    private final String pattern;
    private final char[] letters;
    private final int[] widths;
    private final @Nullable DateTimeFormatter formatter;

    private TimePattern(
        final String pattern, final List<int[]> elements, final @Nullable DateTimeFormatter formatter)
    {
        this.pattern = pattern;
        letters = new char[elements.size()];
        widths = new int[elements.size()];
        for (int i = 0; i < letters.length; i++)
        {
            letters[i] = (char)elements.get(i)[0];
            widths[i] = elements.get(i)[1];
        }
        this.formatter = formatter;
    }

    /** A compiled pattern; {@link IllegalArgumentException} where it is not one. */
    public static TimePattern of(final String pattern)
    {
        // Refuses what java.time refuses, whoever reads the text later.
        final DateTimeFormatter formatter = DateTimeFormatter.ofPattern(pattern, Locale.getDefault());
        final List<int[]> elements = new ArrayList<>();
        boolean isSimple = true;
        boolean isQuoted = false;
        for (int i = 0; i < pattern.length(); i++)
        {
            final char c = pattern.charAt(i);
            if (c == '\'')
            {
                final boolean isDouble = i + 1 < pattern.length() && pattern.charAt(i + 1) == '\'';
                if (isDouble)
                {
                    elements.add(new int[]{LITERAL, c});
                    i++;
                }
                else
                {
                    isQuoted = !isQuoted;
                }
            }
            else if (isQuoted || !Character.isLetter(c))
            {
                isSimple &= c < 0x80 && (isQuoted || "[]{}#".indexOf(c) < 0);
                elements.add(new int[]{LITERAL, c});
            }
            else
            {
                int width = 1;
                while (i + 1 < pattern.length() && pattern.charAt(i + 1) == c)
                {
                    width++;
                    i++;
                }
                final boolean isVariable = width == 1 && c != 'S';
                final boolean isAdjacent = isVariable && i + 1 < pattern.length() &&
                    Character.isLetter(pattern.charAt(i + 1));
                isSimple &= isNumber(c, width) && !isAdjacent;
                elements.add(new int[]{c, width});
            }
        }
        return new TimePattern(pattern, elements, isSimple ? null : formatter);
    }

    private static boolean isNumber(final char c, final int width)
    {
        return NUMERIC.indexOf(c) >= 0 &&
            (c == 'S' ? width <= 9 : c == 'y' || c == 'u' ? width == 4 : width <= 2);
    }

    /** The pattern as it was given. */
    public String pattern()
    {
        return pattern;
    }

    /** TO_TIMESTAMP: milliseconds; {@code scratch.isNull} where the text can't be read. */
    public long parse(final Scratch scratch, final long address, final int length)
    {
        scratch.isNull = false;
        if (formatter != null)
        {
            return parseByFormatter(scratch, address, length);
        }
        int at = 0;
        int year = 1970;
        int month = 1;
        int day = 1;
        int hour = 0;
        int minute = 0;
        int second = 0;
        int ms = 0;
        for (int i = 0; i < letters.length; i++)
        {
            if (letters[i] == LITERAL)
            {
                if (at >= length || Memory.getByte(address + at) != widths[i])
                {
                    return parseLeniently(scratch, address, length);
                }
                at++;
                continue;
            }
            final int most = widths[i] == 1 && letters[i] != 'S' ? 9 : widths[i];
            int value = 0;
            int digits = 0;
            while (digits < most && at < length && Text.isDigit(address + at))
            {
                value = value * 10 + Memory.getByte(address + at) - '0';
                digits++;
                at++;
            }
            if (digits < widths[i])
            {
                return parseLeniently(scratch, address, length);
            }
            switch (letters[i])
            {
                case 'M' -> month = value;
                case 'd' -> day = value;
                case 'H' -> hour = value;
                case 'm' -> minute = value;
                case 's' -> second = value;
                case 'S' -> ms = milliseconds(value, digits);
                default -> year = value;
            }
        }
        if (at != length || !Timestamps.isTime(year, month, day, hour, minute, second) || hour == 24 && ms != 0)
        {
            return parseLeniently(scratch, address, length);
        }
        return Timestamps.of(year, month, day, hour, minute, second) + ms;
    }

    private static int milliseconds(final int fraction, final int digits)
    {
        return digits <= 3 ? fraction * (int)Decimals.power10(3 - digits) :
            fraction / (int)Decimals.power10(digits - 3);
    }

    /** What Flink tries next: java.sql.Timestamp's and Date's form, in which days and hours may overflow. */
    static long parseLeniently(final Scratch scratch, final long address, final int length)
    {
        int from = 0;
        int to = length;
        while (from < to && Memory.getByte(address + from) == ' ')
        {
            from++;
        }
        while (to > from && Memory.getByte(address + to - 1) == ' ')
        {
            to--;
        }
        long result = 0;
        int year = 0;
        int month = 0;
        int field = 0;
        while (field < LENIENT_DIGITS.length)
        {
            int value = 0;
            int digits = 0;
            while (from < to && digits < LENIENT_DIGITS[field] && Text.isDigit(address + from))
            {
                value = value * 10 + Memory.getByte(address + from++) - '0';
                digits++;
            }
            if (digits == 0 || field == 0 && digits != 4)
            {
                scratch.isNull = true;
                return 0;
            }
            switch (field)
            {
                case 0 -> year = value;
                case 1 -> month = value;
                case 2 ->
                {
                    scratch.isNull = month < 1 || month > 12 || value < 1 || value > 31;
                    result = scratch.isNull ? 0 :
                        (Timestamps.dayOf(year, month, 1) + value - 1) * Timestamps.DAY;
                }
                case 3 -> result += value * 3_600_000L;
                case 4 -> result += value * 60_000L;
                case 5 -> result += value * 1000L;
                default -> result += milliseconds(value, digits);
            }
            field++;
            if (from == to)
            {
                scratch.isNull |= field != 3 && field < 6;
                return result;
            }
            if (field == LENIENT_DIGITS.length ||
                Memory.getByte(address + from++) != LENIENT_SEPARATORS.charAt(field - 1))
            {
                break;
            }
        }
        scratch.isNull = true;
        return 0;
    }

    private long parseByFormatter(final Scratch scratch, final long address, final int length)
    {
        try
        {
            final TemporalAccessor parsed =
                Objects.requireNonNull(formatter).parse(Utf8.toString(address, length));
            return LocalDateTime.of(field(parsed, ChronoField.YEAR, 1970), field(parsed, ChronoField.MONTH_OF_YEAR, 1),
                field(parsed, ChronoField.DAY_OF_MONTH, 1), field(parsed, ChronoField.HOUR_OF_DAY, 0),
                field(parsed, ChronoField.MINUTE_OF_HOUR, 0), field(parsed, ChronoField.SECOND_OF_MINUTE, 0),
                field(parsed, ChronoField.NANO_OF_SECOND, 0)).toInstant(ZoneOffset.UTC).toEpochMilli();
        }
        catch (final DateTimeException e)
        {
            return parseLeniently(scratch, address, length);
        }
    }

    private static int field(final TemporalAccessor parsed, final ChronoField field, final int otherwise)
    {
        return parsed.isSupported(field) ? parsed.get(field) : otherwise;
    }

    /** DATE_FORMAT: address of the text, 0 where the scratch refused; length in {@code scratch.length}. */
    public long format(final Scratch scratch, final long ms, final int nanos)
    {
        if (formatter != null)
        {
            final LocalDateTime time = LocalDateTime.ofEpochSecond(Math.floorDiv(ms, 1000L),
                (int)Math.floorMod(ms, 1000L) * 1_000_000 + nanos, ZoneOffset.UTC);
            try
            {
                return Strings.keep(scratch, formatter.format(time));
            }
            catch (final DateTimeException e)
            {
                scratch.failure = Failure.ARGUMENT.ordinal();
                scratch.length = 0;
                return scratch.allocate(8);
            }
        }
        final long out = scratch.allocate(letters.length * 10);
        if (out == Scratch.REFUSED)
        {
            return out;
        }
        final int civil = Timestamps.civil(Timestamps.dayOf(ms));
        final int time = (int)Timestamps.timeOfDay(ms);
        long at = out;
        for (int i = 0; i < letters.length; i++)
        {
            final int width = widths[i];
            switch (letters[i])
            {
                case LITERAL -> Memory.putByte(at++, (byte)width);
                case 'y', 'u' -> at = Text.padded(at, Math.abs(civil >> 9), width);
                case 'M' -> at = Text.padded(at, civil >> 5 & 0xF, width);
                case 'd' -> at = Text.padded(at, civil & 0x1F, width);
                case 'H' -> at = Text.padded(at, time / 3_600_000, width);
                case 'm' -> at = Text.padded(at, time / 60_000 % 60, width);
                case 's' -> at = Text.padded(at, time / 1000 % 60, width);
                default -> at = Text.padded(
                    at, (time % 1000 * 1_000_000 + nanos) / (int)Decimals.power10(9 - width), width);
            }
        }
        scratch.length = (int)(at - out);
        return out;
    }

    @Override
    public boolean equals(final @Nullable Object other)
    {
        return other instanceof TimePattern that && that.pattern.equals(pattern);
    }

    @Override
    public int hashCode()
    {
        return pattern.hashCode();
    }
}
