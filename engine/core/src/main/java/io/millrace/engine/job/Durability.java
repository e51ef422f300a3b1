package io.millrace.engine.job;

import io.millrace.engine.checkpoint.CheckpointAgent;
import io.millrace.engine.checkpoint.Recovery;
import io.millrace.engine.connector.Source;
import io.millrace.engine.journal.JournalAgent;
import io.millrace.engine.journal.ReplayAgent;
import io.millrace.engine.log.Log;
import io.millrace.engine.output.OutputAgent;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.TablePlan;
import io.millrace.engine.ring.BlockRing;
import io.millrace.engine.source.SourceAgent;
import io.millrace.engine.source.SourceProgress;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * The agents that let a job outlive its process: journal, replay, checkpoints, and the upkeep of their logs.
 *
 * <p><b>Ownership:</b> the agents; the state folder is the job's. <b>Threading:</b> built and closed with the job.
 */
public final class Durability implements AutoCloseable
{
    private final StateFolder folder;
    private final int shards;
    private final List<Source> inputs;
    private final SourceProgress[] progress;
    private final JournalAgent journal;
    private final MaintenanceAgent maintenance;
    private @Nullable ReplayAgent replay;
    private @Nullable CheckpointAgent checkpoints;

    /** Makes the journal agent: its cursor must be there before the ring's first entry. */
    Durability(
        final StateFolder folder, final JobPlan plan, final List<Source> sources, final BlockRing ring,
        final int[][] pipelinesOfTable, final int shards)
    {
        this.folder = folder;
        inputs = sources;
        this.shards = shards;
        progress = new SourceProgress[plan.tables().size()];
        final boolean[][] isWhole = new boolean[progress.length][];
        for (final TablePlan table : plan.tables())
        {
            final int id = table.id();
            final List<? extends Source.Partition> partitions = sources.get(id).partitions();
            isWhole[id] = new boolean[partitions.size()];
            for (int i = 0; i < partitions.size(); i++)
            {
                isWhole[id][i] = !partitions.get(i).isRereadable();
            }
            progress[id] = new SourceProgress(
                table.name(), id, partitions.size(), pipelinesOfTable[id].length, shards);
            if (folder.recovery().checkpoint() != null)
            {
                progress[id].restore(folder.recovery().checkpoint().manifest());
            }
        }
        journal = new JournalAgent(ring.newCursor(), folder.journal(), isWhole, progress,
            folder.recovery().nextEntry(), this::firstLiveEntry);
        maintenance = new MaintenanceAgent(List.of(folder.journal(), folder.output()));
    }

    /**
     * Puts sources and output where the checkpoint left them and prepares the replay of what the journal holds behind.
     *
     * @param numbers   by writer, number of the record that it makes next.
     * @param snapshots by part: what agents hand over at a checkpoint's cut, in the order of writers.
     */
    void resume(
        final List<SourceAgent> sources, final OutputAgent output, final long[] numbers,
        final Map<String, Log> snapshots, final BooleanSupplier isUpstreamDone, final LongSupplier nanoClock)
    {
        final Recovery recovery = folder.recovery();
        for (int table = 0; table < progress.length; table++)
        {
            sources.get(table).restore(progress[table]);
        }
        final Recovery.OutputEnd end = recovery.outputEnd(folder.output(), shards, numbers.length);
        for (int writer = 0; writer < numbers.length; writer++)
        {
            output.resume(writer, numbers[writer], end.next()[writer]);
        }
        output.resume(end.bases());
        replay = new ReplayAgent(folder.journal(), recovery.journalPosition(), recovery.nextEntry(), sources);
        replay.require(end.lastEntry());
        checkpoints = new CheckpointAgent(folder.store(), journal, output, folder.journal(), folder.output(),
            List.copyOf(snapshots.entrySet()), this::identify, folder.checkpoints(), isUpstreamDone, nanoClock,
            folder.messages());
        checkpoints.resume(recovery);
    }

    private void identify(final Map<String, String> manifest)
    {
        for (int table = 0; table < progress.length; table++)
        {
            SourceProgress.identify(manifest, table, inputs.get(table).partitions());
        }
    }

    /** The last place of the ring that the journal has committed; −1 for none. */
    long committedSequence()
    {
        return journal.committedEntry() - folder.recovery().nextEntry();
    }

    private long firstLiveEntry()
    {
        return replay == null ? Long.MAX_VALUE : replay.firstLiveEntry();
    }

    /** Id of the checkpoint whose entry a source is to publish. */
    long wantedCheckpoint()
    {
        return checkpoints == null ? 0 : checkpoints.wanted();
    }

    /** Puts the journal into the ring again; in the sources' thread. */
    public ReplayAgent replay()
    {
        return resumed(replay);
    }

    /** Keeps the journal; it reads the ring. */
    public JournalAgent journal()
    {
        return journal;
    }

    Log journalLog()
    {
        return folder.journal();
    }

    /** Takes checkpoints; off the hot path. */
    public CheckpointAgent checkpoints()
    {
        return resumed(checkpoints);
    }

    /** Does what logs have to do beside being written; off the hot path. */
    public Agent maintenance()
    {
        return maintenance;
    }

    private static <T> T resumed(final @Nullable T agent)
    {
        if (agent == null)
        {
            throw new IllegalStateException("the job is not built");
        }
        return agent;
    }

    /** Whether the last checkpoint, after the input's end, is behind. */
    boolean isDone()
    {
        return checkpoints().isDone();
    }

    @Override
    public void close()
    {
        if (replay != null)
        {
            replay.onClose();
        }
        journal.onClose();
    }
}
