package io.millrace.node.upgrade;

import io.millrace.engine.checkpoint.CheckpointStore;
import io.millrace.engine.checkpoint.DamagedCheckpointException;
import io.millrace.engine.checkpoint.PlanPart;
import io.millrace.engine.checkpoint.Recovery;
import io.millrace.engine.job.StateFolder;
import io.millrace.engine.plan.SinkPlan;
import io.millrace.engine.plan.TablePlan;
import io.millrace.engine.setting.Settings;
import io.millrace.engine.sink.PositionStore;
import io.millrace.engine.sink.SideTables;
import io.millrace.engine.sink.SinkPosition;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.upgrade.Continuation;
import io.millrace.engine.upgrade.Upgrade;
import io.millrace.engine.upgrade.Verdict;
import io.millrace.node.job.CompiledJob;
import io.millrace.node.job.Context;
import io.millrace.node.job.JobCompilation;
import io.millrace.node.job.JobExecution;
import io.millrace.node.state.ReplayPreparation;
import io.millrace.node.state.StateFolders;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Numbers;
import io.millrace.node.terminal.Terminal;
import io.millrace.node.terminal.TextTable;
import io.millrace.sql.stored.StoredPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Opens a state folder for a job that may not be the one that left it: the same one goes on; a changed one goes on
 * where its state fits, once the earlier one has worked off its journal and delivered its results; else it is refused
 * with a verdict, or begins again.
 */
public final class JobUpgrade
{
    private final Path path;
    private final CompiledJob job;
    private final Context context;
    private final Terminal terminal;
    private final String output;
    /** What is open; null where nothing is. */
    private @Nullable StateFolder held;
    private final List<DamagedCheckpointException> damaged = new ArrayList<>();

    /** @param output how {@code print} tables show rows, where the earlier job still has some. */
    public JobUpgrade(final Path path, final CompiledJob job, final Context context, final String output)
    {
        this.path = path;
        this.job = job;
        this.context = context;
        terminal = context.terminal();
        this.output = output;
    }

    /** A checkpoint that was found to be damaged while it was read: the next {@link #open} passes it over. */
    public void passOver(final DamagedCheckpointException checkpoint)
    {
        damaged.add(checkpoint);
    }

    /** Prints the verdict: the command's exit code. */
    public int explain()
    {
        if (!Files.isDirectory(path))
        {
            throw new CommandFailure(ExitCode.ENVIRONMENT, "no such folder: " + path);
        }
        try (StateFolder folder =
            StateFolders.open(path, job.settings(), job.identity(), job.planPart(), damaged, terminal))
        {
            final SortedMap<String, String> earlier = earlier(folder).identity();
            if (earlier.isEmpty())
            {
                terminal.answer("no job has left anything in " + path);
                return ExitCode.OK;
            }
            earlier(folder).requireOwnJournal();
            final Upgrade upgrade = upgrade(folder, earlier);
            terminal.answer(text(upgrade) + "\n" + advice(upgrade));
            return upgrade.isCompatible(false) ? ExitCode.OK : ExitCode.STATE;
        }
        catch (final StorageException e)
        {
            throw failure(e);
        }
    }

    /**
     * The folder, such that the job may go on in it.
     *
     * @param isReplay      whether the job is to begin again with all of its input.
     * @param isDropAllowed whether state that the job has no use for may be thrown away.
     * @throws CommandFailure             with the verdict where it can't.
     * @throws DamagedCheckpointException where a checkpoint that something was to be made of is damaged.
     */
    public StateFolder open(final boolean isReplay, final boolean isDropAllowed)
    {
        try
        {
            final StateFolder folder = open();
            final SortedMap<String, String> earlier = earlier(folder).identity();
            long since = 0;
            if (isReplay)
            {
                beginAgain(folder, earlier);
            }
            else if (!earlier.isEmpty())
            {
                since = goOn(folder, upgrade(folder, earlier), isDropAllowed);
                reshard(Objects.requireNonNull(held, "it is open"), since);
            }
            final StateFolder ready = Objects.requireNonNull(held, "it is open");
            earlier(ready).succeededBy(job.stored(), since);
            held = null;
            return ready.saying(EarlierJob.said(since));
        }
        catch (final DamagedCheckpointException e)
        {
            throw e;
        }
        catch (final StorageException e)
        {
            throw failure(e);
        }
        finally
        {
            release();
        }
    }

    private StateFolder open()
    {
        held = StateFolders.open(path, job.settings(), job.identity(), job.planPart(), damaged, terminal);
        return held;
    }

    private void release()
    {
        if (held != null)
        {
            held.close();
            held = null;
        }
    }

    private CommandFailure failure(final StorageException e)
    {
        return new CommandFailure(ExitCode.of(e), "state folder " + path + ": " + e.getMessage());
    }

    private EarlierJob earlier(final StateFolder folder)
    {
        return new EarlierJob(
            path, folder, StateFolders.keys(path, job.settings().text(Settings.KEY_FILE)), terminal);
    }

    private Upgrade upgrade(final StateFolder folder, final SortedMap<String, String> earlier)
    {
        return new Upgrade(earlier, job.plan().identity(), this::isReplayable, folder.journal().beginPosition() == 0);
    }

    private boolean isReplayable(final String name)
    {
        return job.plan().tables().stream().filter((table) -> table.name().equals(name))
            .allMatch((table) -> JobCompilation.isReplayable(context.catalogue(), table.options()));
    }

    private static String text(final Upgrade upgrade)
    {
        final TextTable table = new TextTable("", "part", "name", "verdict", "why");
        for (final Verdict verdict : upgrade.verdicts())
        {
            table.add(verdict.part().name().toLowerCase(Locale.ROOT), verdict.name(), verdict.kind().text(),
                verdict.reasons());
        }
        return table.toString().stripTrailing();
    }

    private static String advice(final Upgrade upgrade)
    {
        if (upgrade.isCompatible(false))
        {
            return upgrade.isUnchanged() ? "The job is the same: it goes on." :
                "The job goes on from here with what it has kept.";
        }
        if (upgrade.isCompatible(true))
        {
            return "To go on without the state that is dropped: run … --drop-state.";
        }
        return upgrade.replayObstacle().isEmpty() ?
            "To begin again with all input: run … --replay; results are made again from the beginning." :
            "It can't go on here, and can't begin again: " + upgrade.replayObstacle() +
            ".\nRun the earlier job, or give this one another state folder.";
    }

    /** Makes the folder the job's, whatever the number of shards: from where on the journal is of this job. */
    private long goOn(final StateFolder folder, final Upgrade upgrade, final boolean isDropAllowed)
    {
        earlier(folder).requireOwnJournal();
        if (upgrade.isUnchanged())
        {
            return earlier(folder).since();
        }
        if (!upgrade.isCompatible(isDropAllowed))
        {
            throw new CommandFailure(ExitCode.STATE, "the job has changed since it ran in " + path + "\n" +
                text(upgrade) + "\n" + advice(upgrade));
        }
        terminal.say("the job has changed and goes on from what it has kept:\n" + text(upgrade));
        final StateFolder settled = workedOff(folder);
        proceed(settled, upgrade);
        return settled.journal().endPosition();
    }

    /** The folder with nothing in it that the earlier job has still to do. */
    private StateFolder workedOff(final StateFolder opened)
    {
        if (earlier(opened).isWorkedOff())
        {
            return opened;
        }
        final StateFolder folder = workOff(opened);
        if (!earlier(folder).isWorkedOff())
        {
            throw new CommandFailure(ExitCode.STATE, "the earlier job has not delivered all of its results; " +
                "run it once more, stop it with Ctrl-C, and try again");
        }
        return folder;
    }

    /**
     * Gives the state to the number of shards that the job has now. A checkpoint of them is taken before anything is
     * read, so that journal and output log are never of two numbers of shards behind one checkpoint.
     */
    private void reshard(final StateFolder opened, final long since)
    {
        final int before = earlier(opened).shards();
        final int now = opened.checkpoints().shards();
        if (before == 0 || before == now)
        {
            return;
        }
        final StateFolder folder = workedOff(opened);
        terminal.say("the state of " + Numbers.counted(before, "shard") + " goes to " + now);
        // The job closes it.
        held = null;
        new JobExecution(context).workOff(
            job.plan(), job.settings(), output, folder.saying(EarlierJob.said(since)));
        open();
    }

    /** Lets the earlier job do what it has still to do. */
    private StateFolder workOff(final StateFolder folder)
    {
        final StoredPlan earlier = earlier(folder).plan();
        if (earlier == null || !CompiledJob.isOfThisBuild(earlier))
        {
            throw new CommandFailure(ExitCode.STATE, "the earlier job has not worked off its journal, and its " +
                "plan is gone or of another build; run it once more, stop it with Ctrl-C, and try again");
        }
        terminal.say("the earlier job works off its journal first");
        final long since = earlier(folder).since();
        release();
        // All that it was set to, but the key file is where it is now.
        final Settings settings = CompiledJob.settingsOf(earlier)
            .with(Settings.KEY_FILE, job.settings().text(Settings.KEY_FILE));
        new JobExecution(context).workOff(earlier.plan(), settings, output,
            StateFolders.open(path, settings, CompiledJob.identity(earlier, settings), new PlanPart(earlier.bytes()),
            damaged, terminal).saying(EarlierJob.said(since)));
        return open();
    }

    /** Makes the changed job's checkpoint of the earlier one's. */
    private void proceed(final StateFolder folder, final Upgrade upgrade)
    {
        final Recovery recovery = folder.recovery();
        final CheckpointStore.Checkpoint checkpoint = recovery.checkpoint();
        if (checkpoint == null)
        {
            return;
        }
        final PositionStore positions = new PositionStore(folder.storage());
        // First: a new sink must not find the earlier job's results; to the earlier job it means nothing.
        for (final String sink : upgrade.newSinks())
        {
            positions.store(sink, new SinkPosition(1, folder.output().endPosition(), "", Map.of()));
        }
        final StateFolder succeeding = folder.saying(EarlierJob.said(folder.journal().endPosition()));
        // What it goes on from may not have been forced.
        folder.journal().sync(folder.journal().endPosition());
        folder.output().sync(folder.output().endPosition());
        new Continuation(upgrade, job.plan()).write(checkpoint, folder.store(), recovery.lastId() + 1,
            succeeding.checkpoints().identity(), succeeding.checkpoints().plan());
        positions.resetCounts(SideTables.NAME);
        job.plan().sinks().forEach((sink) -> positions.resetCounts(sink.name()));
        upgrade.droppedSinks().forEach(positions::forget);
        final Recovery next = Recovery.find(folder.store(), damaged, terminal::say);
        next.check(folder.journal());
        held = succeeding.with(next);
    }

    private void beginAgain(final StateFolder folder, final SortedMap<String, String> earlier)
    {
        boolean isJournalKept = false;
        for (final TablePlan table : job.plan().tables())
        {
            isJournalKept |= !isReplayable(table.name());
        }
        final String obstacle = earlier.isEmpty() ? "" : upgrade(folder, earlier).replayObstacle();
        if (!obstacle.isEmpty())
        {
            throw new CommandFailure(ExitCode.STATE, "the job can't begin again: " + obstacle);
        }
        final @Nullable String taken = takenTarget();
        if (taken != null)
        {
            throw new CommandFailure(ExitCode.STATE, "the job would write its results a second time into " + taken +
                "; move what is there away, or give the table another path with -e");
        }
        terminal.say("the job begins again from an empty state; all results are made again, and written to: " +
            String.join(", ", job.plan().sinks().stream().map(SinkPlan::name).toList()));
        ReplayPreparation.prepare(folder.storage(), isJournalKept);
        release();
        open();
    }

    /** A target on this machine in which there are results; null where there is none. */
    private @Nullable String takenTarget()
    {
        for (final SinkPlan sink : job.plan().sinks())
        {
            final String target = sink.options().get("path");
            if (target != null && Files.isDirectory(Path.of(target)))
            {
                try (Stream<Path> files = Files.list(Path.of(target)))
                {
                    if (files.anyMatch((file) -> !String.valueOf(file.getFileName()).startsWith(".")))
                    {
                        return target + " (table " + sink.name() + ")";
                    }
                }
                catch (final IOException e)
                {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return null;
    }
}
