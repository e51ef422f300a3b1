package io.millrace.codecs.json;

import io.millrace.codecs.Memory;
import io.millrace.codecs.SqlType;
import java.util.Arrays;

/** Writes the fixed columns of a row as JSON. */
final class JsonValueWriter
{
    private static final long DAY_SECONDS = 86_400L;
    /** Characters of a time from year 0 to 9999, up to the second. */
    private static final int SECOND_TEXT_LENGTH = 19;
    private static final int RECENT_LOG = 4;
    private static final long SECOND_FACTOR = 0x9E3779B97F4A7C15L;
    private static final long CHUNK = 1_000_000_000L;
    private static final int CHUNK_DIGITS = 9;
    private static final int MAX_DIGITS = 45;

    private final JsonWriter writer;
    private final char separator;
    private final byte[] digits = new byte[MAX_DIGITS];
    /** Seconds written lately, and the text of each as three words: the bounds of windows come again and again. */
    private final long[] recentSeconds = new long[1 << RECENT_LOG];
    private final long[] recentTexts = new long[3 << RECENT_LOG];

    JsonValueWriter(final JsonWriter writer, final JsonOptions options)
    {
        this.writer = writer;
        Arrays.fill(recentSeconds, Long.MIN_VALUE);
        separator = options.timestamps() == JsonOptions.Timestamps.SQL ? ' ' : 'T';
    }

    /** Puts the value at {@code at}, which is not NULL and not a string. */
    void put(final SqlType type, final long at)
    {
        switch (type.kind())
        {
            case BOOLEAN -> writer.put(Memory.getByte(at) != 0 ? "true" : "false");
            case TINYINT -> writer.putLong(Memory.getByte(at));
            case SMALLINT -> writer.putLong(Memory.getShort(at));
            case INT, INTERVAL_MONTH -> writer.putLong(Memory.getInt(at));
            case BIGINT, INTERVAL_DAY -> writer.putLong(Memory.getLong(at));
            case FLOAT -> putFloat(Memory.getFloat(at));
            case DOUBLE -> putDouble(Memory.getDouble(at));
            case DECIMAL -> putDecimal(
                Memory.getLong(at), type.isCompactDecimal() ? Memory.getLong(at) >> 63 : Memory.getLong(at + 8),
                type.scale());
            case DATE ->
            {
                writer.put('"');
                putDate(Memory.getInt(at));
                writer.put('"');
            }
            case TIMESTAMP ->
                putTimestamp(Memory.getLong(at), type.isCompactTimestamp() ? 0 : Memory.getInt(at + 8));
            default -> throw new IllegalArgumentException("no JSON for " + type);
        }
    }

    private void putDouble(final double value)
    {
        if (!Double.isFinite(value))
        {
            writer.put(Double.isNaN(value) ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
            return;
        }
        if (value == 0)
        {
            writer.put(1 / value < 0 ? "-0.0" : "0.0");
            return;
        }
        final double magnitude = Math.abs(value);
        if (magnitude >= 1e-3 && magnitude < 1e7)
        {
            for (int scale = 0; scale < 12; scale++)
            {
                final long unscaled = Math.round(magnitude * JsonNumber.power(scale));
                if (unscaled < 1_000_000_000_000_000L && JsonNumber.exactDouble(unscaled, scale) == magnitude)
                {
                    putFixedPoint(value < 0, unscaled, scale);
                    return;
                }
            }
        }
        writer.put(Double.toString(value));
    }

    private void putFloat(final float value)
    {
        if (!Float.isFinite(value) || value == 0)
        {
            putDouble(value);
            return;
        }
        final float magnitude = Math.abs(value);
        if (magnitude >= 1e-3f && magnitude < 1e7f)
        {
            for (int scale = 0; scale < 7; scale++)
            {
                final long unscaled = Math.round((double)magnitude * JsonNumber.power(scale));
                if (unscaled < 1_000_000 && JsonNumber.exactFloat(unscaled, scale) == magnitude)
                {
                    putFixedPoint(value < 0, unscaled, scale);
                    return;
                }
            }
        }
        writer.put(Float.toString(value));
    }

    private void putFixedPoint(final boolean isNegative, final long unscaled, final int scale)
    {
        if (isNegative)
        {
            writer.put('-');
        }
        final long power = JsonNumber.power(scale);
        writer.putLong(unscaled / power);
        writer.put('.');
        writer.putDigits(unscaled % power, Math.max(1, scale));
    }

    private void putDecimal(final long lowest, final long highest, final int scale)
    {
        long low = lowest;
        long high = highest;
        if (high < 0)
        {
            writer.put('-');
            low = -low;
            high = ~high + (low == 0 ? 1 : 0);
        }
        int first = MAX_DIGITS;
        while (high != 0 || low != 0)
        {
            final long top = high / CHUNK;
            final long middle = (high % CHUNK << 32) + (low >>> 32);
            final long bottom = (middle % CHUNK << 32) + (low & 0xFFFFFFFFL);
            high = top;
            low = (middle / CHUNK << 32) + bottom / CHUNK;
            long rest = bottom % CHUNK;
            for (int i = 0; i < CHUNK_DIGITS; i++)
            {
                digits[--first] = (byte)('0' + rest % 10);
                rest /= 10;
            }
        }
        while (first < MAX_DIGITS && digits[first] == '0')
        {
            first++;
        }
        final int point = MAX_DIGITS - scale;
        while (first > point - 1)
        {
            digits[--first] = '0';
        }
        int end = MAX_DIGITS;
        while (end > point && digits[end - 1] == '0')
        {
            end--;
        }
        for (int i = first; i < end; i++)
        {
            if (i == point)
            {
                writer.put('.');
            }
            writer.put((char)digits[i]);
        }
    }

    /** Year, month and day of days since 1970-01-01: the proleptic Gregorian calendar, years counted from March. */
    private void putDate(final long epochDay)
    {
        final long days = epochDay + 719_468;
        final long era = Math.floorDiv(days, 146_097);
        final int dayOfEra = (int)(days - era * 146_097);
        final int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        final int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        final int shifted = (5 * dayOfYear + 2) / 153;
        final int month = shifted < 10 ? shifted + 3 : shifted - 9;
        final long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        if (year < 0 || year > 9999)
        {
            writer.put(year < 0 ? '-' : '+');
        }
        if (Math.abs(year) > 9999)
        {
            writer.putLong(Math.abs(year));
        }
        else
        {
            writer.putDigits(Math.abs(year), 4);
        }
        writer.put('-');
        writer.putDigits(month, 2);
        writer.put('-');
        writer.putDigits(dayOfYear - (153 * shifted + 2) / 5 + 1, 2);
    }

    private void putTimestamp(final long ms, final int nanosOfMs)
    {
        final long second = Math.floorDiv(ms, 1000);
        writer.put('"');
        final int place = (int)(second * SECOND_FACTOR >>> 64 - RECENT_LOG);
        if (recentSeconds[place] != second || !writer.putWords(recentTexts, place * 3, SECOND_TEXT_LENGTH))
        {
            final int begin = writer.length();
            putSecond(second);
            if (writer.length() - begin == SECOND_TEXT_LENGTH)
            {
                writer.takeWords(begin, recentTexts, place * 3);
                recentSeconds[place] = second;
            }
        }
        int fraction = (int)(ms - second * 1000) * 1_000_000 + nanosOfMs;
        if (fraction != 0)
        {
            int width = CHUNK_DIGITS;
            while (fraction % 10 == 0)
            {
                fraction /= 10;
                width--;
            }
            writer.put('.');
            writer.putDigits(fraction, width);
        }
        writer.put('"');
    }

    private void putSecond(final long epochSecond)
    {
        final long day = Math.floorDiv(epochSecond, DAY_SECONDS);
        final int second = (int)(epochSecond - day * DAY_SECONDS);
        putDate(day);
        writer.put(separator);
        writer.putDigits(second / 3600, 2);
        writer.put(':');
        writer.putDigits(second / 60 % 60, 2);
        writer.put(':');
        writer.putDigits(second % 60, 2);
    }
}
