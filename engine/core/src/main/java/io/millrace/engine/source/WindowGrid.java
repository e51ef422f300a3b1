package io.millrace.engine.source;

import io.millrace.engine.plan.AggregatePlan.TumblingWindow;
import java.util.List;

/**
 * The times at which any of a table's windows ends: multiples of the windows' common divisor. A watermark matters to
 * the shards only where it crosses one.
 */
record WindowGrid(long stepMs, long offsetMs)
{
    /** The grid of windows; without windows no watermark ever matters. */
    static WindowGrid of(final List<TumblingWindow> windows)
    {
        if (windows.isEmpty())
        {
            return new WindowGrid(0, 0);
        }
        final long offset = Math.floorMod(windows.get(0).offsetMs(), windows.get(0).sizeMs());
        long step = windows.get(0).sizeMs();
        for (final TumblingWindow window : windows)
        {
            step = gcd(step, window.sizeMs());
            step = gcd(step, Math.abs(Math.floorMod(window.offsetMs(), window.sizeMs()) - offset));
        }
        return new WindowGrid(step, Math.floorMod(offset, step));
    }

    private static long gcd(final long a, final long b)
    {
        return b == 0 ? a : gcd(b, a % b);
    }

    /** The least watermark above {@code watermark} at which a window may close: a boundary − 1 ms. */
    long stepAfter(final long watermark)
    {
        if (stepMs == 0)
        {
            return Long.MAX_VALUE;
        }
        return watermark + 1 - Math.floorMod(watermark + 1 - offsetMs, stepMs) + stepMs - 1;
    }
}
