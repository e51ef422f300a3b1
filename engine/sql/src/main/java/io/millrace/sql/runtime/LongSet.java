package io.millrace.sql.runtime;

import java.util.Arrays;

/** The constants of a long IN list: sorted, found by bisection. Immutable. */
public final class LongSet
{
    private final long[] values;

    private LongSet(final long[] values)
    {
        this.values = values;
    }

    public static LongSet of(final long[] values)
    {
        final long[] sorted = values.clone();
        Arrays.sort(sorted);
        return new LongSet(sorted);
    }

    public boolean contains(final long value)
    {
        return Arrays.binarySearch(values, value) >= 0;
    }

    /** The values, ascending. */
    public long[] values()
    {
        return values.clone();
    }
}
