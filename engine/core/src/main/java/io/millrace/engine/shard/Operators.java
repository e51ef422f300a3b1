package io.millrace.engine.shard;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Sidecar;
import io.millrace.engine.kernel.AggregateInput;
import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.log.RecordWriter;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.PipelinePlan;
import io.millrace.engine.state.StateMemory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operators of a shard, and what one entry has them do, phase by phase. Where the output takes no more an entry
 * stops in the middle and goes on there when it is worked again; what it does never depends on when that is.
 *
 * <p><b>Threading:</b> one shard.
 */
final class Operators implements AutoCloseable
{
    private static final int MAX_DOUBLINGS = 4;

    private enum Phase
    {
        DEAD, ROWS, WATERMARK, DRAIN, PROGRESS, DONE
    }

    private final int shard;
    private final int shards;
    private final int[][] pipelinesOfTable;
    /** By pipeline: null where it feeds an aggregation. */
    private final @Nullable Projection[] projections;
    private final @Nullable AggregateInput[] inputs;
    private final List<PipelinePlan> pipelines;
    private final WindowAggregate[] aggregates;
    private final WindowDrain[] drains;
    private final PartialWriter[] partials;
    private final int[][] tablesOfAggregate;
    private final Watermarks watermarks;
    private final Output output;
    private final ShardCounters counters;
    private Phase phase = Phase.DEAD;
    private int place;
    private int entry = -1;
    private long left = -1;
    private long drained;
    private int slotsPerRow = ShardAgent.SLOTS_PER_ROW;
    private int slotsPerEntry = ShardAgent.SLOTS_PER_ENTRY;

    /**
     * @param partitions partitions of each table.
     * @param results    takes what the operators make.
     * @param exchange   takes what the merge agent is to have.
     * @param snapshot   must have what changes while it is under way; null where there is none.
     */
    Operators(
        final int shard, final int shards, final JobPlan plan, final int[] partitions, final RecordWriter results,
        final RecordWriter exchange, final @Nullable Snapshot snapshot, final StateMemory memory,
        final ShardCounters counters)
    {
        this.shard = shard;
        this.shards = shards;
        this.counters = counters;
        pipelines = plan.pipelines();
        pipelinesOfTable = plan.pipelinesOfTable();
        watermarks = new Watermarks(partitions);
        output = new Output(results);
        projections = new Projection[pipelines.size()];
        inputs = new AggregateInput[pipelines.size()];
        for (final PipelinePlan pipeline : pipelines)
        {
            projections[pipeline.id()] = pipeline.projector() == null ? null : new Projection(
                pipeline.id(), pipeline.statement(), pipeline.projector().get(), output, counters);
            inputs[pipeline.id()] = pipeline.input() == null ? null : pipeline.input().get();
        }
        final int count = plan.aggregates().size();
        aggregates = new WindowAggregate[count];
        drains = new WindowDrain[count];
        partials = new PartialWriter[count];
        tablesOfAggregate = new int[count][];
        for (int i = 0; i < count; i++)
        {
            final int id = i;
            aggregates[i] = new WindowAggregate(plan.aggregates().get(i), memory, snapshot);
            partials[i] = new PartialWriter(plan.aggregates().get(i), exchange);
            drains[i] = new WindowDrain(aggregates[i], output, partials[i], counters, snapshot);
            tablesOfAggregate[i] = pipelines.stream().filter(pipeline -> pipeline.aggregate() == id)
                .mapToInt(PipelinePlan::table).distinct().toArray();
        }
    }

    /** What all of this is, to be written to snapshots and restored from them. */
    ShardState state(final String name, final RecordWriter results)
    {
        return new ShardState(name, watermarks, aggregates, drains, partials, results, counters);
    }

    /** Has an entry drain no more than {@code perRow} slots for each of its rows and {@code perEntry} more. */
    void limitDrain(final int perRow, final int perEntry)
    {
        slotsPerRow = perRow;
        slotsPerEntry = perEntry;
    }

    /** Turns to the next entry. */
    void begin()
    {
        turn(Phase.DEAD);
        left = -1;
        drained = 0;
    }

    /**
     * Goes on with an entry: whether all is done that it has the operators do.
     *
     * @param number of the entry.
     */
    boolean work(final Block block, final long number)
    {
        final boolean hasRows = block.kind() == BlockDescriptor.KIND_ROWS;
        if (phase == Phase.DEAD)
        {
            if (hasRows && !dead(block))
            {
                return false;
            }
            turn(Phase.ROWS);
        }
        if (phase == Phase.ROWS)
        {
            if (hasRows && !rows(block))
            {
                return false;
            }
            turn(Phase.WATERMARK);
        }
        if (phase == Phase.WATERMARK)
        {
            raiseWatermarks(block);
            turn(Phase.DRAIN);
        }
        if (phase == Phase.DRAIN)
        {
            if (!drain(hasRows ? block.count() : 0))
            {
                return false;
            }
            turn(Phase.PROGRESS);
        }
        if (phase == Phase.PROGRESS)
        {
            if (!progress(number))
            {
                return false;
            }
            turn(Phase.DONE);
        }
        return true;
    }

    private void turn(final Phase next)
    {
        phase = next;
        place = 0;
        entry = -1;
    }

    private boolean dead(final Block block)
    {
        final Sidecar sidecar = block.sidecar();
        if (block.ordinal() % shards != shard)
        {
            return true;
        }
        final int table = block.source();
        for (; place < sidecar.deadCount(); place++)
        {
            final int local = sidecar.deadPipeline(place);
            final boolean isAll = local == Sidecar.ALL_PIPELINES;
            final int id = isAll ? table : pipelinesOfTable[table][local];
            if (!output.dead(isAll ? RecordDescriptor.DEAD_TABLE : RecordDescriptor.DEAD, id, block,
                sidecar.deadFrameOffset(place), sidecar.deadFailure(place), sidecar.deadSite(place)))
            {
                return false;
            }
            (isAll ? counters.deadTable()[id] : counters.dead()[id]).add(1);
        }
        return true;
    }

    private boolean rows(final Block block)
    {
        final int table = block.source();
        final int[] ids = pipelinesOfTable[table];
        final Sidecar sidecar = block.sidecar();
        for (; place < ids.length; place++)
        {
            final int list = place * shards + shard;
            final int end = sidecar.end(list);
            if (entry < 0)
            {
                entry = sidecar.begin(list);
            }
            if (entry < end)
            {
                final int id = ids[place];
                final Projection projection = projections[id];
                entry = projection == null ? aggregate(block, id, entry, end) : projection.apply(block, entry, end);
                if (entry < end)
                {
                    return false;
                }
            }
            entry = -1;
        }
        counters.ringRows().add(block.count());
        return true;
    }

    private int aggregate(final Block block, final int id, final int begin, final int end)
    {
        final AggregateInput input = inputs[id];
        if (input == null)
        {
            throw new IllegalStateException("pipeline " + id + " has neither projector nor aggregation");
        }
        final int aggregate = pipelines.get(id).aggregate();
        final int table = block.source();
        final int partition = block.partition();
        return aggregates[aggregate].apply(block, input, id, begin, end,
            watermarks.least(tablesOfAggregate[aggregate], table, partition), watermarks.of(table, partition), output,
            counters);
    }

    private void raiseWatermarks(final Block block)
    {
        if (block.isCheckpoint())
        {
            return;
        }
        final int table = block.source();
        final int partition = block.partition();
        switch (block.kind())
        {
            case BlockDescriptor.KIND_ROWS ->
            {
                watermarks.setIdle(table, partition, false);
                final int steps = block.sidecar().stepCount();
                if (steps > 0)
                {
                    watermarks.raise(table, partition, block.sidecar().stepWatermark(steps - 1));
                }
            }
            case BlockDescriptor.KIND_CONTROL ->
            {
                if (block.flags() == BlockDescriptor.CONTROL_END)
                {
                    watermarks.raise(table, partition, Long.MAX_VALUE);
                    watermarks.setIdle(table, partition, false);
                }
                else
                {
                    watermarks.setIdle(table, partition, true);
                }
            }
            default ->
            {
                return;
            }
        }
        for (int i = 0; i < aggregates.length; i++)
        {
            if (watermarks.hasActive(tablesOfAggregate[i]))
            {
                aggregates[i].advance(watermarks.least(tablesOfAggregate[i], -1, -1));
            }
        }
        counters.pendingWindows().set(pendingWindows());
    }

    private boolean drain(final int rows)
    {
        for (; place < drains.length; place++)
        {
            if (left < 0)
            {
                final int waiting = Math.max(0, aggregates[place].closed().size() - 1);
                left = (long)rows * slotsPerRow + slotsPerEntry << Math.min(MAX_DOUBLINGS, waiting);
            }
            if (!drains[place].isEmpty())
            {
                final long before = left;
                final long after = drains[place].drain(left);
                left = after < 0 ? -1 - after : after;
                drained += before - left;
                if (after < 0)
                {
                    return false;
                }
            }
            left = -1;
        }
        if (drained > 0)
        {
            counters.drainedSlots().add(drained);
            if (drained > counters.maxDrained().get())
            {
                counters.maxDrained().set(drained);
            }
            counters.pendingWindows().set(pendingWindows());
        }
        return true;
    }

    private boolean progress(final long number)
    {
        for (; place < aggregates.length; place++)
        {
            final AggregatePlan plan = aggregates[place].plan();
            if (plan.grouping() != AggregatePlan.Grouping.KEYED &&
                !partials[place].progress(handedOver(place), number))
            {
                return false;
            }
        }
        return true;
    }

    /** Windows that start before this are closed here, drained, and can't come again. */
    private long handedOver(final int aggregate)
    {
        final WindowAggregate windows = aggregates[aggregate];
        if (!windows.closed().isEmpty())
        {
            return windows.closed().peekFirst().windowStart();
        }
        final long watermark = windows.watermark();
        return watermark == Long.MAX_VALUE || watermark == Kernel.NO_TIME ? watermark :
            windows.plan().window().startOf(watermark + 1);
    }

    /** Windows that have closed and wait to be drained. */
    long pendingWindows()
    {
        long pending = 0;
        for (final WindowAggregate aggregate : aggregates)
        {
            pending += aggregate.closed().size();
        }
        return pending;
    }

    /** Counts the keys that are held anew: now and then, since it passes all windows. */
    void countKeys()
    {
        long keys = 0;
        long slots = 0;
        for (final WindowAggregate aggregate : aggregates)
        {
            aggregate.size();
            keys += aggregate.keys();
            slots += aggregate.slots();
        }
        counters.keys().set(keys);
        counters.slots().set(slots);
    }

    @Override
    public void close()
    {
        for (int i = 0; i < aggregates.length; i++)
        {
            drains[i].close();
            aggregates[i].close();
        }
        for (int i = 0; i < projections.length; i++)
        {
            final Projection projection = projections[i];
            final AggregateInput input = inputs[i];
            if (projection != null)
            {
                projection.close();
            }
            if (input != null)
            {
                input.close();
            }
        }
    }
}
