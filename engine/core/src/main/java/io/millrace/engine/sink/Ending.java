package io.millrace.engine.sink;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets the sink agent that has to end the job wait until the others have committed what they were handed.
 *
 * <p><b>Threading:</b> all sink agents. {@link #reason} is written once, before any agent settles because of it.
 */
final class Ending
{
    private final AtomicInteger unsettled = new AtomicInteger();
    private volatile @Nullable String reason;

    void join()
    {
        unsettled.incrementAndGet();
    }

    /** The job ends; the first reason stays. */
    void begin(final String why)
    {
        if (reason == null)
        {
            reason = why;
        }
    }

    @Nullable String reason()
    {
        return reason;
    }

    /** An agent will commit no more; said once by each. */
    void settle()
    {
        unsettled.decrementAndGet();
    }

    boolean isSettled()
    {
        return unsettled.get() == 0;
    }
}
