package io.millrace.engine.plan;

import io.millrace.engine.kernel.AggregateOutput;
import java.util.List;
import java.util.function.Supplier;

/**
 * A windowed aggregation. The accumulators of one (window, key) are {@code accumulatorLength} bytes, zero at first.
 *
 * @param keyInlineLength bytes (a multiple of 8, at least 8) kept beside the accumulators; a longer key lives apart.
 * @param distinctSets    sets of distinct values, by the index that kernels use.
 * @param stringSlots     offsets of the string accumulators, each
 *                        {@link io.millrace.engine.kernel.Accumulators#STRING_SLOT_LENGTH} bytes.
 */
public record AggregatePlan(
    int id,
    int statement,
    TumblingWindow window,
    Grouping grouping,
    int keyInlineLength,
    int accumulatorLength,
    List<DistinctSet> distinctSets,
    List<Integer> stringSlots,
    Supplier<AggregateOutput> output)
{
    /** How rows find their (key) group. */
    public enum Grouping
    {
        /** By the hash of their key. */
        KEYED,
        /** No key: rows spread over the shards by position, a partial from each, merged when the window closes. */
        GLOBAL,
        /** No key, and an accumulator whose result depends on order (a sum of DOUBLE): one group. */
        GLOBAL_IN_ORDER
    }

    /**
     * A window of {@code sizeMs} milliseconds whose starts are {@code offsetMs} after the multiples of its size.
     */
    public record TumblingWindow(long sizeMs, long offsetMs)
    {
        /** Start of the window that holds {@code timeMs}. */
        public long startOf(final long timeMs)
        {
            return timeMs - Math.floorMod(timeMs - offsetMs, sizeMs);
        }
    }

    /**
     * One set of distinct values.
     *
     * @param slotOffset of its slot within the accumulators.
     * @param slotLength bytes of the slot, a multiple of 8: 8, then 2 for each value kept inline, at least 16 in all.
     * @param isLong     whether values are added as one long.
     */
    public record DistinctSet(int slotOffset, int slotLength, boolean isLong)
    {
    }
}
