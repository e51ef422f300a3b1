package io.millrace.node.live;

import io.millrace.engine.live.LiveReader;
import io.millrace.engine.live.LiveView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Whether the engine of a file of counters lives. */
enum Liveness
{
    RUNNING,
    /** Its process is there and says nothing: stopped, or the machine has no time for it. */
    SILENT,
    /** It ended without a word. */
    DEAD,
    ENDED;

    private static final long FRESH_MS = 2_000;
    private static final long SLACK_MS = 2_000;
    private static final long LOOK_NS = 50_000_000;
    private static final int LOOKS = 20;

    /** Of a view read just now; looks again where only time can tell, for a second at most. */
    static Liveness of(final LiveView view, final Path file)
    {
        if (view.endMs() != 0)
        {
            return ENDED;
        }
        final boolean isFresh = System.currentTimeMillis() - view.heartbeatMs() < FRESH_MS;
        if (isProcess(view))
        {
            return isFresh ? RUNNING : SILENT;
        }
        // Not to be seen from here: it has died just now, or it lives in another container.
        return isFresh && isBeating(view, file) ? RUNNING : DEAD;
    }

    private static boolean isBeating(final LiveView view, final Path file)
    {
        for (int i = 0; i < LOOKS; i++)
        {
            LockSupport.parkNanos(LOOK_NS);
            try
            {
                if (LiveReader.read(file).heartbeatMs() != view.heartbeatMs())
                {
                    return true;
                }
            }
            catch (final IOException e)
            {
                return false;
            }
        }
        return false;
    }

    /** Whether the process is there: the same, not one that was given its number later. */
    static boolean isProcess(final LiveView view)
    {
        final Optional<ProcessHandle> process = ProcessHandle.of(view.processId());
        if (process.isEmpty() || !process.get().isAlive())
        {
            return false;
        }
        final Optional<Instant> start = process.get().info().startInstant();
        return start.isEmpty() || start.get().toEpochMilli() < view.startMs() + SLACK_MS;
    }

    String key()
    {
        return name().toLowerCase(Locale.ROOT);
    }
}
