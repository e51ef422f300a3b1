package io.millrace.engine.shard;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Memory;
import io.millrace.codecs.Sidecar;
import io.millrace.engine.kernel.AggregateInput;
import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.snapshot.SnapshotDescriptor;
import io.millrace.engine.state.DistinctBatch;
import io.millrace.engine.state.Slice;
import io.millrace.engine.state.StateMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A tumbling-window aggregation at one shard. Rows are worked in batches, {@link KeyedRows}, and in passes, so that
 * memory loads overlap: touch the rows; window, lateness, key and hash; find their entries; accumulate; then the
 * distinct sets, touched and added to. A window closes when the watermark reaches its end − 1 ms: its slice joins the
 * queue of slices that a {@link WindowDrain} empties in budgeted steps.
 *
 * <p><b>Threading:</b> one shard. <b>Allocation:</b> none in steady state; a slice is made for each window that is open
 * at once, and used again. <b>Source:</b> four passes and one line per key from this project's feasibility notes.
 */
final class WindowAggregate
{
    private final AggregatePlan plan;
    private final StateMemory memory;
    private final @Nullable Snapshot snapshot;
    private final DistinctBatch distinct;
    private final long sizeMs;
    private final long offsetMs;
    private final Long2ObjectHashMap<Slice> open = new Long2ObjectHashMap<>();
    private final ArrayDeque<Slice> closed = new ArrayDeque<>();
    private final ArrayDeque<Slice> free = new ArrayDeque<>();
    private final Consumer<Slice> addSize = this::addSize;
    private final KeyedRows rows;
    private @Nullable Slice last;
    private @Nullable Slice newest;
    private long lastStart;
    private long watermark = Kernel.NO_TIME;
    private long keys;
    private long slots;
    /** What the touch passes read; kept so that the loads can't be dropped. */
    private long touched;

    WindowAggregate(final AggregatePlan plan, final StateMemory memory, final @Nullable Snapshot snapshot)
    {
        this.snapshot = snapshot;
        this.plan = plan;
        this.memory = memory;
        distinct = new DistinctBatch(memory);
        rows = new KeyedRows(plan.grouping() == AggregatePlan.Grouping.KEYED);
        sizeMs = plan.window().sizeMs();
        offsetMs = plan.window().offsetMs();
    }

    AggregatePlan plan()
    {
        return plan;
    }

    long watermark()
    {
        return watermark;
    }

    /** Slices that have closed, the next to drain first. */
    ArrayDeque<Slice> closed()
    {
        return closed;
    }

    /** Takes back a drained slice. */
    void recycle(final Slice slice)
    {
        slice.end();
        free.addLast(slice);
    }

    /**
     * Applies rows of one pipeline.
     *
     * @param entry  first entry of the sidecar's list to look at.
     * @param end    one past the last.
     * @param others least watermark of all that feeds this aggregation, the block's own partition aside.
     * @param before the partition's watermark before this block.
     * @return the entry to go on with: {@code end}, or less where the output takes no more late rows now.
     */
    int apply(
        final Block block, final AggregateInput input, final int pipeline, final int entry, final int end,
        final long others, final long before, final Output output, final ShardCounters counters)
    {
        int at = entry;
        while (at < end)
        {
            if (snapshot != null && !snapshot.hasRoom())
            {
                return at;
            }
            final int next = batch(block, input, pipeline, at, Math.min(end, at + KeyedRows.CAPACITY), others, before,
                output, counters);
            if (next == at)
            {
                return at;
            }
            at = next;
        }
        return end;
    }

    private int batch(
        final Block block, final AggregateInput input, final int pipeline, final int begin, final int end,
        final long others, final long before, final Output output, final ShardCounters counters)
    {
        final Sidecar sidecar = block.sidecar();
        final long base = block.address();
        touched = touchRows(sidecar, base, begin, end);
        final long size = sizeMs;
        rows.clear();
        int step = 0;
        final int steps = sidecar.stepCount();
        int nextStepOffset = steps == 0 ? Integer.MAX_VALUE : sidecar.stepFrameOffset(0);
        long own = before;
        long now = Math.max(watermark, Math.min(others, own));
        int at = begin;
        for (; at < end; at++)
        {
            final int offset = sidecar.frameOffset(at);
            while (nextStepOffset < offset)
            {
                own = sidecar.stepWatermark(step++);
                now = Math.max(watermark, Math.min(others, own));
                nextStepOffset = step == steps ? Integer.MAX_VALUE : sidecar.stepFrameOffset(step);
            }
            final long row = base + offset + BlockDescriptor.FRAME_HEADER_LENGTH;
            final long time = input.windowTime(row);
            final long start = last != null && time >= lastStart && time - lastStart < size ? lastStart :
                time - Math.floorMod(time - offsetMs, size);
            if (start + size - 1 <= now)
            {
                if (!output.late(pipeline, block, offset, start))
                {
                    break;
                }
                counters.late()[pipeline].add(1);
                continue;
            }
            // What a new slice begins with follows from the newest one, which must not lack rows of this batch: else it
            // would follow from where batches end, and so from when the output had room.
            final Slice slice = last != null && start == lastStart ? last : slice(start, rows.count() == 0);
            if (slice == null || !rows.add(input, row, slice))
            {
                break;
            }
        }
        rows.find();
        if (snapshot != null && snapshot.isActive())
        {
            rows.preserve();
        }
        rows.accumulate(input);
        distinct.apply();
        counters.applied()[pipeline].add(rows.count());
        return at;
    }

    /** Reads the beginning of each row. */
    private static long touchRows(final Sidecar sidecar, final long base, final int begin, final int end)
    {
        long sum = 0;
        for (int i = begin; i < end; i++)
        {
            sum += Memory.getLong(base + sidecar.frameOffset(i) + BlockDescriptor.FRAME_HEADER_LENGTH);
        }
        return sum;
    }

    /** The open slice of a window; a new one if {@code mayBegin}, else null, where there is none. */
    private @Nullable Slice slice(final long start, final boolean mayBegin)
    {
        Slice slice = open.get(start);
        if (slice == null)
        {
            if (!mayBegin)
            {
                return null;
            }
            slice = free.isEmpty() ? new Slice(memory, plan, distinct) : free.removeFirst();
            slice.begin(start);
            if (newest != null)
            {
                slice.table().sizeLike(newest.table());
            }
            newest = slice;
            open.put(start, slice);
        }
        last = slice;
        lastStart = start;
        return slice;
    }

    /** Raises the watermark and closes every window that it has reached, the earliest first. */
    void advance(final long newWatermark)
    {
        if (newWatermark <= watermark)
        {
            return;
        }
        watermark = newWatermark;
        while (!open.isEmpty())
        {
            long earliest = Long.MAX_VALUE;
            final Long2ObjectHashMap<Slice>.KeyIterator starts = open.keySet().iterator();
            while (starts.hasNext())
            {
                earliest = Math.min(earliest, starts.nextLong());
            }
            if (earliest + sizeMs - 1 > watermark)
            {
                return;
            }
            closed.addLast(open.remove(earliest));
            last = null;
        }
    }

    /** Counts anew what {@link #keys()} and {@link #slots()} say. */
    void size()
    {
        keys = 0;
        slots = 0;
        final Long2ObjectHashMap<Slice>.ValueIterator slices = open.values().iterator();
        while (slices.hasNext())
        {
            addSize(slices.next());
        }
        closed.forEach(addSize);
    }

    private void addSize(final Slice slice)
    {
        keys += slice.table().size();
        slots += slice.table().slots();
    }

    /** Keys of all windows, each as often as it is in one. */
    long keys()
    {
        return keys;
    }

    /** Slots of all windows' tables. */
    long slots()
    {
        return slots;
    }

    /** Every slice that holds anything: the closed ones in the order of draining, then the open ones by time. */
    List<Slice> slices()
    {
        final List<Slice> all = new ArrayList<>(open.values());
        all.sort(Comparator.comparingLong(Slice::windowStart));
        all.addAll(0, closed);
        return all;
    }

    /** Which of {@code slices} is the newest, whose sizes the next one begins with; or a code for none of them. */
    int newest(final List<Slice> slices)
    {
        return newest == null ? SnapshotDescriptor.NONE :
            slices.contains(newest) ? slices.indexOf(newest) : SnapshotDescriptor.DRAINED;
    }

    void restore(final long restoredWatermark)
    {
        watermark = restoredWatermark;
    }

    /** Makes an empty slice as it was in a snapshot, in its order. */
    Slice restoreSlice(final long start, final boolean isClosed)
    {
        final Slice slice = new Slice(memory, plan, distinct);
        slice.begin(start);
        if (isClosed)
        {
            closed.addLast(slice);
        }
        else
        {
            open.put(start, slice);
        }
        return slice;
    }

    /** The open slice of a window, made where there is none, for what other shards have left. */
    Slice joined(final long start)
    {
        Slice slice = open.get(start);
        if (slice == null)
        {
            slice = restoreSlice(start, false);
            if (newest == null || newest.windowStart() < start)
            {
                newest = slice;
            }
        }
        return slice;
    }

    /**
     * Says whose sizes the next slice begins with.
     *
     * @param isDrained whether that is a slice which has been drained since.
     */
    void restoreNewest(final @Nullable Slice slice, final boolean isDrained)
    {
        newest = slice;
        if (isDrained)
        {
            newest = new Slice(memory, plan, distinct);
            free.addLast(newest);
        }
    }

    void close()
    {
        rows.close();
    }
}
