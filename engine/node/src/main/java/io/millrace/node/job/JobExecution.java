package io.millrace.node.job;

import io.millrace.engine.checkpoint.CheckpointStore;
import io.millrace.engine.checkpoint.DamagedCheckpointException;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.job.EndpointOpener;
import io.millrace.engine.job.Job;
import io.millrace.engine.job.JobOptions;
import io.millrace.engine.job.JobRunner;
import io.millrace.engine.job.StateFolder;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.SinkPlan;
import io.millrace.engine.ring.BlockRing;
import io.millrace.engine.setting.Settings;
import io.millrace.engine.sink.DeadRowException;
import io.millrace.engine.sink.ErrorHandling;
import io.millrace.engine.sink.UndeliveredException;
import io.millrace.engine.state.StateExhaustedException;
import io.millrace.engine.storage.StorageException;
import io.millrace.node.live.LiveShow;
import io.millrace.node.side.SideTable;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.Defect;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Numbers;
import io.millrace.node.terminal.Terminal;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs one compiled job to its end and shows its progress: the only type here that touches the engine's threads.
 *
 * <p><b>Threading:</b> the calling thread waits; on Ctrl-C a hook asks the job to stop and waits for the caller to
 * have said what was processed.
 */
public final class JobExecution
{
    private static final long FIRST_WAIT_NS = 500_000;
    private static final long MAX_WAIT_NS = 100_000_000;
    private static final long STOP_SECONDS = 30;

    private final Context context;
    private final Terminal terminal;
    private final CountDownLatch said = new CountDownLatch(1);
    /** When the job's plan was there. */
    private final long readyNs;
    private volatile boolean isInterrupted;
    /** Opened for a run that found its checkpoint damaged, and untouched: the next one takes them. */
    private Job.@Nullable Endpoints untouched;

    public JobExecution(final Context context)
    {
        this.context = context;
        terminal = context.terminal();
        readyNs = System.nanoTime();
    }

    /** Runs a job that keeps nothing beyond its process. */
    public Outcome run(final CompiledJob compiled, final String output)
    {
        return run(compiled, output, null);
    }

    /**
     * Runs the job.
     *
     * @param output how {@code print} tables show rows.
     * @param state  what the job keeps beyond its process, closed when this returns; null for nothing.
     * @throws CommandFailure             where it can't start or does not end well.
     * @throws DamagedCheckpointException where the checkpoint is damaged: run it again from the one before.
     */
    public Outcome run(final CompiledJob compiled, final String output, final @Nullable StateFolder state)
    {
        final JobPlan plan = compiled.plan();
        final Resumption resumption = state == null ? null : new Resumption(state, context.startNs());
        if (resumption != null)
        {
            resumption.done("start", readyNs);
            resumption.done("logs", System.nanoTime());
        }
        final Path sideFolder = context.folder().resolve(plan.name());
        final JobOptions options = JobOptions.of(
            compiled.settings(), sideFolder, MachineMemory.bytes(), Runtime.getRuntime().availableProcessors());
        requireMemory(plan, options);
        final Job.Endpoints endpoints =
            untouched != null ? untouched : open(plan, options, output, terminal.stdin());
        untouched = null;
        try (JobRunner runner = newRunner(plan, options, endpoints, state);
            LiveShow live = LiveShow.of(runner, compiled.plan().name() + "\n" + compiled.explained(),
                compiled.settings().text(Settings.KEY_FILE).isEmpty() ? state : null, terminal))
        {
            if (resumption != null)
            {
                resumption.built(runner.job(), System.nanoTime());
            }
            final Thread hook = new Thread(() -> interrupt(runner), "interrupt");
            Runtime.getRuntime().addShutdownHook(hook);
            sayEnded(state);
            final long startNs = System.nanoTime();
            runner.start();
            await(runner, live, resumption, startNs);
            final Throwable failure = runner.failure();
            if (failure != null && terminal.isReaderGone())
            {
                throw new CommandFailure(ExitCode.OK, "standard output is read no more; stopped after " +
                    Numbers.grouped(runner.job().progress().rows()) + " rows\n" + counts(runner.job()));
            }
            if (failure != null)
            {
                final CommandFailure said = failure(failure, sideFolder);
                live.record(String.valueOf(said.getMessage()));
                throw new CommandFailure(said.exitCode(), said.getMessage() + "\n" + stopped(runner.job()));
            }
            final Path kept = state == null ? sideFolder : Path.of(state.storage().describe(SideTable.TABLES));
            return new Outcome(runner.job().counts(), runner.job().progress(), runner.job().nulledColumns(),
                earlierRows(state), System.nanoTime() - startNs, kept,
                options.errors().mode() != ErrorHandling.Mode.IGNORE, runner.job().violations());
        }
        catch (final DamagedCheckpointException e)
        {
            untouched = endpoints;
            throw e;
        }
        catch (final OutOfMemoryError e)
        {
            throw failure(e, sideFolder);
        }
    }

    /** What is not read any more is said: rows that came since would else be passed over in silence. */
    private void sayEnded(final @Nullable StateFolder state)
    {
        final CheckpointStore.Checkpoint checkpoint = state == null ? null : state.recovery().checkpoint();
        for (final String table : checkpoint == null ? List.<String>of() : checkpoint.manifest().endedTables())
        {
            terminal.say("table " + table + ": its input ended in an earlier run, nothing more of it is read; " +
                "begin again with --replay, or with an empty state folder");
        }
    }

    private static long earlierRows(final @Nullable StateFolder state)
    {
        final CheckpointStore.Checkpoint checkpoint = state == null ? null : state.recovery().checkpoint();
        return checkpoint == null ? 0 : checkpoint.manifest().rows();
    }

    /** Works off what the journal of an earlier job holds and delivers its results; reads nothing more. */
    public void workOff(final JobPlan plan, final Settings settings, final String output, final StateFolder state)
    {
        final Path sideFolder = context.folder().resolve(plan.name());
        final JobOptions options = JobOptions.of(
            settings, sideFolder, MachineMemory.bytes(), Runtime.getRuntime().availableProcessors());
        final Job.Endpoints endpoints = open(plan, options, output, InputStream.nullInputStream());
        try (JobRunner runner = newRunner(plan, options, endpoints, state))
        {
            // Asked to stop before it begins: else its sources, which are empty, might end and close every window.
            runner.stop();
            runner.start();
            await(runner, null, null, System.nanoTime());
            final Throwable failure = runner.failure();
            if (failure != null)
            {
                throw failure(failure, sideFolder);
            }
        }
        catch (final DamagedCheckpointException e)
        {
            endpoints.close();
            throw e;
        }
    }

    /** A job that can't begin leaves nothing open. */
    private static JobRunner newRunner(
        final JobPlan plan, final JobOptions options, final Job.Endpoints endpoints, final @Nullable StateFolder state)
    {
        try
        {
            return new JobRunner(plan, options, endpoints, BlockRing.Observer.NONE, state);
        }
        catch (final DamagedCheckpointException e)
        {
            throw e;
        }
        catch (final ConnectorException | StorageException e)
        {
            throw failure(e, options.sideFolder());
        }
    }

    /** What the ring will take is known before it is taken; what can't work is refused. */
    private static void requireMemory(final JobPlan plan, final JobOptions options)
    {
        final long most = MachineMemory.bytes() / 2;
        final long wanted = options.ringBytes(plan);
        if (wanted > most)
        {
            throw new CommandFailure(ExitCode.INVALID, "the ring would take " + (wanted >> 20) +
                " MiB, half of this machine's memory is " + (most >> 20) + " MiB: lower " +
                Settings.RING_SLOTS.key() + ", " + Settings.BLOCK_BYTES.key() + " or " + Settings.SHARDS.key());
        }
    }

    private static String counts(final Job job)
    {
        return Outcome.table("  ", job.counts(), true);
    }

    /** How far a job came that failed, and its counts. */
    private static String stopped(final Job job)
    {
        final List<String> open = new ArrayList<>();
        final List<String> complete = new ArrayList<>();
        for (final SinkPlan sink : job.plan().sinks())
        {
            (job.sinks().isDone(sink.id()) ? complete : open).add(sink.name());
        }
        final StringBuilder text = new StringBuilder("stopped after ").append(Numbers.grouped(job.progress().rows()))
            .append(" rows; not committed: ").append(String.join(", ", open));
        if (!complete.isEmpty())
        {
            text.append("; committed: ").append(String.join(", ", complete));
        }
        return text.append('\n').append(counts(job)).toString();
    }

    private Job.Endpoints open(
        final JobPlan plan, final JobOptions options, final String output, final InputStream stdin)
    {
        try
        {
            return new EndpointOpener(context.catalogue(), options.maxRowBytes(), stdin, terminal.stdout(), output,
                options.placement() == JobOptions.Placement.FUSED).open(plan);
        }
        catch (final ConnectorException e)
        {
            throw failure(e);
        }
    }

    private void await(
        final JobRunner runner, final @Nullable LiveShow live, final @Nullable Resumption resumption,
        final long startNs)
    {
        final ProgressLine line = new ProgressLine(terminal, startNs);
        long waitNs = FIRST_WAIT_NS;
        while (!runner.isEnded())
        {
            runner.park(waitNs);
            // Ever rarer: a look takes the processor from the agents, where they share one.
            waitNs = Math.min(MAX_WAIT_NS, waitNs + waitNs / 64);
            final long nowNs = System.nanoTime();
            if (live != null)
            {
                live.work(nowNs);
            }
            final String due = resumption == null ? null : resumption.due(runner.job(), nowNs);
            if (due != null)
            {
                terminal.say(due);
            }
            if (line.isDue(nowNs))
            {
                line.draw(nowNs, runner.job().progress());
            }
        }
        terminal.endStatus();
    }

    private void interrupt(final JobRunner runner)
    {
        if (runner.isEnded())
        {
            return;
        }
        isInterrupted = true;
        runner.stop();
        try
        {
            if (!said.await(STOP_SECONDS, TimeUnit.SECONDS))
            {
                terminal.say("the job did not stop within " + STOP_SECONDS + " s and is given up");
            }
        }
        catch (final InterruptedException e)
        {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether Ctrl-C stopped the job. */
    public boolean isInterrupted()
    {
        return isInterrupted;
    }

    /** All has been said: where Ctrl-C has been pressed, the process may end. */
    public void end()
    {
        if (untouched != null)
        {
            untouched.close();
            untouched = null;
        }
        said.countDown();
    }

    private static CommandFailure failure(final ConnectorException e)
    {
        return new CommandFailure(e.kind() == ConnectorException.Kind.OPTION ?
            ExitCode.INVALID : ExitCode.ENVIRONMENT, e.getMessage());
    }

    private static CommandFailure failure(final Throwable failure, final Path folder)
    {
        if (failure instanceof ConnectorException connector)
        {
            return failure(connector);
        }
        if (failure instanceof StorageException storage)
        {
            return new CommandFailure(ExitCode.of(storage), String.valueOf(storage.getMessage()));
        }
        if (failure instanceof StateExhaustedException || failure instanceof DeadRowException ||
            failure instanceof UndeliveredException)
        {
            return new CommandFailure(ExitCode.CHECK_FAILED, String.valueOf(failure.getMessage()));
        }
        if (failure instanceof OutOfMemoryError)
        {
            return new CommandFailure(ExitCode.CHECK_FAILED, "out of memory (" + failure.getMessage() + "): lower " +
                Settings.STATE_BYTES.key() + ", " + Settings.RING_SLOTS.key() + " or " + Settings.BLOCK_BYTES.key());
        }
        return new CommandFailure(ExitCode.CHECK_FAILED, Defect.report(failure, folder));
    }
}
