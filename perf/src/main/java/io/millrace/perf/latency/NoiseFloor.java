package io.millrace.perf.latency;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What the machine takes from a thread that does nothing but look at the clock. */
final class NoiseFloor
{
    private NoiseFloor()
    {
    }

    /** For each nanosecond of some time, how long the thread had been away then: as an open loop would see it. */
    static Histogram measure(final long ms)
    {
        final Histogram histogram = new Histogram(TimeUnit.MINUTES.toNanos(5), 3);
        final long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        long lastNs = System.nanoTime();
        while (lastNs - endNs < 0)
        {
            final long nowNs = System.nanoTime();
            // A row a microsecond, each of which would have waited for the rest of the gap.
            histogram.recordValueWithExpectedInterval(nowNs - lastNs, 1000);
            lastNs = nowNs;
        }
        return histogram;
    }
}
