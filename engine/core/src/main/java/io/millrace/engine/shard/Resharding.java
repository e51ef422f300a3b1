package io.millrace.engine.shard;

import io.millrace.engine.kernel.AggregateOutput;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.MemoryLog;
import io.millrace.engine.log.RecordWriter;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.snapshot.SnapshotReader;
import io.millrace.engine.state.KeyTable;
import io.millrace.engine.state.Slice;
import io.millrace.engine.state.SliceCopy;
import io.millrace.engine.state.StateMemory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the state of a number of shards of the snapshots that another number of shards has left. Key groups go to the
 * shard that owns them now; a window without a key goes from shard {@code s} to shard {@code s mod shards} as the
 * partial that it is, merged with what is there. Counters go to the first shard; numbers of records begin anew. The
 * snapshots are of a cut at which no window was closed and not yet drained: after the end of the journal, and as many
 * ticks as that takes.
 *
 * <p><b>Threading:</b> one thread, before the agents run. <b>Ownership:</b> holds the state of one old shard at a time,
 * beside the new ones. <b>Errors:</b> {@link io.millrace.engine.storage.StorageException} DAMAGED;
 * {@link IllegalStateException} where windows wait.
 */
public final class Resharding
{
    private final JobPlan plan;
    private final int[] partitions;
    private final List<ShardAgent> shards;
    private final long stateBytes;

    /**
     * @param partitions of each table.
     * @param shards     fresh ones.
     * @param stateBytes memory that the state of one old shard may take.
     */
    public Resharding(
        final JobPlan plan, final int[] partitions, final List<ShardAgent> shards, final long stateBytes)
    {
        this.plan = plan;
        this.partitions = partitions.clone();
        this.shards = List.copyOf(shards);
        this.stateBytes = stateBytes;
    }

    /** Takes the batches of an old shard, each shard once, in the order of shards. To be closed at their end. */
    public OldShard shard(final int index)
    {
        return new OldShard(index);
    }

    /** Takes the batches of the old merge agent, which holds no window. To be closed at their end. */
    public static SnapshotReader merge(final MergeAgent fresh)
    {
        return fresh.resharder();
    }

    /** The state of one of the shards that there were, on its way to those that there are. */
    public final class OldShard implements Log.RecordConsumer, AutoCloseable
    {
        private final int index;
        private final StateMemory memory = new StateMemory(stateBytes, length -> 0);
        private final MemoryLog log = new MemoryLog(1024);
        private final RecordWriter writer = new RecordWriter(log, 0, 256);
        private final WindowAggregate[] aggregates = new WindowAggregate[plan.aggregates().size()];
        private final WindowDrain[] drains = new WindowDrain[aggregates.length];
        private final ShardState state;
        private final SnapshotReader reader;
        private boolean isMoved;

        private OldShard(final int index)
        {
            this.index = index;
            final ShardCounters counters =
                ShardCounters.of(plan.pipelines().size(), plan.tables().size(), plan.statements().size());
            final PartialWriter[] partials = new PartialWriter[aggregates.length];
            for (int i = 0; i < aggregates.length; i++)
            {
                aggregates[i] = new WindowAggregate(plan.aggregates().get(i), memory, null);
                partials[i] = new PartialWriter(plan.aggregates().get(i), writer);
                drains[i] = new WindowDrain(aggregates[i], new Output(writer), partials[i], counters, null);
            }
            state = new ShardState("shard-" + index, new Watermarks(partitions), aggregates, drains, partials, writer,
                counters);
            reader = new SnapshotReader("shard-" + index, state);
        }

        @Override
        public boolean onRecord(final long address, final int length)
        {
            reader.onRecord(address, length);
            if (reader.isEnded() && !isMoved)
            {
                isMoved = true;
                move();
            }
            return true;
        }

        /** Whether all has been read and handed on. */
        public boolean isEnded()
        {
            return isMoved;
        }

        private void move()
        {
            for (int shard = 0; shard < shards.size(); shard++)
            {
                shards.get(shard).state().join(state, index == 0, shard == 0);
            }
            for (int i = 0; i < aggregates.length; i++)
            {
                if (!aggregates[i].closed().isEmpty())
                {
                    throw new IllegalStateException("windows of shard " + index + " wait to be drained");
                }
                final AggregatePlan aggregate = plan.aggregates().get(i);
                final AggregateOutput kernel = aggregate.output().get();
                for (final Slice slice : aggregates[i].slices())
                {
                    move(aggregate, slice, kernel);
                }
                kernel.close();
            }
        }

        private void move(final AggregatePlan aggregate, final Slice slice, final AggregateOutput kernel)
        {
            final boolean isKeyed = aggregate.grouping() == AggregatePlan.Grouping.KEYED;
            final SliceCopy copy = new SliceCopy(aggregate, slice);
            for (int group = 0; group < KeyTable.GROUPS; group++)
            {
                final int owner = isKeyed ? group * shards.size() / KeyTable.GROUPS : index % shards.size();
                @Nullable Slice to = null;
                for (int slot = 0; slot < slice.table().slots(group); slot++)
                {
                    final long entry = slice.table().entryAt(group, slot);
                    if (entry == 0)
                    {
                        continue;
                    }
                    if (to == null)
                    {
                        to = shards.get(owner).state().aggregate(aggregate.id()).joined(slice.windowStart());
                    }
                    if (isKeyed)
                    {
                        copy.add(entry, to);
                    }
                    else
                    {
                        copy.merge(entry, to, kernel);
                    }
                }
            }
        }

        @Override
        public void close()
        {
            reader.close();
            for (int i = 0; i < aggregates.length; i++)
            {
                drains[i].close();
                aggregates[i].close();
            }
            writer.close();
            log.close();
            memory.close();
        }
    }
}
