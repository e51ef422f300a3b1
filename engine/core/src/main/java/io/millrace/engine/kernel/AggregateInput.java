package io.millrace.engine.kernel;

/** How one pipeline's rows enter a windowed aggregation: key, window time and accumulation. Never fails. */
public abstract class AggregateInput extends Kernel
{
    /**
     * Writes the key's canonical bytes, zero-padded to a multiple of 8: equal keys are equal bytes of equal length.
     *
     * @return the key's length unpadded, or FULL where {@code capacity} (a multiple of 8) is too small.
     */
    public abstract int key(long row, long out, int capacity);

    /** The time that chooses the window, in milliseconds. */
    public abstract long windowTime(long row);

    /** Adds the row to the accumulators at {@code accumulators}. */
    public abstract void accumulate(long row, long accumulators, Accumulators state);
}
