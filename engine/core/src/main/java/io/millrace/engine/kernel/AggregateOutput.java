package io.millrace.engine.kernel;

/** What a windowed aggregation makes of one (window, key): HAVING, the SELECT list, and merging of partials. */
public abstract class AggregateOutput extends Kernel
{
    /**
     * Writes the result row in the sink's layout.
     *
     * @param key         address of the key's canonical bytes.
     * @param windowStart milliseconds, inclusive.
     * @param windowEnd   milliseconds, exclusive.
     * @return its length, or FILTERED (HAVING), DEAD, FULL.
     */
    public abstract int emit(
        long key, long accumulators, long windowStart, long windowEnd, long out, int capacity, Accumulators state);

    /** Adds the accumulators at {@code from} to those at {@code into}; distinct sets are merged by the caller. */
    public abstract void merge(long from, long into, Accumulators state);
}
