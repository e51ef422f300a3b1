package io.millrace.engine.shard;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.AggregateOutput;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.log.RecordWriter;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.state.DistinctBatch;
import io.millrace.engine.state.Slice;
import io.millrace.engine.state.StateMemory;
import java.util.ArrayDeque;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * The far end of the exchange: merges each shard's partials of windows without a key, and emits a window once every
 * shard has handed over all that starts before its end. What is merged here does not depend on order; sums that do are
 * kept in one group and arrive as one partial.
 *
 * <p><b>Threading:</b> one thread; {@link #isSettled} is for all. <b>Allocation:</b> none in steady state; a slice is
 * made for each window that is open at once, and used again.
 */
public final class MergeAgent implements Agent
{
    private static final int TAIL_LIMIT = 16;

    private final Log[] exchanges;
    private final Log.Reader[] readers;
    private final Log.RecordConsumer[] consumers;
    private final AggregatePlan[] plans;
    private final AggregateOutput[] kernels;
    /** By aggregate: open windows by start. */
    private final Long2ObjectHashMap<Slice>[] windows;
    /** By aggregate: slices of windows that have been emitted, to be used again. */
    private final ArrayDeque<Slice>[] free;
    /** By aggregate and shard: windows that start before this have been handed over. */
    private final long[][] progress;
    private final RecordWriter results;
    private final Output output;
    private final ShardCounters counters;
    private final StateMemory memory;
    private final DistinctBatch distinct;
    private long partial;
    private int partialLength;
    /** Whether a complete window waits for the output to take more. */
    private boolean isBlocked;
    /** Written after everything read so far has been emitted and handed on. */
    private volatile boolean isIdle = true;
    private boolean isClosed;

    /**
     * @param exchanges one from each shard, in the order of shards.
     * @param log       this agent's output log.
     */
    @SuppressWarnings({"unchecked", "rawtypes"})
    public MergeAgent(
        final JobPlan plan, final Log[] exchanges, final Log log, final StateMemory memory,
        final ShardCounters counters)
    {
        this.exchanges = exchanges.clone();
        this.memory = memory;
        distinct = new DistinctBatch(memory);
        this.counters = counters;
        readers = new Log.Reader[exchanges.length];
        java.util.Arrays.setAll(readers, shard -> exchanges[shard].newReader(0));
        consumers = new Log.RecordConsumer[exchanges.length];
        java.util.Arrays.setAll(consumers, shard -> (address, length) -> onRecords(shard, address, length));
        plans = plan.aggregates().toArray(new AggregatePlan[0]);
        kernels = new AggregateOutput[plans.length];
        windows = new Long2ObjectHashMap[plans.length];
        free = new ArrayDeque[plans.length];
        progress = new long[plans.length][exchanges.length];
        for (int i = 0; i < plans.length; i++)
        {
            kernels[i] = plans[i].output().get();
            windows[i] = new Long2ObjectHashMap<>();
            free[i] = new ArrayDeque<>();
            java.util.Arrays.fill(progress[i], Kernel.NO_TIME);
        }
        results = new RecordWriter(log, exchanges.length, 64 * 1024);
        output = new Output(results);
        partialLength = 4096;
        partial = Memory.allocate(partialLength);
    }

    @Override
    public String roleName()
    {
        return "merge";
    }

    @Override
    public int doWork()
    {
        // What waits goes first: while the output takes no more, nothing more is read.
        int work = emitComplete();
        for (int shard = 0; shard < exchanges.length && !isBlocked; shard++)
        {
            final Log.Reader reader = readers[shard];
            if (exchanges[shard].commitPosition() > reader.position())
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
        if (work == 0 && !isBlocked && !isIdle && results.flush())
        {
            isIdle = true;
            return 1;
        }
        return work;
    }

    private boolean onRecords(final int shard, final long address, final int length)
    {
        for (long at = RecordDescriptor.firstRecord(address); at < address + length;
            at = RecordDescriptor.nextRecord(at))
        {
            final int aggregate = RecordDescriptor.id(at);
            final long payload = RecordDescriptor.payload(at);
            final long first = Memory.getLong(payload);
            switch (RecordDescriptor.kind(at))
            {
                case PartialWriter.PARTIAL -> merge(aggregate, window(aggregate, first), payload + 8);
                case PartialWriter.VALUE ->
                {
                    final Slice slice = window(aggregate, first);
                    final int set = Memory.getInt(payload + 8);
                    slice.addDistinct(set, accumulators(slice) + plans[aggregate].distinctSets().get(set).slotOffset(),
                        payload + 16, Memory.getInt(payload + 12));
                }
                case PartialWriter.PROGRESS -> progress[aggregate][shard] = first;
                default -> throw new IllegalStateException("exchange record kind " + RecordDescriptor.kind(at));
            }
        }
        distinct.apply();
        return true;
    }

    private Slice window(final int aggregate, final long start)
    {
        Slice slice = windows[aggregate].get(start);
        if (slice == null)
        {
            slice = free[aggregate].isEmpty() ? new Slice(memory, plans[aggregate], distinct) :
                free[aggregate].removeFirst();
            slice.begin(start);
            windows[aggregate].put(start, slice);
        }
        return slice;
    }

    private static long accumulators(final Slice slice)
    {
        return slice.table().findOrInsert(0, 0, 0) + slice.table().accumulatorOffset();
    }

    /** Merges a partial: its strings stay where the record has them; its distinct values come as records. */
    private void merge(final int aggregate, final Slice slice, final long from)
    {
        final AggregatePlan plan = plans[aggregate];
        if (partialLength < plan.accumulatorLength())
        {
            Memory.free(partial);
            partialLength = plan.accumulatorLength();
            partial = Memory.allocate(partialLength);
        }
        Memory.copy(from, partial, plan.accumulatorLength());
        long at = from + plan.accumulatorLength();
        for (int i = 0; i < plan.stringSlots().size(); i++)
        {
            final long slot = partial + plan.stringSlots().get(i);
            final int length = Memory.getInt(at);
            at += 4;
            Slice.point(slot, at, length);
            at += Math.max(0, length);
        }
        kernels[aggregate].merge(partial, accumulators(slice), slice);
    }

    private int emitComplete()
    {
        int work = 0;
        isBlocked = false;
        for (int i = 0; i < plans.length; i++)
        {
            long complete = Long.MAX_VALUE;
            for (final long handedOver : progress[i])
            {
                complete = Math.min(complete, handedOver);
            }
            Slice slice = earliest(windows[i]);
            while (slice != null && slice.windowStart() < complete)
            {
                if (!emit(i, slice))
                {
                    isBlocked = true;
                    return work;
                }
                isIdle = false;
                release(i, slice);
                windows[i].remove(slice.windowStart());
                work++;
                slice = earliest(windows[i]);
            }
        }
        return work;
    }

    /** The earliest of the few windows that are open, or null. */
    private static @Nullable Slice earliest(final Long2ObjectHashMap<Slice> windows)
    {
        if (windows.isEmpty())
        {
            return null;
        }
        long earliest = Long.MAX_VALUE;
        final Long2ObjectHashMap<Slice>.KeyIterator starts = windows.keySet().iterator();
        while (starts.hasNext())
        {
            earliest = Math.min(earliest, starts.nextLong());
        }
        return windows.get(earliest);
    }

    private boolean emit(final int aggregate, final Slice slice)
    {
        final AggregatePlan plan = plans[aggregate];
        final AggregateOutput kernel = kernels[aggregate];
        final long accumulators = accumulators(slice);
        int wanted = 64;
        while (true)
        {
            if (!results.hasRoom(wanted))
            {
                return false;
            }
            final int length = kernel.emit(0, accumulators, slice.windowStart(), slice.windowEnd(), results.payload(),
                results.room(), slice);
            if (length >= 0)
            {
                results.commit(RecordDescriptor.RESULT, plan.statement(), length);
                counters.results()[plan.statement()].add(1);
                return true;
            }
            if (length == Kernel.FILTERED)
            {
                return true;
            }
            final boolean isLarge = length == Kernel.FULL;
            if (!isLarge || results.room() >= results.maxPayload())
            {
                final int failure = isLarge ? Failure.ROW_TOO_LARGE.ordinal() : kernel.failure();
                if (!output.deadResult(aggregate, failure, isLarge ? -1 : kernel.failureSite(), slice.windowStart(),
                    0, 0))
                {
                    return false;
                }
                counters.deadResults()[plan.statement()].add(1);
                return true;
            }
            wanted = Math.min(results.maxPayload(), results.room() * 2 + 64);
        }
    }

    private void release(final int aggregate, final Slice slice)
    {
        slice.clear(slice.table().findOrInsert(0, 0, 0));
        slice.table().releaseGroup(0);
        for (int set = 0; set < plans[aggregate].distinctSets().size(); set++)
        {
            slice.dictionary(set).drain(0, Integer.MAX_VALUE);
        }
        free[aggregate].addLast(slice);
    }

    /** Whether everything that the shards have handed over up to now has been emitted and handed on. */
    public boolean isSettled()
    {
        if (!isIdle)
        {
            return false;
        }
        for (int shard = 0; shard < exchanges.length; shard++)
        {
            if (exchanges[shard].commitPosition() > readers[shard].position())
            {
                return false;
            }
        }
        return isIdle;
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
            for (final AggregateOutput kernel : kernels)
            {
                kernel.close();
            }
            Memory.free(partial);
            results.close();
            memory.close();
        }
    }
}
