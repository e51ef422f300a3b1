package io.millrace.engine.shard;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Memory;
import io.millrace.codecs.Sidecar;
import io.millrace.engine.kernel.AggregateInput;
import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.live.LatencyCounts;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.log.RecordWriter;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.PipelinePlan;
import io.millrace.engine.ring.BlockRing;
import io.millrace.engine.snapshot.SnapshotReader;
import io.millrace.engine.state.StateMemory;
import java.util.List;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * One shard: sees every ring entry in order, works the rows that are its own, closes windows and drains them within
 * the entry's budget. Where the output takes no more it stops in the middle of the entry and goes on there in its next
 * duty cycle; what an entry does never depends on when that is.
 *
 * <p><b>Threading:</b> one thread; {@link #settledSequence()} and the counters are for all. <b>Limits:</b> an entry
 * drains at most {@link #SLOTS_PER_ROW} slots for each of its rows and {@link #SLOTS_PER_ENTRY} more, of each
 * aggregation. A table has at most 8 slots for each entry, so that a window is drained before as many rows have passed
 * as it held; while more than one window waits the budget doubles for each.
 */
public final class ShardAgent implements Agent
{
    /** Slots of closed windows drained for each row of an entry. */
    public static final int SLOTS_PER_ROW = 8;
    /** Slots drained for each entry, whatever it holds. */
    public static final int SLOTS_PER_ENTRY = 256;

    private static final int MAX_DOUBLINGS = 4;
    /** Below the sequence of an empty ring: a shard that goes on from a checkpoint may have windows to drain. */
    private static final long NEVER = -2;

    private enum Phase
    {
        DEAD, ROWS, WATERMARK, DRAIN, PROGRESS, CUT
    }

    private final int shard;
    private final int shards;
    private final BlockRing.Cursor cursor;
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
    private final RecordWriter results;
    private final RecordWriter exchange;
    private final Output output;
    private final ShardCounters counters;
    private final StateMemory memory;
    private final @Nullable Snapshot snapshot;
    private final ShardState state;
    private final boolean hasExchange;
    private long firstEntry;
    private Phase phase = Phase.DEAD;
    private boolean isWorking;
    private int place;
    private int entry = -1;
    private long left = -1;
    private long drained;
    private int slotsPerRow = SLOTS_PER_ROW;
    private int slotsPerEntry = SLOTS_PER_ENTRY;
    /** Written when everything up to a sequence has left this shard; read by what waits for the end. */
    private volatile long settledSequence = NEVER;
    private boolean isClosed;
    /** Where the time of entries is taken; null where it isn't. */
    private @Nullable LatencyCounts ringWait;
    private @Nullable LatencyCounts operator;
    private long beganNs;

    /**
     * @param partitions partitions of each table.
     * @param log        this shard's output log.
     * @param exchangeLog to the merge agent.
     * @param snapshotLog to the checkpoint agent, or null where there is none: checkpoints are passed over.
     */
    public ShardAgent(
        final int shard, final int shards, final JobPlan plan, final int[] partitions, final BlockRing.Cursor cursor,
        final Log log, final Log exchangeLog, final @Nullable Log snapshotLog, final StateMemory memory,
        final ShardCounters counters)
    {
        this.shard = shard;
        this.shards = shards;
        this.cursor = cursor;
        this.counters = counters;
        this.memory = memory;
        pipelines = plan.pipelines();
        pipelinesOfTable = pipelinesOfTable(plan);
        watermarks = new Watermarks(partitions);
        results = new RecordWriter(log, shard, 64 * 1024);
        exchange = new RecordWriter(exchangeLog, shard, 4 * 1024);
        output = new Output(results);
        projections = new Projection[pipelines.size()];
        inputs = new AggregateInput[pipelines.size()];
        for (final PipelinePlan pipeline : pipelines)
        {
            projections[pipeline.id()] = pipeline.projector() == null ? null : new Projection(
                pipeline.id(), pipeline.statement(), pipeline.projector().get(), output, counters);
            inputs[pipeline.id()] = pipeline.input() == null ? null : pipeline.input().get();
        }
        snapshot = snapshotLog == null ? null : new Snapshot(snapshotLog, shard);
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
        hasExchange = plan.aggregates().stream()
            .anyMatch(aggregate -> aggregate.grouping() != AggregatePlan.Grouping.KEYED);
        state = new ShardState(roleName(), watermarks, aggregates, drains, partials, results, counters);
    }

    /**
     * Says where the ring begins. Called before the first duty cycle.
     *
     * @param newFirstEntry number of the ring's first entry.
     */
    public void resume(final long newFirstEntry)
    {
        firstEntry = newFirstEntry;
    }

    /** Lets the numbers of the shard's records begin at {@code number}. Called before the first duty cycle. */
    public void resumeNumbers(final long number)
    {
        results.resume(number);
    }

    /**
     * What takes the batches of a snapshot of such a shard, before the first duty cycle; the shard then goes on as the
     * one that wrote them. To be closed when all have been read.
     */
    public SnapshotReader restorer()
    {
        return new SnapshotReader(roleName(), state);
    }

    /** The ids of each table's pipelines, in the order of its routers and sidecar lists. */
    public static int[][] pipelinesOfTable(final JobPlan plan)
    {
        final int[][] ids = new int[plan.tables().size()][];
        for (int table = 0; table < ids.length; table++)
        {
            final int id = table;
            ids[table] = plan.pipelines().stream().filter(pipeline -> pipeline.table() == id)
                .mapToInt(PipelinePlan::id).toArray();
        }
        return ids;
    }

    ShardState state()
    {
        return state;
    }

    /** Has snapshots take no more than {@code bytes} in a duty cycle, about; for tests. */
    public void limitSnapshot(final long bytes)
    {
        if (snapshot != null)
        {
            snapshot.limit(bytes);
        }
    }

    /**
     * Has an entry drain no more than {@code perRow} slots for each of its rows and {@code perEntry} more; for tests.
     * The same in every run that goes on with a state folder, since results are numbered in the order they are made.
     */
    public void limitDrain(final int perRow, final int perEntry)
    {
        slotsPerRow = perRow;
        slotsPerEntry = perEntry;
    }

    @Override
    public String roleName()
    {
        return "shard-" + shard;
    }

    @Override
    public int doWork()
    {
        final int work = goOn();
        if (snapshot == null || !snapshot.isActive())
        {
            return work;
        }
        final int written = snapshot.work();
        counters.maxSnapshotBytes().set(snapshot.maxStaged());
        return work + written;
    }

    private int goOn()
    {
        if (!isWorking)
        {
            if (!cursor.hasNext())
            {
                return settle();
            }
            begin();
        }
        if (!work(cursor.block()))
        {
            counters.refused().add(1);
            return 0;
        }
        isWorking = false;
        final LatencyCounts timed = operator;
        if (timed != null)
        {
            timed.record(timed.nowNs() - beganNs);
        }
        counters.stateBytes().set(memory.usedBytes());
        cursor.release();
        // Where nothing follows, what was made goes on at once.
        return cursor.hasNext() ? 1 : 1 + settle();
    }

    /** Has the time of entries taken; before the first duty cycle. */
    public void time(final LatencyCounts waiting, final LatencyCounts working)
    {
        ringWait = waiting;
        operator = working;
    }

    private void begin()
    {
        isWorking = true;
        final LatencyCounts timed = ringWait;
        if (timed != null)
        {
            beganNs = timed.nowNs();
            timed.record(beganNs - cursor.publishedNs());
        }
        results.turnTo(entryNumber());
        exchange.turnTo(entryNumber());
        phase = Phase.DEAD;
        place = 0;
        entry = -1;
        left = -1;
        drained = 0;
    }

    /** Number of the entry at the cursor. */
    private long entryNumber()
    {
        return firstEntry + cursor.next();
    }

    /** Nothing to read: hands on what was gathered, and says so. */
    private int settle()
    {
        if (settledSequence == cursor.next() - 1 && results.isEmpty() && exchange.isEmpty())
        {
            return 0;
        }
        final boolean isFlushed = results.flush() & exchange.flush();
        if (isFlushed && pendingWindows() == 0 && (snapshot == null || !snapshot.isActive()))
        {
            settledSequence = cursor.next() - 1;
        }
        return isFlushed && settledSequence == cursor.next() - 1 ? 1 : 0;
    }

    private long pendingWindows()
    {
        long pending = 0;
        for (final WindowAggregate aggregate : aggregates)
        {
            pending += aggregate.closed().size();
        }
        return pending;
    }

    /** Goes on with the entry: whether it is finished. */
    private boolean work(final Block block)
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
            if (!progress())
            {
                return false;
            }
            turn(Phase.CUT);
        }
        return snapshot == null || block.kind() != BlockDescriptor.KIND_CONTROL ||
            block.flags() != BlockDescriptor.CONTROL_CHECKPOINT ||
            cut(snapshot, block.positionLow());
    }

    /** Tells the merge agent of the cut, then begins a snapshot: whether that is done. */
    private boolean cut(final Snapshot ofShard, final long checkpoint)
    {
        if (ofShard.isActive())
        {
            return false;
        }
        if (hasExchange)
        {
            if (place == 0 && !exchange.hasRoom(16))
            {
                return false;
            }
            if (place == 0)
            {
                Memory.putLong(exchange.payload(), checkpoint);
                Memory.putLong(exchange.payload() + 8, entryNumber());
                exchange.commit(PartialWriter.CHECKPOINT, 0, 16);
                place = 1;
            }
            if (!exchange.flush())
            {
                return false;
            }
        }
        state.begin(ofShard, checkpoint, entryNumber());
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
                else if (block.flags() == BlockDescriptor.CONTROL_CHECKPOINT)
                {
                    return;
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

    private boolean progress()
    {
        for (; place < aggregates.length; place++)
        {
            final AggregatePlan plan = aggregates[place].plan();
            if (plan.grouping() != AggregatePlan.Grouping.KEYED &&
                !partials[place].progress(handedOver(place), entryNumber()))
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

    /** The last sequence all of whose results have left this shard, with no window waiting to be drained. */
    public long settledSequence()
    {
        return settledSequence;
    }

    public ShardCounters counters()
    {
        return counters;
    }

    @Override
    public void onClose()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
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
        if (snapshot != null)
        {
            snapshot.close();
        }
        results.close();
        exchange.close();
        memory.close();
    }
}
