package io.millrace.perf.latency;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronException;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Aeron alone: a message of a row's size to another process and back. */
final class EchoRoute implements Route
{
    static final int OUT = 40;
    static final int BACK = 50;
    private static final int LENGTH = 88;
    private static final long CONNECT_NS = 30_000_000_000L;

    private final ChildProcess echo;
    private final Aeron aeron;
    private final ExclusivePublication publication;
    private final Subscription subscription;
    private final BufferClaim claim = new BufferClaim();
    private @Nullable Arrivals arrivals;
    private final FragmentHandler handler = (buffer, offset, length, header) ->
    {
        final Arrivals to = arrivals;
        if (to != null)
        {
            to.onResult(buffer.getLong(offset), buffer.getLong(offset + 8));
        }
    };

    EchoRoute(final Path folder, final String out, final String back, final String cores, final boolean isSharing)
        throws IOException
    {
        final String driver = folder.resolve("echo-driver").toString();
        echo = new ChildProcess(cores, folder.resolve("echo.txt"), List.of(), EchoProcess.class.getName(),
            List.of(driver, out, back, Boolean.toString(isSharing)));
        aeron = connect(driver);
        publication = aeron.addExclusivePublication(out, OUT);
        subscription = aeron.addSubscription(back, BACK);
        final long deadlineNs = System.nanoTime() + CONNECT_NS;
        while (!publication.isConnected() || !subscription.isConnected())
        {
            requireBefore(deadlineNs);
        }
    }

    private Aeron connect(final String driver) throws IOException
    {
        final long deadlineNs = System.nanoTime() + CONNECT_NS;
        while (true)
        {
            try
            {
                return Aeron.connect(new Aeron.Context().aeronDirectoryName(driver).driverTimeoutMs(30_000));
            }
            catch (final AeronException e)
            {
                requireBefore(deadlineNs);
            }
        }
    }

    private void requireBefore(final long deadlineNs) throws IOException
    {
        echo.requireAlive();
        if (System.nanoTime() - deadlineNs > 0)
        {
            echo.close();
            throw new IOException("no connection to the echo: " + echo.said());
        }
        LockSupport.parkNanos(1_000_000);
    }

    @Override
    public boolean trySend(final long id, final long intended)
    {
        if (publication.tryClaim(LENGTH, claim) < 0)
        {
            return false;
        }
        claim.buffer().putLong(claim.offset(), id);
        claim.buffer().putLong(claim.offset() + 8, intended);
        claim.commit();
        return true;
    }

    @Override
    public int poll(final Arrivals to)
    {
        arrivals = to;
        return subscription.poll(handler, 64);
    }

    @Override
    public void idle()
    {
        echo.requireAlive();
    }

    @Override
    public void check(final long rows)
    {
        // Each result was looked at as it came.
    }

    @Override
    public void close()
    {
        aeron.close();
        echo.close();
    }
}
