package io.millrace.node.job;

import io.millrace.engine.checkpoint.CheckpointStore;
import io.millrace.engine.job.Durability;
import io.millrace.engine.job.Job;
import io.millrace.engine.job.StateFolder;
import io.millrace.node.terminal.Numbers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to say of a job that goes on from its state folder: from where, and where the time went since its process
 * began. It is said once, when the sources read on.
 *
 * <p><b>Threading:</b> one thread.
 */
final class Resumption
{
    private final StateFolder folder;
    private final long processNs;
    private final List<String> parts = new ArrayList<>();
    private long lastNs;
    private boolean isSaid;

    /**
     * @param processNs when the process began, as the platform's clock tells.
     */
    Resumption(final StateFolder folder, final long processNs)
    {
        this.folder = folder;
        this.processNs = processNs;
        lastNs = processNs;
        isSaid = folder.journal().endPosition() == 0;
    }

    /** What was done since the last call. */
    void done(final String what, final long nowNs)
    {
        parts.add(what + " " + Numbers.seconds(nowNs - lastNs));
        lastNs = nowNs;
    }

    /** The job is built: its state is there, and its sinks have shown what they had committed. */
    void built(final Job job, final long nowNs)
    {
        final CheckpointStore.Checkpoint checkpoint = folder.recovery().checkpoint();
        if (checkpoint != null)
        {
            parts.add(Numbers.bytes(checkpoint.bytes()) + " of state " + Numbers.seconds(job.restoreNs()));
            lastNs += job.restoreNs();
        }
        done("sinks", nowNs);
    }

    /** What is to be said now; null where that is nothing. */
    @Nullable String due(final Job job, final long nowNs)
    {
        final Durability durability = job.durability();
        if (isSaid || durability == null || !durability.replay().isDone())
        {
            return null;
        }
        isSaid = true;
        done(Numbers.grouped(durability.replay().replayedRows()) + " rows of the journal again", nowNs);
        final CheckpointStore.Checkpoint checkpoint = folder.recovery().checkpoint();
        return "goes on " + (checkpoint == null ? "from the beginning" : "behind checkpoint " +
            checkpoint.manifest().id()) + " after " + Numbers.seconds(nowNs - processNs) + ": " +
            String.join(", ", parts);
    }
}
