package io.millrace.perf.peer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A hash of a result's values that both engines compute from their own form of a row. */
public final class ResultHash
{
    /** Where a row begins. */
    public static final long SEED = 0x9E3779B97F4A7C15L;
    private static final long FACTOR = 0xA0761D6478BD642FL;
    private static final VarHandle LONG =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private ResultHash()
    {
    }

    /** Takes in a number: an integer, milliseconds, or a decimal's unscaled value. */
    public static long add(final long hash, final long value)
    {
        final long mixed = (hash ^ value) * FACTOR;
        return mixed ^ mixed >>> 29;
    }

    /** Takes in a NULL. */
    public static long addNull(final long hash)
    {
        return add(hash, 0x5A5A5A5A5A5A5A5AL);
    }

    /** Takes in text of {@code length} bytes, eight at a time, the last ones padded with zeros. */
    public static long add(final long hash, final byte[] text, final int length)
    {
        long h = add(hash, length);
        int i = 0;
        for (; i + 8 <= length; i += 8)
        {
            h = add(h, (long)LONG.get(text, i));
        }
        if (i < length)
        {
            long tail = 0;
            for (int j = length - 1; j >= i; j--)
            {
                tail = tail << 8 | text[j] & 0xFF;
            }
            h = add(h, tail);
        }
        return h;
    }
}
