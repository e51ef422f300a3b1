package io.millrace.engine.live;

/**
 * How often each duration was seen: buckets that are linear up to 256 ns and then 128 for each power of two, so that a
 * bucket is less than a hundredth of its value wide. The same buckets as an HdrHistogram of two digits.
 *
 * <p><b>Layout:</b>
 * <pre>
 *   0         4          8           12       16                 128                    128 + 8·BUCKETS
 *   +---------+----------+-----------+--------+------------------+----------------------+
 *   | stage   | instance | label     | zero   | label, UTF-8,    | count of bucket      |
 *   | int32   | int32    | length    |        | 112 bytes        | 0 … (int64 each)     |
 *   +---------+----------+-----------+--------+------------------+----------------------+
 * </pre>
 */
public final class LatencyDescriptor
{
    static final int STAGE_OFFSET = 0;
    static final int INSTANCE_OFFSET = STAGE_OFFSET + Integer.BYTES;
    static final int LABEL_LENGTH_OFFSET = INSTANCE_OFFSET + Integer.BYTES;
    static final int LABEL_OFFSET = 16;
    static final int COUNTS_OFFSET = 128;
    static final int MAX_LABEL_LENGTH = COUNTS_OFFSET - LABEL_OFFSET;

    private static final int LINEAR_BITS = 8;
    private static final int HALF = 1 << LINEAR_BITS - 1;
    private static final int MAX_BITS = 42;

    /** Longest duration told apart from longer ones: an hour and some minutes. */
    public static final long MAX_NS = (1L << MAX_BITS) - 1;
    /** Number of buckets. */
    public static final int BUCKETS = (1 << LINEAR_BITS) + (MAX_BITS - LINEAR_BITS) * HALF;
    /** Bytes of one stage. */
    public static final int LENGTH = COUNTS_OFFSET + BUCKETS * Long.BYTES;

    private LatencyDescriptor()
    {
    }

    /** The bucket of a duration; those below 0 and beyond {@link #MAX_NS} are in the first and the last. */
    public static int bucket(final long ns)
    {
        final long value = Math.min(Math.max(ns, 0), MAX_NS);
        final int shift = Math.max(0, Long.SIZE - LINEAR_BITS - Long.numberOfLeadingZeros(value));
        return shift * HALF + (int)(value >>> shift);
    }

    /** The longest duration of a bucket. */
    public static long highest(final int bucket)
    {
        if (bucket < 2 * HALF)
        {
            return bucket;
        }
        final int shift = bucket / HALF - 1;
        return ((long)(bucket - shift * HALF) + 1 << shift) - 1;
    }
}
