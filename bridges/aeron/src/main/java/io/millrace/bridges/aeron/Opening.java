package io.millrace.bridges.aeron;

import io.aeron.exceptions.AeronException;
import io.aeron.exceptions.RegistrationException;
import io.millrace.client.DriverLink;
import io.millrace.engine.connector.ConnectorException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Opens what a table needs before the job runs, and says what is wrong where it can't be. */
final class Opening
{
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private Opening()
    {
    }

    /**
     * Works until a table is open.
     *
     * @param driver the embedded one, null for another.
     * @throws ConnectorException with what to do.
     */
    static void await(
        final AeronOptions options, final DriverLink link, final @Nullable EmbeddedDriver driver, final Object by,
        final BooleanSupplier isOpen, final IntSupplier work)
    {
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        while (!isOpen.getAsBoolean())
        {
            if (driver != null)
            {
                driver.work(by);
            }
            if (work.getAsInt() == 0)
            {
                LockSupport.parkNanos(100_000);
            }
            if (System.nanoTime() - deadlineNs > 0)
            {
                throw options.environment(link.aeron() != null ?
                    "the media driver in " + link.folder() + " does not answer: restart it" :
                    "no media driver runs in " + link.folder() + ": start one there, or leave out '" +
                    AeronConnector.AERON_DIR + "' and the job brings its own");
            }
        }
        if (driver != null)
        {
            driver.leave(by);
        }
    }

    /**
     * A channel could not be added: before the job runs that ends it, later it is tried again.
     *
     * @return when to try again.
     */
    static long failed(
        final AeronOptions options, final String channel, final AeronException cause, final boolean isOpen,
        final Notices notices, final long nowNs)
    {
        if (cause instanceof RegistrationException)
        {
            final ConnectorException refusal = refused(options, channel, cause);
            if (!isOpen)
            {
                throw refusal;
            }
            notices.accept(refusal.getMessage());
        }
        return nowNs + RETRY_NS;
    }

    /** A channel that the driver refused. */
    private static ConnectorException refused(
        final AeronOptions options, final String channel, final AeronException cause)
    {
        final String text = String.valueOf(cause.getMessage()).replace('\n', ' ');
        return options.environment(channel + ": " + advice(text) + " (" + text + ")");
    }

    private static String advice(final String text)
    {
        if (text.contains("in use"))
        {
            return "its port is in use: stop who has it, or choose another 'channel'";
        }
        if (text.contains("torage"))
        {
            return "the media driver's folder has no room: make it larger (docker: --shm-size=1g), or set a smaller " +
                "term-length in 'channel'";
        }
        return text.contains("nknown host") || text.contains("nresolved") ? "its host is not known" :
            "the media driver refuses it";
    }
}
