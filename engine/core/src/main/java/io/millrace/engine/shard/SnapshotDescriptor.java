package io.millrace.engine.shard;

import io.millrace.codecs.Memory;

/**
 * The bytes of a snapshot: records that an agent hands over at a checkpoint's cut.
 *
 * <pre>
 *   BEGIN   int64 checkpoint id | int64 entry | int32 writers | int32 zero | int64 next number of each writer
 *   END     int64 checkpoint id
 * </pre>
 */
public final class SnapshotDescriptor
{
    /** Opens a snapshot. */
    public static final short BEGIN = 32;
    /** Closes it; the last record of its batch. */
    public static final short END = 33;

    private SnapshotDescriptor()
    {
    }

    /** Number of the next record of each writer, from a BEGIN's payload. */
    public static long[] nextNumbers(final long payload)
    {
        final long[] numbers = new long[Memory.getInt(payload + 16)];
        for (int i = 0; i < numbers.length; i++)
        {
            numbers[i] = Memory.getLong(payload + 24 + 8L * i);
        }
        return numbers;
    }
}
