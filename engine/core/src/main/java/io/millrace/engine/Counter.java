package io.millrace.engine;

import java.lang.reflect.Field;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.AtomicBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A count with one writer that any thread may read, at most a moment behind. Where a job is watched the value lies in
 * the file of its counters, else in this object.
 *
 * <p><b>Ownership:</b> keeps the buffer that it was moved to reachable, so that its memory stays mapped.
 */
public final class Counter
{
    private static final long OWN_VALUE;

    static
    {
        try
        {
            final Field field = Counter.class.getDeclaredField("value");
            OWN_VALUE = UnsafeApi.objectFieldOffset(field);
        }
        catch (final NoSuchFieldException e)
        {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Reached by its offset alone. */
    @SuppressWarnings("unused")
    private long value;
    /** The object that the value lies in, null where it lies off the heap. */
    private @Nullable Object base = this;
    private long address = OWN_VALUE;
    @SuppressWarnings("unused")
    private @Nullable AtomicBuffer keeper;

    /** Moves the value into a buffer. Called before any agent runs. */
    public void moveTo(final AtomicBuffer buffer, final int offset)
    {
        final long moved = get();
        keeper = buffer;
        base = buffer.byteArray();
        address = buffer.addressOffset() + offset;
        set(moved);
    }

    /** Adds; the writer's thread only. */
    public void add(final long delta)
    {
        // Release: pairs with the acquire in get.
        UnsafeApi.putLongRelease(base, address, UnsafeApi.getLong(base, address) + delta);
    }

    /** Replaces; the writer's thread only. */
    public void set(final long newValue)
    {
        // Release: pairs with the acquire in get.
        UnsafeApi.putLongRelease(base, address, newValue);
    }

    public long get()
    {
        // Acquire: pairs with the release in add and set.
        return UnsafeApi.getLongAcquire(base, address);
    }
}
