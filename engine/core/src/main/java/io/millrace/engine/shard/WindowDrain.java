package io.millrace.engine.shard;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.AggregateOutput;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.log.RecordWriter;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.snapshot.SnapshotWriter;
import io.millrace.engine.state.KeyTable;
import io.millrace.engine.state.Slice;
import org.jspecify.annotations.Nullable;

/**
 * Empties the closed slices of one aggregation, slot by slot within a budget: each entry becomes a result, or a partial
 * for the exchange, and is cleared on the way.
 *
 * <p><b>Threading:</b> one shard. The place in the slice is state: what is drained for a ring entry depends on the ring
 * alone, never on time.
 */
final class WindowDrain
{
    private final AggregatePlan plan;
    private final WindowAggregate aggregate;
    private final AggregateOutput kernel;
    private final Output output;
    private final PartialWriter partials;
    private final ShardCounters counters;
    private final @Nullable Snapshot snapshot;
    private final boolean isKeyed;
    private int group;
    private int slot;
    private int set;
    private int setSlot;

    WindowDrain(
        final WindowAggregate aggregate, final Output output, final PartialWriter partials,
        final ShardCounters counters, final @Nullable Snapshot snapshot)
    {
        this.snapshot = snapshot;
        this.aggregate = aggregate;
        this.output = output;
        this.partials = partials;
        this.counters = counters;
        plan = aggregate.plan();
        kernel = plan.output().get();
        isKeyed = plan.grouping() == AggregatePlan.Grouping.KEYED;
    }

    /** Whether nothing waits to be drained. */
    boolean isEmpty()
    {
        return aggregate.closed().isEmpty();
    }

    /**
     * Drains up to {@code budget} slots.
     *
     * @return what is left of the budget, or −1 − that where the output takes no more now.
     */
    long drain(final long budget)
    {
        long left = budget;
        while (left > 0 && !aggregate.closed().isEmpty())
        {
            final Slice slice = aggregate.closed().peekFirst();
            if (group < KeyTable.GROUPS)
            {
                left = isKeyed ? drainGroups(slice, left) : exportPartial(slice, left);
                if (left < 0)
                {
                    return left;
                }
            }
            if (group == KeyTable.GROUPS)
            {
                left = drainDictionaries(slice, left);
                if (left < 0)
                {
                    return left;
                }
                if (set == plan.distinctSets().size())
                {
                    aggregate.closed().removeFirst();
                    aggregate.recycle(slice);
                    group = 0;
                    slot = 0;
                    set = 0;
                    setSlot = 0;
                }
            }
        }
        return left;
    }

    private long drainGroups(final Slice slice, final long budget)
    {
        final KeyTable table = slice.table();
        long left = budget;
        while (group < KeyTable.GROUPS)
        {
            final int slots = table.slots(group);
            while (slot < slots)
            {
                if (left == 0)
                {
                    return 0;
                }
                final long entry = table.entryAt(group, slot);
                if (entry != 0)
                {
                    if (snapshot != null && !snapshot.hasRoom() || !emit(slice, entry))
                    {
                        return -1 - left;
                    }
                    slice.preserve(group, entry);
                    slice.clear(entry);
                }
                slot++;
                left--;
            }
            table.releaseGroup(group);
            group++;
            slot = 0;
        }
        return left;
    }

    private boolean emit(final Slice slice, final long entry)
    {
        final KeyTable table = slice.table();
        final RecordWriter writer = output.writer();
        int wanted = 64;
        while (true)
        {
            if (!writer.hasRoom(wanted))
            {
                return false;
            }
            final int length = kernel.emit(table.key(entry), entry + table.accumulatorOffset(), slice.windowStart(),
                slice.windowEnd(), writer.payload(), writer.room(), slice);
            if (length >= 0)
            {
                writer.commit(RecordDescriptor.RESULT, plan.statement(), length);
                counters.results()[plan.statement()].add(1);
                return true;
            }
            if (length == Kernel.FILTERED)
            {
                return true;
            }
            if (length == Kernel.DEAD)
            {
                return dead(slice, entry, kernel.failure(), kernel.failureSite());
            }
            if (writer.room() >= writer.maxPayload())
            {
                return dead(slice, entry, Failure.ROW_TOO_LARGE.ordinal(), -1);
            }
            wanted = Math.min(writer.maxPayload(), writer.room() + 64 + (writer.isEmpty() ? writer.room() : 0));
        }
    }

    private boolean dead(final Slice slice, final long entry, final int failure, final int site)
    {
        if (!output.deadResult(plan.id(), failure, site, slice.windowStart(), slice.table().key(entry),
            KeyTable.keyLength(entry)))
        {
            return false;
        }
        counters.deadResults()[plan.statement()].add(1);
        return true;
    }

    /** The one entry of a window without a key goes to the exchange: its accumulators, then its distinct values. */
    private long exportPartial(final Slice slice, final long budget)
    {
        final KeyTable table = slice.table();
        long left = budget;
        if (slot == 0)
        {
            final long entry = table.findOrInsert(0, 0, 0);
            if (!partials.accumulators(slice, entry + table.accumulatorOffset()))
            {
                return -1 - left;
            }
            slot = 1;
            left--;
        }
        while (set < plan.distinctSets().size())
        {
            final int slots = slice.dictionary(set).slots();
            while (setSlot < slots)
            {
                if (left == 0)
                {
                    return 0;
                }
                final long value = slice.dictionary(set).slotAt(setSlot);
                if (value != 0 && !partials.value(slice.windowStart(), set, value))
                {
                    return -1 - left;
                }
                setSlot++;
                left--;
            }
            set++;
            setSlot = 0;
        }
        final long entry = table.findOrInsert(0, 0, 0);
        slice.preserve(0, entry);
        slice.clear(entry);
        table.releaseGroup(0);
        group = KeyTable.GROUPS;
        set = 0;
        return left;
    }

    private long drainDictionaries(final Slice slice, final long budget)
    {
        long left = budget;
        while (set < plan.distinctSets().size())
        {
            if (snapshot != null && !snapshot.hasRoom())
            {
                return -1 - left;
            }
            final int slots = slice.dictionary(set).slots();
            final int end = slice.dictionary(set).drain(setSlot, (int)Math.min(left, Integer.MAX_VALUE));
            left -= end - setSlot;
            if (end < slots)
            {
                setSlot = end;
                return 0;
            }
            setSlot = 0;
            set++;
        }
        return left;
    }

    /** The place, as a snapshot has it. */
    void write(final SnapshotWriter writer)
    {
        writer.putInt(group);
        writer.putInt(slot);
        writer.putInt(set);
        writer.putInt(setSlot);
    }

    void restore(final long place)
    {
        group = Memory.getInt(place);
        slot = Memory.getInt(place + 4);
        set = Memory.getInt(place + 8);
        setSlot = Memory.getInt(place + 12);
    }

    void close()
    {
        kernel.close();
    }
}
