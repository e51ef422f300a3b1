package io.millrace.bridges.aeron;

import io.aeron.Aeron;
import io.aeron.exceptions.AeronException;
import io.aeron.exceptions.RegistrationException;
import io.millrace.client.DriverLink;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.RestingPlace;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A table's way to its streams: the media driver, the embedded one or another, the connection to it, and what was added
 * through that, which is added again whenever the connection comes back.
 *
 * <p><b>Threading:</b> the table's agent's. <b>Ownership:</b> an Aeron client, a share of the embedded driver.
 */
final class TableStream implements AutoCloseable
{
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
    /** This process's own driver is there: it may have to wait for a processor. */
    private static final long EMBEDDED_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(250);
    /**
     * Bytes that a driver moves in a turn where there are rows: heartbeats and reports of what was consumed have some
     * dozen. The sender takes one packet of a publication a turn, so that more may be ready to go.
     */
    private static final int ROWS_MOVED = 512;

    /** What a table adds. */
    interface Additions
    {
        boolean isComplete();

        /** Adds what is lacking, as far as the driver has answered; throws Aeron's exception where it refuses. */
        void add(Aeron aeron);

        /** What is being added was refused. */
        void refused();

        /** What was added is gone with its connection. */
        void leave();

        /** The channel that is being added. */
        String channel();
    }

    private final AeronOptions options;
    private final Notices notices;
    private final LongSupplier nanoClock;
    private final boolean isRead;
    private final Additions additions;
    private final @Nullable EmbeddedDriver driver;
    private final DriverLink link;
    private long generation = -1;
    private long addDueNs;
    private @Nullable Runnable wake;
    private boolean isOpened;
    private boolean isClosed;

    /**
     * @param isRead whether the table is read, not written.
     */
    TableStream(
        final AeronOptions options, final Notices notices, final LongSupplier nanoClock, final boolean isRead,
        final Additions additions)
    {
        this.options = options;
        this.notices = notices;
        this.nanoClock = nanoClock;
        this.isRead = isRead;
        this.additions = additions;
        addDueNs = nanoClock.getAsLong();
        final String external = options.externalFolder();
        driver = external == null ? EmbeddedDriver.acquire(options, notices) : null;
        if (driver != null && isRead)
        {
            driver.addReader();
        }
        link = external != null ? new DriverLink(external, true, notices) :
            DriverLink.inside(options.embeddedFolder(), notices);
    }

    /**
     * Works until the table is open, before the job runs.
     *
     * @param close what is done first where it can't be opened.
     * @throws ConnectorException with what to do.
     */
    void open(final Runnable close)
    {
        boolean isOpen = false;
        try
        {
            awaitOpen();
            isOpen = true;
        }
        finally
        {
            if (!isOpen)
            {
                close.run();
            }
        }
    }

    private void awaitOpen()
    {
        final long deadlineNs = System.nanoTime() + (driver == null ? TIMEOUT_NS : EMBEDDED_TIMEOUT_NS);
        while (!additions.isComplete())
        {
            if (driver != null)
            {
                driver.work(this);
            }
            if (work(nanoClock.getAsLong()) == 0)
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
        isOpened = true;
        if (driver != null)
        {
            driver.leave(this);
        }
    }

    /** Does the duties of driver and client, and adds what is lacking. */
    int work(final long nowNs)
    {
        // What driver and client do beside rows goes on now and then, and keeps no thread awake.
        int moved = 0;
        if (driver != null)
        {
            moved = isRead ? driver.work(this) : driver.workInstead(this);
        }
        link.work(nowNs);
        final Aeron aeron = link.aeron();
        if (generation != link.generation() || aeron == null)
        {
            generation = link.generation();
            additions.leave();
        }
        return (moved < ROWS_MOVED ? 0 : 1) +
            (aeron != null && !additions.isComplete() && nowNs - addDueNs >= 0 ? add(aeron, nowNs) : 0);
    }

    private int add(final Aeron aeron, final long nowNs)
    {
        try
        {
            if (driver != null)
            {
                driver.expectChannels();
            }
            additions.add(aeron);
            return 1;
        }
        catch (final AeronException e)
        {
            final String channel = additions.channel();
            additions.refused();
            addDueNs = nowNs + RETRY_NS;
            if (e instanceof RegistrationException)
            {
                said(refusal(channel, e));
            }
            return 0;
        }
    }

    /** Before the job runs a channel that is refused ends it, later it is tried again. */
    private void said(final ConnectorException refusal)
    {
        if (!isOpened)
        {
            throw refusal;
        }
        notices.accept(refusal.getMessage());
    }

    private ConnectorException refusal(final String channel, final AeronException cause)
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

    /** Where the table's thread waits for packets and publishers while it rests; null where it can't. */
    @Nullable RestingPlace restingPlace()
    {
        return driver == null ? null : driver.restingPlace();
    }

    /** Has {@code toWake} run when packets come or a publisher rings; false where nothing tells that. */
    boolean wakeBy(final Runnable toWake)
    {
        wake = toWake;
        return driver != null && driver.wakeBy(toWake);
    }

    /** Whether what comes from now on wakes this table's thread: it has looked since that was arranged. */
    boolean isListening()
    {
        return driver != null && driver.arm();
    }

    /** Traffic begins: a driver's thread that rests is needed. */
    void stir()
    {
        if (driver != null)
        {
            driver.stir();
        }
    }

    /** Connections lost so far. */
    long losses()
    {
        return link.losses();
    }

    @Override
    public void close()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        link.close();
        if (driver != null)
        {
            driver.release(this, wake);
        }
    }
}
