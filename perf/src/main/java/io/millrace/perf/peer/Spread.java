package io.millrace.perf.peer;

import java.util.Arrays;
import java.util.Locale;

/** Repeats of one number. */
public record Spread(double min, double median, double max)
{
    public static Spread of(final double... values)
    {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        return new Spread(sorted[0],
            sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2,
            sorted[sorted.length - 1]);
    }

    /** As {@code 12.3 (11.9–12.8)}. */
    public String text(final String format)
    {
        return String.format(Locale.ROOT, format, median) + " (" + String.format(Locale.ROOT, format, min) + "–" +
            String.format(Locale.ROOT, format, max) + ")";
    }

    String json()
    {
        return String.format(Locale.ROOT, "{\"min\":%.4f,\"median\":%.4f,\"max\":%.4f}", min, median, max);
    }
}
