package io.millrace.client;

import io.aeron.Aeron;
import io.aeron.CncFileDescriptor;
import io.aeron.CommonContext;
import io.aeron.exceptions.AeronException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a media driver that comes again by itself: after a pause of either side, after the driver was killed,
 * and when a new one stands in its place. Aeron's own client ends for good in each of these cases; its owner asks
 * {@link #generation()} and adds what it needs anew.
 *
 * <p><b>Threading:</b> one thread. <b>Ownership:</b> Aeron's client. <b>Limits:</b> looks for a driver every 100 ms at
 * most; nothing blocks.
 */
public final class DriverLink implements AutoCloseable
{
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long ACTIVE_MS = 2_000;
    /** How often a driver hears of its client, as Aeron has it. */
    private static final long KEEP_ALIVE_NS = TimeUnit.MILLISECONDS.toNanos(500);
    /** Ten seconds, unless Aeron's own setting says otherwise. */
    static final long USUAL_TIMEOUT_MS = CommonContext.DRIVER_TIMEOUT_MS;

    private final String given;
    private final int streamId;
    private final long timeoutMs;
    private String folder;
    private final boolean isInvoked;
    private final Consumer<String> messages;
    /** Whether the driver is there as long as this is, so that no other can be in its place. */
    private final boolean isInside;
    private @Nullable Aeron aeron;
    private @Nullable AgentInvoker invoker;
    private @Nullable Identity driverIdentity;
    private long generation;
    private long nextLookNs;
    private boolean hasLooked;
    private long losses;
    private boolean isClosed;

    /**
     * @param folder    the driver's.
     * @param isInvoked whether {@link #work} does the client's duties; else Aeron's client has a thread for them.
     * @param messages  one line for each kind of failure; called by Aeron's thread too.
     */
    public DriverLink(final String folder, final boolean isInvoked, final Consumer<String> messages)
    {
        this(folder, 0, isInvoked, USUAL_TIMEOUT_MS, messages, false);
    }

    /** To a driver inside this process that is there as long as the link is: {@link #work} does the client's duties. */
    public static DriverLink inside(final String folder, final Consumer<String> messages)
    {
        return new DriverLink(folder, 0, true, USUAL_TIMEOUT_MS, messages, true);
    }

    /**
     * @param folder    the driver's; {@link DriverFolders#FOUND} for that of the job with the stream, looked for anew
     *                  whenever there is no connection.
     * @param timeoutMs for how long the driver may be silent before the connection counts as lost.
     */
    DriverLink(
        final String folder, final int streamId, final boolean isInvoked, final long timeoutMs,
        final Consumer<String> messages)
    {
        this(folder, streamId, isInvoked, timeoutMs, messages, false);
    }

    private DriverLink(
        final String folder, final int streamId, final boolean isInvoked, final long timeoutMs,
        final Consumer<String> messages, final boolean isInside)
    {
        given = folder;
        this.streamId = streamId;
        this.timeoutMs = timeoutMs;
        this.isInvoked = isInvoked;
        this.messages = messages;
        this.isInside = isInside;
        this.folder = folder;
    }

    /**
     * Whether a media driver gave a sign of life in a folder.
     *
     * @param withinMs how long ago at most.
     */
    public static boolean isActive(final String folder, final long withinMs)
    {
        try
        {
            return isBegun(CommonContext.newCncFile(folder).toPath()) &&
                CommonContext.isDriverActive(new File(folder), withinMs, line ->
                {
                });
        }
        catch (final AeronException | IllegalStateException e)
        {
            // What lies there was not written to its end, or by another version.
            return false;
        }
    }

    /** Whether the file's first word, its version, is there: Aeron would wait for it. */
    private static boolean isBegun(final Path file)
    {
        try (InputStream in = Files.newInputStream(file))
        {
            for (final byte b : in.readNBytes(Integer.BYTES))
            {
                if (b != 0)
                {
                    return true;
                }
            }
            return false;
        }
        catch (final IOException e)
        {
            return false;
        }
    }

    /** Does the client's duties, or connects where it is time to. */
    public int work(final long nowNs)
    {
        final Aeron connected = aeron;
        int work = 0;
        if (connected != null && !connected.isClosed())
        {
            if (invoker != null)
            {
                work = invoker.invoke();
            }
            if (isInside || !isDue(nowNs, LOOK_NS) || isSameDriver())
            {
                return work;
            }
        }
        if (connected != null)
        {
            drop(connected);
        }
        if (isClosed || !isDue(nowNs, RETRY_NS))
        {
            return work;
        }
        folder = given.equals(DriverFolders.FOUND) ? DriverFolders.find(streamId) : given;
        return isActive(folder, ACTIVE_MS) && connect() ? 1 : work;
    }

    private boolean isDue(final long nowNs, final long intervalNs)
    {
        if (hasLooked && nowNs - nextLookNs < 0)
        {
            return false;
        }
        hasLooked = true;
        nextLookNs = nowNs + intervalNs;
        return true;
    }

    private boolean isSameDriver()
    {
        final Identity now = identity();
        return now == null || now.equals(driverIdentity);
    }

    /** What tells a driver from the one before: a file that is made again may well have the same inode. */
    private record Identity(long startedMs, long pid)
    {
    }

    /** Whose the driver's file is; null where there is none yet. */
    private @Nullable Identity identity()
    {
        try (InputStream in = Files.newInputStream(CommonContext.newCncFile(folder).toPath()))
        {
            final byte[] bytes = in.readNBytes(CncFileDescriptor.META_DATA_LENGTH);
            final UnsafeBuffer written = new UnsafeBuffer(bytes);
            return bytes.length < CncFileDescriptor.META_DATA_LENGTH || written.getInt(0) == 0 ? null :
                new Identity(CncFileDescriptor.startTimestampMs(written), CncFileDescriptor.pid(written));
        }
        catch (final IOException e)
        {
            return null;
        }
    }

    private void drop(final Aeron lost)
    {
        losses++;
        aeron = null;
        invoker = null;
        generation++;
        hasLooked = false;
        try
        {
            lost.close();
        }
        catch (final AeronException e)
        {
            messages.accept("closing the connection to the media driver: " + e.getMessage());
        }
    }

    /** Connects to a driver that is there. */
    private boolean connect()
    {
        driverIdentity = identity();
        try
        {
            final Aeron connected = Aeron.connect(new Aeron.Context().aeronDirectoryName(folder)
                .driverTimeoutMs(timeoutMs)
                .keepAliveIntervalNs(Math.min(KEEP_ALIVE_NS, TimeUnit.MILLISECONDS.toNanos(timeoutMs) / 4))
                .useConductorAgentInvoker(isInvoked).errorHandler(this::onError).subscriberErrorHandler(this::onError));
            aeron = connected;
            invoker = isInvoked ? connected.conductorAgentInvoker() : null;
            generation++;
            return true;
        }
        catch (final AeronException e)
        {
            onError(e);
            return false;
        }
    }

    private void onError(final Throwable error)
    {
        messages.accept("media driver in " + folder + ": " + error.getClass().getSimpleName() + ": " +
            error.getMessage());
    }

    /** The connected client, or null. */
    public @Nullable Aeron aeron()
    {
        final Aeron connected = aeron;
        return connected == null || connected.isClosed() ? null : connected;
    }

    /** Rises whenever what was added through an earlier client is gone. */
    public long generation()
    {
        return generation;
    }

    /** Connections lost so far. */
    public long losses()
    {
        return losses;
    }

    public String folder()
    {
        return folder;
    }

    @Override
    public void close()
    {
        isClosed = true;
        if (aeron != null)
        {
            aeron.close();
            aeron = null;
        }
    }
}
