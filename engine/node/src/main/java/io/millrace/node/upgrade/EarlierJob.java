package io.millrace.node.upgrade;

import io.millrace.engine.checkpoint.CheckpointStore;
import io.millrace.engine.checkpoint.DamagedCheckpointException;
import io.millrace.engine.checkpoint.PlanPart;
import io.millrace.engine.job.StateFolder;
import io.millrace.engine.plan.JobIdentity;
import io.millrace.engine.setting.Settings;
import io.millrace.engine.sink.PositionStore;
import io.millrace.engine.sink.SideTables;
import io.millrace.engine.sink.SinkPosition;
import io.millrace.engine.storage.StorageException;
import io.millrace.node.job.CompiledJob;
import io.millrace.node.job.StoredPlans;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Terminal;
import io.millrace.persistence.local.KeyProvider;
import io.millrace.sql.stored.StoredPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an open state folder tells of the job that was in it last, and what it is to tell of the one to come. */
final class EarlierJob
{
    /** Of a stored plan that is kept, and of a checkpoint's manifest: from where on the journal is of its job. */
    static final String SINCE = "journal.since";

    private static final long UNKNOWN = -1;

    private final Path path;
    private final StateFolder folder;
    private final StoredPlans plans;

    EarlierJob(
        final Path path, final StateFolder folder, final @Nullable KeyProvider keys, final Terminal terminal)
    {
        this.path = path;
        this.folder = folder;
        plans = new StoredPlans(folder.storage(), keys, terminal::warnOnce);
    }

    /** What it said of itself; empty where there was none. */
    SortedMap<String, String> identity()
    {
        final CheckpointStore.Checkpoint checkpoint = folder.recovery().checkpoint();
        final StoredPlan current = checkpoint == null ? plans.current() : null;
        final SortedMap<String, String> identity = checkpoint != null ?
            JobIdentity.of(checkpoint.manifest().values()) :
            current == null ? new TreeMap<>() : current.plan().identity();
        if (identity.isEmpty() && folder.journal().endPosition() > 0)
        {
            throw new CommandFailure(ExitCode.STATE, "state folder " + path +
                " does not say what job it is of; give the job another folder");
        }
        return identity;
    }

    /**
     * Its plan, the one whose state the newest whole checkpoint holds; null where there is none that can be used.
     *
     * @throws DamagedCheckpointException where the checkpoint's part is not what was written.
     */
    @Nullable StoredPlan plan()
    {
        final StoredPlan current = plans.current();
        final CheckpointStore.Checkpoint checkpoint = folder.recovery().checkpoint();
        if (checkpoint == null || current != null && isOf(current, checkpoint))
        {
            return current;
        }
        final byte[] bytes = PlanPart.read(checkpoint);
        try
        {
            final StoredPlan plan = bytes.length == 0 ? null : StoredPlan.of(bytes);
            return plan != null && isOf(plan, checkpoint) ? plan : null;
        }
        catch (final StorageException e)
        {
            // Whole, and of another build.
            return null;
        }
    }

    /** Whether it is the checkpoint's job, which may have got other options since. */
    private static boolean isOf(final StoredPlan plan, final CheckpointStore.Checkpoint checkpoint)
    {
        return JobIdentity.meaning(plan.plan().identity())
            .equals(JobIdentity.meaning(checkpoint.manifest().values()));
    }

    /** Position from which on the journal is its own, {@link #UNKNOWN} where nothing says it any more. */
    long since()
    {
        final CheckpointStore.Checkpoint checkpoint = folder.recovery().checkpoint();
        final String said = checkpoint == null ? null : checkpoint.manifest().values().get(SINCE);
        final String kept = plans.values().get(SINCE);
        if (said != null || kept == null)
        {
            return said == null ? UNKNOWN : Long.parseLong(said);
        }
        // A replay that died has emptied the journal, and left the plan.
        final long since = Long.parseLong(kept);
        return checkpoint == null && since > folder.journal().endPosition() ? 0 : since;
    }

    /** Requires that what is still to be done of the journal is its own, not of a job before or behind it. */
    void requireOwnJournal()
    {
        final long next = folder.recovery().journalPosition();
        if (next == folder.journal().endPosition())
        {
            return;
        }
        final String kept = plans.values().get(SINCE);
        if (kept != null && next < Long.parseLong(kept))
        {
            throw notOwn("begins with entries of the job before it was changed: newer checkpoints are damaged or " +
                "missing");
        }
        final CheckpointStore.Checkpoint checkpoint = folder.recovery().checkpoint();
        if (checkpoint == null || (kept == null ? isNewest(checkpoint) : next > Long.parseLong(kept)))
        {
            return;
        }
        final StoredPlan current = plans.current();
        if (kept == null && (current == null || !isOf(current, checkpoint)))
        {
            throw notOwn("may be of another job: newer checkpoints are damaged, and " + StoredPlans.FILE +
                ", which says of what job it is, is gone or damaged");
        }
        if (current != null && !isOf(current, checkpoint))
        {
            throw notOwn("is of the changed job, the checkpoint of the job before: newer checkpoints are damaged or " +
                "missing");
        }
    }

    /** Whether none behind it was passed over. */
    private boolean isNewest(final CheckpointStore.Checkpoint checkpoint)
    {
        return folder.store().ids().stream().noneMatch((id) -> id > checkpoint.manifest().id());
    }

    /** What a job's checkpoints and its plan say of its journal. */
    static Map<String, String> said(final long since)
    {
        return since == UNKNOWN ? Map.of() : Map.of(SINCE, Long.toString(since));
    }

    private CommandFailure notOwn(final String why)
    {
        return new CommandFailure(ExitCode.STATE, "state folder " + path + ": the journal behind the newest whole " +
            "checkpoint " + why + "; bring them back, or begin again with --replay");
    }

    /** Of how many shards journal and output log are, 0 where nothing is in them. */
    int shards()
    {
        final StoredPlan earlier = plans.current();
        return folder.recovery().shards() != 0 ? folder.recovery().shards() :
            earlier == null || folder.journal().endPosition() == 0 ? 0 :
            CompiledJob.settingsOf(earlier).count(Settings.SHARDS);
    }

    /** Whether nothing is left of it but its checkpoint. */
    boolean isWorkedOff()
    {
        if (folder.recovery().journalPosition() != folder.journal().endPosition() ||
            folder.recovery().hasClosedWindows())
        {
            return false;
        }
        final CheckpointStore.Checkpoint checkpoint = folder.recovery().checkpoint();
        if (checkpoint == null)
        {
            return true;
        }
        final PositionStore positions = new PositionStore(folder.storage());
        final Map<String, String> values = checkpoint.manifest().values();
        final List<String> sinks = new ArrayList<>(List.of(SideTables.NAME));
        for (int i = 0; values.containsKey("sink." + i + ".name"); i++)
        {
            sinks.add(String.valueOf(values.get("sink." + i + ".name")));
        }
        for (final String sink : sinks)
        {
            final SinkPosition position = positions.load(sink);
            if ((position == null ? 0 : position.position()) != folder.output().endPosition())
            {
                return false;
            }
        }
        return true;
    }

    /** Keeps the plan of the job to come, if it has one to keep, and from where on the journal is of that job. */
    void succeededBy(final @Nullable StoredPlan plan, final long since)
    {
        final String position = said(since).get(SINCE);
        if (plan != null && !(plans.isKept(plan.key()) &&
            Objects.equals(position, plans.values().get(SINCE))))
        {
            final SortedMap<String, String> values = new TreeMap<>(plan.values());
            values.remove(SINCE);
            values.putAll(said(since));
            plans.keep(new StoredPlan(plan.key(), values, plan.plan()));
        }
    }
}
