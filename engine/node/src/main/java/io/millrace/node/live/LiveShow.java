package io.millrace.node.live;

import io.millrace.engine.Failures;
import io.millrace.engine.job.JobRunner;
import io.millrace.engine.job.LiveJob;
import io.millrace.engine.job.StateFolder;
import io.millrace.engine.live.LiveReader;
import io.millrace.engine.live.LiveView;
import io.millrace.node.terminal.Terminal;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Lets a job be watched from other processes while it runs. Where its file can't be made the job runs without, and that
 * is said.
 *
 * <p><b>Ownership:</b> the file in shared memory, which goes at the end; a state folder keeps a copy of it.
 * <b>Threading:</b> the thread that waits for the job.
 */
public final class LiveShow implements AutoCloseable
{
    private static final long INTERVAL_NS = 100_000_000;

    private final @Nullable LiveJob job;
    /** In the state folder; null where there is none or where it is encrypted. */
    private final @Nullable Path link;
    private final Terminal terminal;
    private long lastNs;

    private LiveShow(final @Nullable LiveJob job, final @Nullable Path link, final Terminal terminal)
    {
        this.job = job;
        this.link = link;
        this.terminal = terminal;
    }

    /**
     * Shows a job whose threads have not been started.
     *
     * @param text  the job's name and, behind a line's end, the job as a tree.
     * @param state the folder that tells where the job shows itself; null for none.
     */
    public static LiveShow of(
        final JobRunner runner, final String text, final @Nullable StateFolder state, final Terminal terminal)
    {
        final LiveFolder folder = LiveFolder.ofUser();
        final long processId = ProcessHandle.current().pid();
        try
        {
            folder.prepare();
            final LiveJob job = new LiveJob(runner.job(), runner::firstTouches, folder.fileOf(processId),
                text, processId, System::currentTimeMillis, System::nanoTime);
            terminal.warnings().forEach(job::record);
            return new LiveShow(job, state == null ? null :
                link(Path.of(state.storage().describe(LiveFolder.NAME)), job.path(), terminal), terminal);
        }
        catch (final IOException e)
        {
            terminal.say("this job can't be watched by millrace stat, its counters have no place: " + reason(e));
            return new LiveShow(null, null, terminal);
        }
    }

    private static @Nullable Path link(final Path link, final Path file, final Terminal terminal)
    {
        try
        {
            removeDead(link);
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, file);
            return link;
        }
        catch (final IOException | UnsupportedOperationException e)
        {
            terminal.say("millrace stat --state won't find this job, --pid will: " + e.getMessage());
            return null;
        }
    }

    /** What an earlier run left in memory when it died. */
    private static void removeDead(final Path link) throws IOException
    {
        if (Files.isSymbolicLink(link) && Files.exists(link))
        {
            final Path file = link.toRealPath();
            try
            {
                final LiveView view = LiveReader.read(file);
                if (Liveness.isProcess(view))
                {
                    return;
                }
            }
            catch (final IOException e)
            {
                // Not readable, so of no use to anyone.
                Files.deleteIfExists(file);
                return;
            }
            Files.deleteIfExists(file);
        }
    }

    /** What there is to say of a file that could not be made. */
    private static String reason(final IOException e)
    {
        return e instanceof FileSystemException failed ? failed.getFile() + ": " + Failures.reason(e) :
            Failures.reason(e);
    }

    /** Brings the file up to date where it is time to. */
    public void work(final long nowNs)
    {
        if (job != null && nowNs - lastNs >= INTERVAL_NS)
        {
            lastNs = nowNs;
            job.doWork();
        }
    }

    /** Keeps an error beside what is said of it. */
    public void record(final String error)
    {
        if (job != null)
        {
            job.record(error);
        }
    }

    /** Ends in order. Called while the job's logs are still there. */
    @Override
    public void close()
    {
        if (job == null)
        {
            return;
        }
        job.end();
        try
        {
            if (link != null)
            {
                final Path draft = link.resolveSibling(LiveFolder.NAME + ".draft");
                Files.copy(job.path(), draft, StandardCopyOption.REPLACE_EXISTING);
                Files.move(draft, link, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.deleteIfExists(job.path());
        }
        catch (final IOException e)
        {
            terminal.say("the job's last counters are not kept: " + reason(e));
        }
    }
}
