package io.millrace.engine.job;

import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;

/** Gives back what was taken: the last taken first, and all of it whatever one of them throws. */
final class Closings implements AutoCloseable
{
    private final List<AutoCloseable> closings = new ArrayList<>();

    void add(final AutoCloseable closing)
    {
        closings.add(closing);
    }

    <C extends AutoCloseable> C own(final C made)
    {
        closings.add(made);
        return made;
    }

    <A extends Agent> A own(final A made)
    {
        closings.add(made::onClose);
        return made;
    }

    @Override
    public void close()
    {
        if (closings.isEmpty())
        {
            return;
        }
        try
        {
            CloseHelper.close(closings.remove(closings.size() - 1));
        }
        finally
        {
            close();
        }
    }

    /** Closes because of {@code cause}, beside which what a closing throws is told. */
    void closeAfter(final Throwable cause)
    {
        try
        {
            close();
        }
        catch (final RuntimeException e)
        {
            cause.addSuppressed(e);
        }
    }
}
