package io.millrace.perf.latency;

import io.millrace.engine.Counter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends at a fixed rate, whatever comes back: a row that can't be sent at its time is late by its own latency and by
 * that of all behind it. One thread sends, another receives; each result must be the next one, with its own time in it.
 */
final class OpenLoop implements Route.Arrivals
{
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    private final Route route;
    private final long rate;
    private final long firstMeasured;
    private final long rows;
    private final boolean isSharing;
    /** Of each measured row in turn; kept as they come, looked at when all have. */
    private final long[] latencies;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private long startNs;
    private final Counter received = new Counter();
    private final Counter sent = new Counter();

    /**
     * @param rate      rows a second.
     * @param isSharing whether threads that wait let others run, for there are not enough processors.
     */
    OpenLoop(final Route route, final long rate, final int warmSeconds, final int seconds, final boolean isSharing)
    {
        this.route = route;
        this.rate = rate;
        this.isSharing = isSharing;
        firstMeasured = rate * warmSeconds;
        rows = rate * (warmSeconds + seconds);
        latencies = new long[Math.toIntExact(rate * seconds)];
    }

    /** Nanoseconds from each measured row's intended time to its result, in the order of rows. */
    long[] run() throws InterruptedException
    {
        final Thread receiver = new Thread(this::receive, "receiver");
        startNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(10);
        receiver.start();
        send();
        receiver.join();
        final Throwable thrown = failure.get();
        if (thrown != null)
        {
            throw new IllegalStateException(thrown);
        }
        route.check(rows);
        return latencies;
    }

    /** When a row is to be sent. */
    private long intended(final long id)
    {
        return startNs + (long)(id * (1e9 / rate));
    }

    private void send()
    {
        for (long id = 0; id < rows && failure.get() == null; id++)
        {
            final long at = intended(id);
            while (System.nanoTime() - at < 0)
            {
                rest();
            }
            while (!route.trySend(id, at) && failure.get() == null)
            {
                rest();
            }
            sent.set(id + 1);
        }
        while (failure.get() == null && received.get() < rows)
        {
            route.idle();
            rest();
        }
    }

    private void rest()
    {
        if (isSharing)
        {
            Thread.yield();
        }
        else
        {
            Thread.onSpinWait();
        }
    }

    private void receive()
    {
        try
        {
            long deadlineNs = System.nanoTime() + PATIENCE_NS;
            while (received.get() < rows)
            {
                if (route.poll(this) > 0)
                {
                    deadlineNs = System.nanoTime() + PATIENCE_NS;
                }
                else if (System.nanoTime() - deadlineNs > 0)
                {
                    throw new IllegalStateException(
                        "nothing has come for a minute: " + received.get() + " of " + sent.get());
                }
                else
                {
                    rest();
                }
            }
        }
        catch (final RuntimeException e)
        {
            failure.set(e);
        }
    }

    @Override
    public void onResult(final long id, final long intended)
    {
        final long nowNs = System.nanoTime();
        final long expected = received.get();
        if (id != expected || intended != intended(id))
        {
            throw new IllegalStateException("result " + id + " of " + intended + " came, expected " + expected +
                " of " + intended(expected));
        }
        received.set(expected + 1);
        if (id >= firstMeasured)
        {
            latencies[(int)(id - firstMeasured)] = Math.max(0, nowNs - intended);
        }
    }
}
