package io.millrace.bridges.aeron;

import io.aeron.exceptions.AeronException;
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

    /** A channel that the driver refused. */
    static ConnectorException refused(final AeronOptions options, final String channel, final AeronException cause)
    {
        final String text = String.valueOf(cause.getMessage());
        final String advice = text.contains("in use") ?
            "its port is in use: stop who has it, or choose another 'channel'" : text.contains("torage") ?
            "the media driver's folder has no room: make it larger (docker: --shm-size=1g), or set a smaller " +
            "term-length in 'channel'" : text.contains("nknown host") || text.contains("unresolved") ?
            "its host is not known" : "the media driver refuses it";
        return options.environment(channel + ": " + advice + " (" + text.replace('\n', ' ') + ")");
    }
}
