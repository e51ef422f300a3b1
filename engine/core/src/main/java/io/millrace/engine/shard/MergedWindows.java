package io.millrace.engine.shard;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.AggregateOutput;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.log.RecordWriter;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.state.DistinctBatch;
import io.millrace.engine.state.Slice;
import io.millrace.engine.state.StateMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one aggregation without a key at the merge agent, and its writer: windows leave in the order of their
 * time, each once every shard has handed over all that starts before its end, so that the numbers of results don't
 * depend on which shard is quicker.
 *
 * <p><b>Threading:</b> the merge agent. <b>Allocation:</b> none in steady state; a slice is made for each window that
 * is open at once, and used again.
 */
final class MergedWindows implements AutoCloseable
{
    private final AggregatePlan plan;
    private final AggregateOutput kernel;
    private final StateMemory memory;
    private final DistinctBatch distinct;
    /** Open windows by start. */
    private final Long2ObjectHashMap<Slice> windows = new Long2ObjectHashMap<>();
    /** Slices of windows that have been emitted, to be used again. */
    private final ArrayDeque<Slice> free = new ArrayDeque<>();
    /** By shard: windows that start before this have been handed over. */
    private final long[] progress;
    private final RecordWriter results;
    private final Output output;
    private final ShardCounters counters;
    private long partial;
    /** The last ring entry that has brought progress. */
    private long entry;
    /** Whether a complete window waits for the output to take more. */
    private boolean isBlocked;

    MergedWindows(
        final AggregatePlan plan, final int shards, final Log log, final int writer, final StateMemory memory,
        final DistinctBatch distinct, final ShardCounters counters)
    {
        this.plan = plan;
        this.memory = memory;
        this.distinct = distinct;
        this.counters = counters;
        kernel = plan.output().get();
        progress = new long[shards];
        Arrays.fill(progress, Kernel.NO_TIME);
        results = new RecordWriter(log, writer, 64 * 1024);
        output = new Output(results);
        partial = Memory.allocate(plan.accumulatorLength());
    }

    AggregatePlan plan()
    {
        return plan;
    }

    RecordWriter results()
    {
        return results;
    }

    /** By shard: windows that start before this have been handed over. */
    long[] progress()
    {
        return progress;
    }

    long entry()
    {
        return entry;
    }

    /** Windows that are open, by time. */
    List<Slice> slices()
    {
        final List<Slice> all = new ArrayList<>(windows.values());
        all.sort(Comparator.comparingLong(Slice::windowStart));
        return all;
    }

    /** A shard has handed over all windows that start before {@code start}, by the ring entry {@code atEntry}. */
    void progress(final int shard, final long start, final long atEntry)
    {
        progress[shard] = start;
        entry = Math.max(entry, atEntry);
    }

    /** The window that begins at {@code start}. */
    Slice window(final long start)
    {
        Slice slice = windows.get(start);
        if (slice == null)
        {
            slice = free.isEmpty() ? new Slice(memory, plan, distinct) : free.removeFirst();
            slice.begin(start);
            windows.put(start, slice);
        }
        return slice;
    }

    static long accumulators(final Slice slice)
    {
        return slice.table().findOrInsert(0, 0, 0) + slice.table().accumulatorOffset();
    }

    /** Adds a value of one of the window's distinct sets. */
    void value(final long start, final int set, final long address, final int length)
    {
        final Slice slice = window(start);
        slice.addDistinct(set, accumulators(slice) + plan.distinctSets().get(set).slotOffset(), address, length);
    }

    /** Merges a partial: its strings stay where the record has them; its distinct values come as records. */
    void merge(final long start, final long from)
    {
        final Slice slice = window(start);
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
        kernel.merge(partial, accumulators(slice), slice);
    }

    /** Emits the windows that are complete, as far as the output takes them: how many. */
    int emitComplete()
    {
        isBlocked = false;
        long complete = Long.MAX_VALUE;
        for (final long handedOver : progress)
        {
            complete = Math.min(complete, handedOver);
        }
        int work = 0;
        Slice slice = earliest();
        while (slice != null && slice.windowStart() < complete)
        {
            results.turnTo(entry);
            if (!emit(slice))
            {
                isBlocked = true;
                return work;
            }
            release(slice);
            windows.remove(slice.windowStart());
            work++;
            slice = earliest();
        }
        return work;
    }

    /** Whether a complete window waits for the output to take more. */
    boolean isBlocked()
    {
        return isBlocked;
    }

    /** The earliest of the few windows that are open, or null. */
    private @Nullable Slice earliest()
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

    private boolean emit(final Slice slice)
    {
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
                if (!output.deadResult(plan.id(), failure, isLarge ? -1 : kernel.failureSite(), slice.windowStart(),
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

    private void release(final Slice slice)
    {
        slice.clear(slice.table().findOrInsert(0, 0, 0));
        slice.table().releaseGroup(0);
        for (int set = 0; set < plan.distinctSets().size(); set++)
        {
            slice.dictionary(set).drain(0, Integer.MAX_VALUE);
        }
        free.addLast(slice);
    }

    @Override
    public void close()
    {
        if (partial != 0)
        {
            kernel.close();
            Memory.free(partial);
            partial = 0;
            results.close();
        }
    }
}
