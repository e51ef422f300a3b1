package io.millrace.node.terminal;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers and times as a person reads them. */
public final class Numbers
{
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    private static final String[] TIME_UNITS = {"ns", "µs", "ms", "s"};
    private static final String[] BYTE_UNITS = {"B", "KB", "MB", "GB", "TB"};

    private Numbers()
    {
    }

    /** {@code 1,234,567}. */
    public static String grouped(final long value)
    {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** {@code 1 row}, {@code 1,234 rows}. */
    public static String counted(final long count, final String what)
    {
        return grouped(count) + " " + what + (count == 1 ? "" : "s");
    }

    /** {@code 512 B}, {@code 1.5 MB}: powers of 1,000. */
    public static String bytes(final long bytes)
    {
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit + 1 < BYTE_UNITS.length)
        {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s", value, BYTE_UNITS[unit]);
    }

    /** {@code 4.31 M}, {@code 950 k}, {@code 12}: what is counted in a second. */
    public static String rate(final double perSecond)
    {
        if (perSecond >= 1e6)
        {
            return String.format(Locale.ROOT, "%.2f M", perSecond / 1e6);
        }
        return perSecond >= 10_000 ? String.format(Locale.ROOT, "%.0f k", perSecond / 1e3) :
            String.format(Locale.ROOT, "%.0f", perSecond);
    }

    /** {@code 850 ns}, {@code 12.3 µs}, {@code 4.56 ms}, {@code 1.20 s}: three digits. */
    public static String duration(final long ns)
    {
        double value = ns;
        int unit = 0;
        while (value >= 999.5 && unit + 1 < TIME_UNITS.length)
        {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || value >= 99.95 ? "%.0f %s" : value >= 9.995 ? "%.1f %s" :
            "%.2f %s", value, TIME_UNITS[unit]);
    }

    /** {@code 0.42 s}, {@code 3.1 s}, {@code 2 min 5 s}. */
    public static String seconds(final long ns)
    {
        final double seconds = ns / 1e9;
        return seconds < 1 ? String.format(Locale.ROOT, "%.2f s", seconds) :
            seconds < 60 ? String.format(Locale.ROOT, "%.1f s", seconds) :
                (long)seconds / 60 + " min " + (long)seconds % 60 + " s";
    }

    /** A time of day, in UTC; none yet, or past the end of all input. */
    public static String time(final long epochMs)
    {
        if (epochMs == Long.MIN_VALUE)
        {
            return "none yet";
        }
        return epochMs >= Long.MAX_VALUE - 1 ? "at the end" :
            TIME.format(LocalDateTime.ofInstant(Instant.ofEpochMilli(epochMs), ZoneOffset.UTC));
    }
}
