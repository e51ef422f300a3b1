package io.millrace.engine.setting;

import java.math.BigDecimal;
import java.util.Locale;

/** Bytes and time spans as text, both ways. Spans follow Flink's: {@code 5 s}, {@code 500ms}, {@code 1 h}. */
public final class Units
{
    private static final long SECOND_NS = 1_000_000_000L;

    private Units()
    {
    }

    static long parseCount(final String text)
    {
        try
        {
            return Long.parseLong(text);
        }
        catch (final NumberFormatException e)
        {
            throw new IllegalArgumentException("expected a whole number", e);
        }
    }

    /** Millionths of {@code 0.01}. */
    static long parseRatio(final String text)
    {
        try
        {
            return new BigDecimal(text).movePointRight(6).longValueExact();
        }
        catch (final NumberFormatException | ArithmeticException e)
        {
            throw new IllegalArgumentException("expected a share such as 0.01, of at most six digits", e);
        }
    }

    /** Bytes of {@code 64kb}, {@code 2 GB}, {@code 1024}. */
    public static long parseBytes(final String text)
    {
        final long factor = switch (unit(text))
        {
            case "", "b", "bytes" -> 1;
            case "k", "kb", "kib" -> 1L << 10;
            case "m", "mb", "mib" -> 1L << 20;
            case "g", "gb", "gib" -> 1L << 30;
            case "t", "tb", "tib" -> 1L << 40;
            default -> throw new IllegalArgumentException("expected bytes such as 64kb, 16mb or 2gb");
        };
        return times(text, factor, "expected bytes such as 64kb, 16mb or 2gb");
    }

    /** Nanoseconds of {@code 5 s}, {@code 500 ms}, {@code 0}; a bare number is milliseconds, as in Flink. */
    public static long parseDuration(final String text)
    {
        final long factor = switch (unit(text))
        {
            case "ns", "nano", "nanos" -> 1;
            case "us", "µs", "micro", "micros" -> 1_000;
            case "", "ms", "milli", "millis" -> 1_000_000;
            case "s", "sec", "second", "seconds" -> SECOND_NS;
            case "m", "min", "minute", "minutes" -> 60 * SECOND_NS;
            case "h", "hour", "hours" -> 3600 * SECOND_NS;
            case "d", "day", "days" -> 86_400 * SECOND_NS;
            default -> throw new IllegalArgumentException("expected a time span such as 500 ms, 5 s or 1 h");
        };
        return times(text, factor, "expected a time span such as 500 ms, 5 s or 1 h");
    }

    private static int digits(final String text)
    {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9')
        {
            digits++;
        }
        return digits;
    }

    private static String unit(final String text)
    {
        return text.substring(digits(text)).trim().toLowerCase(Locale.ROOT);
    }

    private static long times(final String text, final long factor, final String expected)
    {
        try
        {
            return Math.multiplyExact(Long.parseLong(text.substring(0, digits(text))), factor);
        }
        catch (final NumberFormatException | ArithmeticException e)
        {
            throw new IllegalArgumentException(expected, e);
        }
    }

    /** {@code 64kb}: the largest unit that divides. */
    public static String bytes(final long bytes)
    {
        final String[] names = {"b", "kb", "mb", "gb", "tb"};
        long value = bytes;
        int unit = 0;
        while (unit + 1 < names.length && value > 0 && value % 1024 == 0)
        {
            value /= 1024;
            unit++;
        }
        return value + names[unit];
    }

    /** {@code 5 s}: the largest unit that divides. */
    public static String duration(final long ns)
    {
        final String[] names = {" ns", " us", " ms", " s", " min", " h", " d"};
        final long[] factors = {1000, 1000, 1000, 60, 60, 24};
        long value = ns;
        int unit = 0;
        while (unit < factors.length && value > 0 && value % factors[unit] == 0)
        {
            value /= factors[unit];
            unit++;
        }
        return value == 0 ? "0" : value + names[unit];
    }
}
