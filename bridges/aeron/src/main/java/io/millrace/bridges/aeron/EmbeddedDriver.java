package io.millrace.bridges.aeron;

import io.aeron.CncFileDescriptor;
import io.aeron.CommonContext;
import io.aeron.driver.Configuration;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.exceptions.AeronException;
import io.millrace.client.DriverFolders;
import io.millrace.client.DriverLink;
import io.millrace.engine.Failures;
import io.millrace.engine.connector.RestingPlace;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;
import org.agrona.IoUtil;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The media driver inside this process, one for each folder, shared by the job's tables. A thread of its own does its
 * duties, or the first table that calls {@link #work}.
 *
 * <p><b>Ownership:</b> the folder, which is deleted with the driver. What a killed process left there is removed at the
 * next start. <b>Limits:</b> a client that says nothing for a minute is given up, so that pauses harm nobody.
 */
final class EmbeddedDriver
{
    private static final Map<String, EmbeddedDriver> DRIVERS = new HashMap<>();
    private static final long CLIENT_LIVENESS_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long LEAST_FREE_BYTES = 64L << 20;
    private static final long ACTIVE_MS = 10_000;
    private static final long BEAT_NS = TimeUnit.MILLISECONDS.toNanos(1_500);

    private final String folder;
    private final MediaDriver driver;
    private final AgentInvoker duties;
    private final NamesIdle names = new NamesIdle();
    /** Null before and after its time. */
    private volatile @Nullable Doorkeeper doorkeeper;
    /** Null where a table's thread does the driver's duties. */
    private final @Nullable DriverThread thread;
    private final AtomicReference<@Nullable Object> worker = new AtomicReference<>();
    private final AtomicInteger readers = new AtomicInteger();
    private int users;

    private EmbeddedDriver(final String folder, final boolean hasThread, final Notices notices)
    {
        this.folder = folder;
        final MediaDriver.Context context = new MediaDriver.Context().aeronDirectoryName(folder)
            .threadingMode(ThreadingMode.INVOKER)
            .receiveChannelEndpointSupplier((channel, dispatcher, status, settings) ->
            new WatchedEndpoint(channel, dispatcher, status, settings, () -> doorkeeper))
            .asyncExecutorIdleStrategy(names)
            .dirDeleteOnStart(true).dirDeleteOnShutdown(true).warnIfDirectoryExists(false)
            .termBufferSparseFile(false).spiesSimulateConnection(false)
            .errorHandler(error -> say(String.valueOf(error.getMessage()), notices));
        // Aeron's own setting holds where somebody has made it.
        if (System.getProperty(Configuration.CLIENT_LIVENESS_TIMEOUT_PROP_NAME) == null)
        {
            context.clientLivenessTimeoutNs(CLIENT_LIVENESS_NS)
                .publicationUnblockTimeoutNs(CLIENT_LIVENESS_NS + TimeUnit.SECONDS.toNanos(5));
        }
        driver = MediaDriver.launch(context);
        duties = driver.sharedAgentInvoker();
        try
        {
            final Doorkeeper door = new Doorkeeper(folder, names::hurry, notices);
            doorkeeper = door;
            thread = hasThread ? new DriverThread(duties, door) : null;
        }
        catch (final IOException e)
        {
            driver.close();
            throw new UncheckedIOException(e);
        }
    }

    /** What a table's own opening says better is left out. */
    private static void say(final String message, final Notices notices)
    {
        if (!message.contains("channel error"))
        {
            notices.accept("media driver: " + message);
        }
    }

    /**
     * The driver of a folder, started if need be. Give it back by {@link #release}.
     *
     * @throws io.millrace.engine.connector.ConnectorException with what to do.
     */
    static synchronized EmbeddedDriver acquire(final AeronOptions options, final Notices notices)
    {
        final String folder = options.embeddedFolder();
        EmbeddedDriver driver = DRIVERS.get(folder);
        if (driver == null)
        {
            DriverFolders.removeStale();
            requireFree(options, folder);
            requireRoom(options, folder);
            try
            {
                driver = new EmbeddedDriver(folder, options.hasDriverThread(), notices);
            }
            catch (final AeronException | IllegalStateException | UncheckedIOException e)
            {
                throw options.environment("the media driver can't start in " + folder + ": " + e.getMessage() +
                    "; choose another folder by '" + AeronConnector.EMBEDDED_DIR + "'");
            }
            DRIVERS.put(folder, driver);
        }
        driver.users++;
        try
        {
            DriverFolders.tell(folder, options.streamId());
        }
        catch (final IOException e)
        {
            notices.accept("publishers don't find " + folder + " by their stream: " + Failures.reason(e));
        }
        return driver;
    }

    /** Refuses a folder that a living driver uses; what a dead one left is removed. */
    private static void requireFree(final AeronOptions options, final String folder)
    {
        final File cnc = CommonContext.newCncFile(folder);
        if (!cnc.exists())
        {
            return;
        }
        if (DriverLink.isActive(folder, ACTIVE_MS) && isAlive(cnc))
        {
            throw options.environment("a media driver already runs in " + folder + ": use it by '" +
                AeronConnector.AERON_DIR + "'='" + folder + "', or give this job a folder of its own by '" +
                AeronConnector.EMBEDDED_DIR + "'");
        }
        IoUtil.delete(new File(folder), true);
        if (cnc.exists())
        {
            throw options.environment("the folder " + folder + " of a media driver that is gone can't be removed: " +
                "remove it, or choose another by '" + AeronConnector.EMBEDDED_DIR + "'");
        }
    }

    /** Whether the process that wrote the file lives: its last sign of life may be younger than its death. */
    private static boolean isAlive(final File cnc)
    {
        try (FileChannel channel = FileChannel.open(cnc.toPath(), StandardOpenOption.READ))
        {
            if (channel.size() < CncFileDescriptor.META_DATA_LENGTH)
            {
                return false;
            }
            final MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            try
            {
                final long pid = CncFileDescriptor.pid(new UnsafeBuffer(mapped));
                return pid == ProcessHandle.current().pid() ? isBeating(cnc) : ProcessHandle.of(pid).isPresent();
            }
            finally
            {
                IoUtil.unmap(mapped);
            }
        }
        catch (final IOException e)
        {
            return true;
        }
    }

    /** In a container every run may have the same process id: a living driver gives signs of life. */
    private static boolean isBeating(final File cnc)
    {
        final long deadlineNs = System.nanoTime() + BEAT_NS;
        while (System.nanoTime() - deadlineNs < 0)
        {
            LockSupport.parkNanos(BEAT_NS / 8);
        }
        return DriverLink.isActive(cnc.getParent(), TimeUnit.NANOSECONDS.toMillis(BEAT_NS));
    }

    private static void requireRoom(final AeronOptions options, final String folder)
    {
        final Path parent = Path.of(folder).toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent))
        {
            throw options.environment("there is no folder " + parent + " to make " + folder + " in for the media " +
                "driver's files: make it, or choose another by '" + AeronConnector.EMBEDDED_DIR + "'");
        }
        if (!Files.isWritable(parent))
        {
            throw options.environment("no permission to make " + folder + " for the media driver's files: let this " +
                "user write in " + parent + ", or choose another folder by '" + AeronConnector.EMBEDDED_DIR + "'");
        }
        try
        {
            final FileStore store = Files.getFileStore(parent);
            final long free = store.getUsableSpace();
            if (free < LEAST_FREE_BYTES)
            {
                throw options.environment(parent + " has " + (free >> 20) + " MiB free, the media driver needs " +
                    (LEAST_FREE_BYTES >> 20) + ": make it larger (docker: --shm-size=1g), or choose a folder on " +
                    "disk by '" + AeronConnector.EMBEDDED_DIR + "'");
            }
        }
        catch (final IOException e)
        {
            throw options.environment("can't look at the space in " + parent + ": " + Failures.reason(e));
        }
    }

    String folder()
    {
        return folder;
    }

    /** Does the driver's duties, if nobody else does. */
    int work(final Object by)
    {
        return thread != null || worker.get() != by && !worker.compareAndSet(null, by) ? 0 : duties.invoke();
    }

    /** As {@link #work}, for tables that are written: only where no table is read that could. */
    int workInstead(final Object by)
    {
        return thread != null || readers.get() > 0 && worker.get() != by ? 0 : work(by);
    }

    /** A table adds channels. */
    void expectChannels()
    {
        names.hurry();
    }

    /** A table is read from now on: its thread does the driver's duties. */
    void addReader()
    {
        readers.incrementAndGet();
    }

    /** Leaves the duties to whoever works next. */
    void leave(final Object by)
    {
        worker.compareAndSet(by, null);
    }

    /** Where the thread that does the driver's duties waits while it rests; null where the driver has its own. */
    @Nullable RestingPlace restingPlace()
    {
        return thread == null ? doorkeeper : null;
    }

    /** Has {@code wake} run when something comes for who rests: whether it will be. */
    boolean wakeBy(final Runnable wake)
    {
        if (thread != null)
        {
            thread.add(wake);
        }
        return thread != null;
    }

    /** See {@link Doorkeeper#arm()}. */
    boolean arm()
    {
        final Doorkeeper there = doorkeeper;
        return there != null && (thread == null ? there.arm() : thread.arm());
    }

    /** Traffic begins: the driver's thread, where it has one, rests no more. */
    void stir()
    {
        if (thread != null)
        {
            thread.stir();
        }
    }

    /**
     * A table is done with the driver; the last one closes it.
     *
     * @param wake what is not to be run any more; null for none.
     */
    void release(final Object by, final @Nullable Runnable wake)
    {
        synchronized (EmbeddedDriver.class)
        {
            worker.compareAndSet(by, null);
            if (thread != null && wake != null)
            {
                thread.remove(wake);
            }
            if (--users == 0)
            {
                DRIVERS.remove(folder);
                final Doorkeeper there = doorkeeper;
                doorkeeper = null;
                CloseHelper.quietCloseAll(thread, there);
                driver.close();
            }
        }
    }
}
