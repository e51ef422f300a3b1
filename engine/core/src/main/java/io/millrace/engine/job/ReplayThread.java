package io.millrace.engine.job;

import io.millrace.engine.Threads;
import io.millrace.engine.journal.ReplayAgent;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Makes the journal's entries again on a thread of its own, which ends with them: users wait for the results, and
 * decoding beside the shards brings them sooner, also where one thread does both later on.
 *
 * <p><b>Threading:</b> started and closed by one thread.
 */
final class ReplayThread implements AutoCloseable
{
    private final ReplayAgent replay;
    private final RestingThreads.Idle idle;
    private final BooleanSupplier isEnded;
    private final Consumer<Throwable> failed;
    private volatile boolean isClosed;
    private @Nullable Thread thread;

    /**
     * @param isEnded whether the job has ended, be it early.
     * @param failed  is told what ends it.
     */
    ReplayThread(
        final ReplayAgent replay, final RestingThreads.Idle idle, final BooleanSupplier isEnded,
        final Consumer<Throwable> failed)
    {
        this.replay = replay;
        this.idle = idle;
        this.isEnded = isEnded;
        this.failed = failed;
    }

    void start()
    {
        final Thread made = new Thread(this::run, replay.roleName());
        made.setDaemon(true);
        thread = made;
        made.start();
    }

    private void run()
    {
        try
        {
            work(idle);
        }
        catch (final RuntimeException | Error e)
        {
            failed.accept(e);
        }
        finally
        {
            idle.leave();
        }
    }

    private void work(final IdleStrategy strategy)
    {
        while (!isClosed && !replay.isDone() && !isEnded.getAsBoolean())
        {
            strategy.idle(replay.doWork());
        }
    }

    /** Waits until the thread has ended. */
    @Override
    public void close()
    {
        isClosed = true;
        final Thread started = thread;
        if (started == null)
        {
            return;
        }
        idle.wake();
        Threads.awaitEnd(started);
    }
}
