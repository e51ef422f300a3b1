package io.millrace.engine.live;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The durations of one stage in a stretch of time.
 *
 * @param name  of the source, shard or sink.
 * @param count how many.
 */
public record LatencySummary(
    Stage stage, String name, long count, long p50Ns, long p90Ns, long p99Ns, long p999Ns, long maxNs)
{
    /** The durations counted in {@code now}, since its job was started. */
    public static List<LatencySummary> of(final LiveView now)
    {
        return between(null, now);
    }

    /**
     * The durations counted after {@code before}.
     *
     * @param before of the same run; null for its start.
     */
    public static List<LatencySummary> between(
        final @Nullable LiveView before, final LiveView now)
    {
        final List<LatencySummary> summaries = new ArrayList<>();
        for (int i = 0; i < now.latencies().size(); i++)
        {
            final LiveView.Latency latency = now.latencies().get(i);
            final Histogram histogram = new Histogram(1, LatencyDescriptor.MAX_NS, 2);
            for (int bucket = 0; bucket < LatencyDescriptor.BUCKETS; bucket++)
            {
                final long seen = latency.counts()[bucket] -
                    (before == null ? 0 : before.latencies().get(i).counts()[bucket]);
                if (seen > 0)
                {
                    histogram.recordValueWithCount(LatencyDescriptor.highest(bucket), seen);
                }
            }
            summaries.add(new LatencySummary(latency.stage(), latency.name(), histogram.getTotalCount(),
                histogram.getValueAtPercentile(50), histogram.getValueAtPercentile(90),
                histogram.getValueAtPercentile(99), histogram.getValueAtPercentile(99.9), histogram.getMaxValue()));
        }
        return summaries;
    }
}
