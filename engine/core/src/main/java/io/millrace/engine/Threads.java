package io.millrace.engine;

/** Ends of threads. */
public final class Threads
{
    private Threads()
    {
    }

    /**
     * Waits until a thread has ended, also where the caller is interrupted meanwhile, which it then is again: what the
     * thread uses may be freed behind this.
     */
    public static void awaitEnd(final Thread thread)
    {
        boolean isInterrupted = false;
        while (thread.isAlive())
        {
            try
            {
                thread.join();
            }
            catch (final InterruptedException e)
            {
                isInterrupted = true;
            }
        }
        if (isInterrupted)
        {
            Thread.currentThread().interrupt();
        }
    }
}
