package io.millrace.engine.live;

import java.util.List;
import java.util.Map;

/**
 * What the file of a job's counters said at one moment.
 *
 * @param processId   of the engine.
 * @param startMs     when it was started.
 * @param heartbeatMs when it last said that it lives.
 * @param endMs       when it ended in order; 0 where it hasn't.
 * @param plan        as {@code explain} shows it; may be empty.
 * @param groups      what was counted, instances by their numbers.
 * @param latencies   in the order of stages.
 */
public record LiveView(
    long processId, long startMs, long heartbeatMs, long endMs, String job, String plan,
    Map<Measure.Group, Map<Integer, Instance>> groups, List<Latency> latencies, List<SeenError> errors)
{
    /** One source, one statement, one shard: its name and what was counted of it. */
    public record Instance(String name, Map<Measure, Long> values)
    {
        /** A value, 0 where it isn't counted. */
        public long get(final Measure measure)
        {
            return values.getOrDefault(measure, 0L);
        }
    }

    /**
     * How often each duration of a stage was seen.
     *
     * @param counts by bucket ({@link LatencyDescriptor}).
     */
    public record Latency(Stage stage, int instance, String name, long[] counts)
    {
    }

    /** One kind of error. */
    public record SeenError(long count, long firstMs, long lastMs, String text)
    {
    }

    /** The instances of a group, by their numbers. */
    public Map<Integer, Instance> group(final Measure.Group group)
    {
        return groups.getOrDefault(group, Map.of());
    }

    /** A value of the group's only instance, 0 where there is none. */
    public long get(final Measure measure)
    {
        return group(measure.group()).values().stream().mapToLong(instance -> instance.get(measure)).sum();
    }
}
