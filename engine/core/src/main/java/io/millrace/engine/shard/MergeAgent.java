package io.millrace.engine.shard;

import io.millrace.codecs.Memory;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.snapshot.SnapshotReader;
import io.millrace.engine.state.DistinctBatch;
import io.millrace.engine.state.StateMemory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * The far end of the exchange: merges each shard's partials of windows without a key, and emits a window once every
 * shard has handed over all that starts before its end. What is merged here does not depend on order; sums that do are
 * kept in one group and arrive as one partial.
 *
 * <p>At a checkpoint each shard sends a marker. From a shard whose marker has come nothing more is read until all have
 * come, so that the snapshot holds exactly what the shards' snapshots don't.
 *
 * <p><b>Threading:</b> one thread; {@link #isSettled} is for all. <b>Allocation:</b> none in steady state.
 */
public final class MergeAgent implements Agent
{
    private static final int TAIL_LIMIT = 16;

    private final Log.Reader[] readers;
    private final Log.RecordConsumer[] consumers;
    private final MergedWindows[] aggregates;
    /** By aggregate: its windows, null where it has a key. */
    private final @Nullable MergedWindows[] ofAggregate;
    private final ShardCounters counters;
    private final StateMemory memory;
    private final DistinctBatch distinct;
    private final @Nullable Snapshot snapshot;
    private final MergeState state;
    /** By shard: whether its marker has come, of a checkpoint whose others haven't. */
    private final boolean[] isMarked;
    private int marked;
    private long checkpoint;
    private long checkpointEntry;
    /** Whether a complete window waits for the output to take more. */
    private boolean isBlocked;
    /** Written after everything read so far, and what a checkpoint held, has been emitted and handed on. */
    private volatile boolean isIdle;
    private boolean isClosed;

    /**
     * @param exchanges   one from each shard, in the order of shards.
     * @param logs        output logs of the aggregations without a key, in their order.
     * @param snapshotLog to the checkpoint agent, or null where there is none.
     */
    public MergeAgent(
        final JobPlan plan, final Log[] exchanges, final List<? extends Log> logs, final @Nullable Log snapshotLog,
        final StateMemory memory, final ShardCounters counters)
    {
        this.memory = memory;
        distinct = new DistinctBatch(memory);
        this.counters = counters;
        readers = new Log.Reader[exchanges.length];
        Arrays.setAll(readers, shard -> exchanges[shard].newReader(0));
        consumers = new Log.RecordConsumer[exchanges.length];
        Arrays.setAll(consumers, shard -> (address, length) -> onRecords(shard, address, length));
        ofAggregate = new MergedWindows[plan.aggregates().size()];
        final List<AggregatePlan> merged = merged(plan);
        if (merged.size() != logs.size())
        {
            throw new IllegalArgumentException(logs.size() + " logs for " + merged.size() + " aggregations");
        }
        aggregates = new MergedWindows[merged.size()];
        for (int i = 0; i < aggregates.length; i++)
        {
            aggregates[i] = new MergedWindows(merged.get(i), exchanges.length, logs.get(i), exchanges.length + i,
                memory, distinct, counters);
            ofAggregate[merged.get(i).id()] = aggregates[i];
        }
        isMarked = new boolean[exchanges.length];
        snapshot = snapshotLog == null ? null : new Snapshot(snapshotLog, exchanges.length);
        state = new MergeState(aggregates, counters, false);
    }

    /** The aggregations whose windows are merged, each by a writer of its own: beyond those of the shards. */
    public static List<AggregatePlan> merged(final JobPlan plan)
    {
        return plan.aggregates().stream()
            .filter(aggregate -> aggregate.grouping() != AggregatePlan.Grouping.KEYED).toList();
    }

    /** Lets the numbers of each writer's records begin at {@code number}. Called before the first duty cycle. */
    public void resumeNumbers(final long number)
    {
        for (final MergedWindows aggregate : aggregates)
        {
            aggregate.results().resume(number);
        }
    }

    /** By writer, number of the record that it makes next. Called before the first duty cycle. */
    public LongStream nextNumbers()
    {
        return Arrays.stream(aggregates).mapToLong(aggregate -> aggregate.results().nextNumber());
    }

    /**
     * What takes the batches of a snapshot of such an agent, before the first duty cycle. To be closed when all have
     * been read.
     */
    public SnapshotReader restorer()
    {
        return new SnapshotReader(roleName(), state);
    }

    /**
     * What takes the batches of a snapshot that was left by a merge agent of another number of shards, at a cut at
     * which no window was open here. To be closed when all have been read.
     */
    SnapshotReader resharder()
    {
        return new SnapshotReader(roleName(), new MergeState(aggregates, counters, true));
    }

    /** Has snapshots take no more than {@code bytes} in a duty cycle, about; for tests. */
    public void limitSnapshot(final long bytes)
    {
        if (snapshot != null)
        {
            snapshot.limit(bytes);
        }
    }

    @Override
    public String roleName()
    {
        return "merge";
    }

    @Override
    public int doWork()
    {
        if (snapshot != null && snapshot.isActive())
        {
            // Nothing is read meanwhile, so that nothing changes what is being written.
            final int written = snapshot.work();
            counters.maxSnapshotBytes().set(snapshot.maxStaged());
            return written;
        }
        // What waits goes first: while the output takes no more, nothing more is read.
        int work = emitComplete();
        for (int shard = 0; shard < readers.length && !isBlocked; shard++)
        {
            final Log.Reader reader = readers[shard];
            if (!isMarked[shard] && reader.hasMore())
            {
                isIdle = false;
                reader.poll(consumers[shard], TAIL_LIMIT);
                reader.release(reader.position());
                work++;
            }
        }
        if (work > 0 && !isBlocked)
        {
            work += emitComplete();
        }
        if (marked == readers.length && !isBlocked)
        {
            cut();
            return work + 1;
        }
        // Where nothing follows, what was made goes on at once: under load there is something in each duty cycle.
        if (!isBlocked && !isIdle && marked == 0 && !hasInput() && flush())
        {
            isIdle = true;
            return work + 1;
        }
        return work;
    }

    private boolean hasInput()
    {
        for (int shard = 0; shard < readers.length; shard++)
        {
            if (readers[shard].hasMore())
            {
                return true;
            }
        }
        return false;
    }

    private boolean flush()
    {
        boolean isFlushed = true;
        for (final MergedWindows aggregate : aggregates)
        {
            isFlushed &= aggregate.results().flush();
        }
        return isFlushed;
    }

    private void cut()
    {
        marked = 0;
        Arrays.fill(isMarked, false);
        if (snapshot != null)
        {
            state.begin(snapshot, checkpoint, checkpointEntry);
        }
    }

    private boolean onRecords(final int shard, final long address, final int length)
    {
        if (isMarked[shard])
        {
            return false;
        }
        for (long at = RecordDescriptor.firstRecord(address); at < address + length;
            at = RecordDescriptor.nextRecord(at))
        {
            final long payload = RecordDescriptor.payload(at);
            final long first = Memory.getLong(payload);
            if (RecordDescriptor.kind(at) == PartialWriter.CHECKPOINT)
            {
                isMarked[shard] = true;
                marked++;
                checkpoint = first;
                checkpointEntry = Memory.getLong(payload + 8);
                continue;
            }
            final MergedWindows aggregate = ofAggregate[RecordDescriptor.id(at)];
            if (aggregate == null)
            {
                throw new IllegalStateException("aggregation " + RecordDescriptor.id(at) + " has a key");
            }
            switch (RecordDescriptor.kind(at))
            {
                case PartialWriter.PARTIAL -> aggregate.merge(first, payload + 8);
                case PartialWriter.VALUE -> aggregate.value(first, Memory.getInt(payload + 8), payload + 16,
                    Memory.getInt(payload + 12));
                case PartialWriter.PROGRESS -> aggregate.progress(shard, first, Memory.getLong(payload + 8));
                default -> throw new IllegalStateException("exchange record kind " + RecordDescriptor.kind(at));
            }
        }
        distinct.apply();
        return true;
    }

    private int emitComplete()
    {
        int work = 0;
        isBlocked = false;
        for (final MergedWindows aggregate : aggregates)
        {
            final int emitted = aggregate.emitComplete();
            if (emitted > 0)
            {
                isIdle = false;
            }
            work += emitted;
            isBlocked |= aggregate.isBlocked();
        }
        return work;
    }

    /** Whether everything that the shards have handed over up to now has been emitted and handed on. */
    public boolean isSettled()
    {
        // Looked at behind the input too: what came in between is not settled.
        return isIdle && !hasInput() && isIdle;
    }

    public ShardCounters counters()
    {
        return counters;
    }

    @Override
    public void onClose()
    {
        if (!isClosed)
        {
            isClosed = true;
            for (final MergedWindows aggregate : aggregates)
            {
                aggregate.close();
            }
            if (snapshot != null)
            {
                snapshot.close();
            }
            memory.close();
        }
    }
}
