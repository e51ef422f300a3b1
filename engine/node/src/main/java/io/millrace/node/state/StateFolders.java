package io.millrace.node.state;

import io.millrace.engine.checkpoint.CheckpointAgent;
import io.millrace.engine.checkpoint.CheckpointSchedule;
import io.millrace.engine.checkpoint.CheckpointStore;
import io.millrace.engine.checkpoint.DamagedCheckpointException;
import io.millrace.engine.checkpoint.PlanPart;
import io.millrace.engine.checkpoint.Recovery;
import io.millrace.engine.job.JobOptions;
import io.millrace.engine.job.StateFolder;
import io.millrace.engine.setting.Setting;
import io.millrace.engine.setting.Settings;
import io.millrace.engine.storage.StorageException;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Terminal;
import io.millrace.persistence.local.Durability;
import io.millrace.persistence.local.FileCheckpointStore;
import io.millrace.persistence.local.FileStorage;
import io.millrace.persistence.local.KeyProvider;
import io.millrace.persistence.local.SegmentLog;
import io.millrace.persistence.local.SegmentLogContext;
import io.millrace.persistence.tink.KeysetFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Opens state folders: what {@code --state} names. */
public final class StateFolders
{
    /** The option of commands that look into a state folder. */
    public static final class StateOption
    {
        @Option(names = "--state", paramLabel = "DIR", required = true, description = "The state folder.")
        private Path folder = Path.of("");

        public Path folder()
        {
            return folder;
        }
    }

    private StateFolders()
    {
    }

    /**
     * Opens a job's folder, made where it isn't there, and finds where the job goes on.
     *
     * @param identity manifest values that say what job this is.
     * @param plan     the job itself.
     * @param damaged  checkpoints that are known to be damaged.
     * @throws CommandFailure where another process holds it, or what is in it can't be used.
     */
    public static StateFolder open(
        final Path folder, final Settings settings, final Map<String, String> identity, final PlanPart plan,
        final List<DamagedCheckpointException> damaged, final Terminal terminal)
    {
        final FileStorage storage = new FileStorage(folder);
        final List<SegmentLog> logs = new ArrayList<>();
        boolean isOpen = false;
        try
        {
            storage.lock();
            ReplayPreparation.finish(storage);
            final @Nullable KeyProvider keys = keys(folder, settings.text(Settings.KEY_FILE));
            final CheckpointStore store =
                new FileCheckpointStore(storage, "checkpoints", keys, StateFolders::newReader);
            final Recovery forced = Recovery.find(store, damaged, terminal::warn);
            final SegmentLog journal = new SegmentLog(storage, log("journal", keys, settings, Settings.JOURNAL_BYTES)
                .scanFrom(forced.journalNeededFrom(store)).reserve(JobOptions.maxRingBytes(settings)));
            logs.add(journal);
            final SegmentLog output = new SegmentLog(storage, log("output", keys, settings, Settings.OUTPUT_BYTES)
                .scanFrom(forced.outputNeededFrom(store)).madeAgain(true));
            logs.add(output);
            sayCut(journal, "journal", terminal);
            sayCut(output, "output log", terminal);
            final Recovery recovery = forced.orUnforced(store, damaged, journal, output, terminal::warn);
            isOpen = true;
            return new StateFolder(storage, journal, output, store, recovery, checkpoints(settings, identity, plan),
                settings.number(Settings.SINK_PATIENCE), settings.number(Settings.OUTPUT_BYTES) / 2, terminal::say);
        }
        catch (final StorageException e)
        {
            throw failure(folder, e);
        }
        finally
        {
            if (!isOpen)
            {
                logs.forEach(SegmentLog::close);
                storage.close();
            }
        }
    }

    private static CheckpointAgent.Settings checkpoints(
        final Settings settings, final Map<String, String> identity, final PlanPart plan)
    {
        final int retained = settings.count(Settings.CHECKPOINTS_RETAINED);
        final CheckpointSchedule.Terms terms = new CheckpointSchedule.Terms(
            settings.number(Settings.CHECKPOINT_INTERVAL), settings.number(Settings.CHECKPOINT_PAUSE),
            settings.number(Settings.JOURNAL_BYTES) / (retained + 2),
            settings.number(Settings.OUTPUT_BYTES) / (retained + 2), CheckpointSchedule.Terms.REPLAY_BYTES);
        return new CheckpointAgent.Settings(terms, retained, settings.count(Settings.SHARDS), identity, plan);
    }

    private static Thread newReader(final Runnable reading)
    {
        final Thread thread = new Thread(reading, "checkpoint-reader");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * What the key file of that name encrypts a folder by; null for no name.
     *
     * @throws CommandFailure where there is no such file, or it can't be used.
     */
    public static @Nullable KeyProvider keys(final Path folder, final String file)
    {
        try
        {
            return file.isEmpty() ? null : new KeysetFile(Path.of(file));
        }
        catch (final StorageException e)
        {
            throw failure(folder, e);
        }
    }

    private static CommandFailure failure(final Path folder, final StorageException e)
    {
        return new CommandFailure(ExitCode.of(e), "state folder " + folder + ": " + e.getMessage());
    }

    private static SegmentLogContext log(
        final String name, final @Nullable KeyProvider keys, final Settings settings, final Setting budget)
    {
        final int longest = Math.max(JobOptions.maxRecordBytes(settings), settings.count(Settings.SEGMENT_BYTES) / 2);
        final int segment = 2 * (longest + 4095 & -4096);
        return new SegmentLogContext().folder(name).keys(keys).segmentLength(segment)
            .maxSegments((int)Math.max(3, Math.min(Integer.MAX_VALUE, settings.number(budget) / segment)))
            .maxRecordLength(longest)
            .durability(Durability.valueOf(settings.text(Settings.DURABILITY).toUpperCase(Locale.ROOT)));
    }

    private static void sayCut(final SegmentLog log, final String name, final Terminal terminal)
    {
        if (log.cutBytes() > 0)
        {
            terminal.warn("the " + name + " ended in the middle of a record in " + log.endFile() + ": " +
                log.cutBytes() + " bytes behind its last whole record are cut off");
        }
    }
}
