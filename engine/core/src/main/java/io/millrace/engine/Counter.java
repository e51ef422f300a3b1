package io.millrace.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A count with one writer that any thread may read, at most a moment behind. */
public final class Counter
{
    private static final VarHandle VALUE;

    static
    {
        try
        {
            VALUE = MethodHandles.lookup().findVarHandle(Counter.class, "value", long.class);
        }
        catch (final ReflectiveOperationException e)
        {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long value;

    /** Adds; the writer's thread only. */
    public void add(final long delta)
    {
        // Release: pairs with the acquire in get.
        VALUE.setRelease(this, value + delta);
    }

    /** Replaces; the writer's thread only. */
    public void set(final long newValue)
    {
        // Release: pairs with the acquire in get.
        VALUE.setRelease(this, newValue);
    }

    public long get()
    {
        // Acquire: pairs with the release in add and set.
        return (long)VALUE.getAcquire(this);
    }
}
