package io.millrace.engine.job;

import io.millrace.engine.checkpoint.Recovery;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.shard.MergeAgent;
import io.millrace.engine.shard.Resharding;
import io.millrace.engine.shard.ShardAgent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives a job's agents what those of an earlier run held at the checkpoint that it goes on from, also where their
 * number was another.
 *
 * <p><b>Threading:</b> the one that builds the job.
 */
final class Restoration
{
    /** Name of the merge agent's part of a checkpoint. */
    static final String MERGE_PART = "merge";

    private final JobPlan plan;
    private final List<ShardAgent> shards;
    private final @Nullable MergeAgent merge;
    private final StateFolder folder;

    Restoration(
        final JobPlan plan, final List<ShardAgent> shards, final @Nullable MergeAgent merge, final StateFolder folder)
    {
        this.plan = plan;
        this.shards = shards;
        this.merge = merge;
        this.folder = folder;
    }

    /** Name of a shard's part. */
    static String shardPart(final int shard)
    {
        return "shard-" + shard;
    }

    /**
     * @param partitions partitions of each table.
     * @param stateBytes most that the state of one shard may take.
     */
    void restore(final int[] partitions, final long stateBytes)
    {
        final Recovery recovery = folder.recovery();
        if (recovery.shards() != 0 && recovery.shards() != shards.size())
        {
            reshard(recovery, partitions, stateBytes);
            return;
        }
        for (int i = 0; i < shards.size(); i++)
        {
            final ShardAgent shard = shards.get(i);
            shard.resume(recovery.nextEntry());
            recovery.read(shardPart(i), shard::restorer);
        }
        if (merge != null)
        {
            recovery.read(MERGE_PART, merge::restorer);
        }
    }

    /** Gives the state of another number of shards to these; their records go on above all that were numbered. */
    private void reshard(final Recovery recovery, final int[] partitions, final long stateBytes)
    {
        if (recovery.journalPosition() != folder.journal().endPosition())
        {
            throw new IllegalStateException("the journal of " + recovery.shards() + " shards is not worked off");
        }
        final Resharding resharding = new Resharding(plan, partitions, shards, stateBytes);
        for (int i = 0; i < recovery.shards(); i++)
        {
            try (Resharding.OldShard old = resharding.shard(i))
            {
                recovery.read(shardPart(i), old);
            }
        }
        if (merge != null)
        {
            recovery.read(MERGE_PART, () -> Resharding.merge(merge));
            merge.resumeNumbers(recovery.nextNumber());
        }
        for (final ShardAgent shard : shards)
        {
            shard.resume(recovery.nextEntry());
            shard.resumeNumbers(recovery.nextNumber());
        }
    }
}
