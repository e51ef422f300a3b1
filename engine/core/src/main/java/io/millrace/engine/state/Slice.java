package io.millrace.engine.state;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Accumulators;
import io.millrace.engine.plan.AggregatePlan;

/**
 * The state of one window of one aggregation at one shard: its entries, its distinct values, and how far it has been
 * drained once it closed.
 *
 * <p><b>Threading:</b> one shard. <b>Ownership:</b> memory of the shard's budget; a drained slice owns none and is used
 * again for another window.
 */
public final class Slice implements Accumulators
{
    private final StateMemory memory;
    private final AggregatePlan plan;
    private final DistinctBatch distinct;
    private final KeyTable table;
    private final Dictionary[] dictionaries;
    private final int[] slotLengths;
    private final long scratch;
    private long windowStart;

    /**
     * @param distinct where values wait for {@link DistinctBatch#apply()}; shared by the slices of an aggregation.
     */
    public Slice(final StateMemory memory, final AggregatePlan plan, final DistinctBatch distinct)
    {
        this.distinct = distinct;
        this.memory = memory;
        this.plan = plan;
        table = new KeyTable(memory, plan.keyInlineLength(), plan.accumulatorLength());
        dictionaries = new Dictionary[plan.distinctSets().size()];
        slotLengths = new int[dictionaries.length];
        for (int i = 0; i < dictionaries.length; i++)
        {
            dictionaries[i] = new Dictionary(memory);
            slotLengths[i] = plan.distinctSets().get(i).slotLength();
        }
        scratch = memory.allocate(8);
    }

    /** Begins a window. */
    public void begin(final long start)
    {
        windowStart = start;
    }

    public long windowStart()
    {
        return windowStart;
    }

    public long windowEnd()
    {
        return windowStart + plan.window().sizeMs();
    }

    public KeyTable table()
    {
        return table;
    }

    public Dictionary dictionary(final int set)
    {
        return dictionaries[set];
    }

    /** Gives back what an entry's accumulators own, then the entry. */
    public void clear(final long entry)
    {
        final long accumulators = entry + table.accumulatorOffset();
        for (int i = 0; i < slotLengths.length; i++)
        {
            DistinctSet.release(accumulators + plan.distinctSets().get(i).slotOffset(), memory);
        }
        for (int i = 0; i < plan.stringSlots().size(); i++)
        {
            releaseString(accumulators + plan.stringSlots().get(i));
        }
        table.clear(entry);
    }

    // A string slot: int32 length | int32 capacity, 0 where nothing is held | address.

    @Override
    public boolean hasString(final long slot)
    {
        return Memory.getInt(slot + 4) != 0;
    }

    @Override
    public long stringAddress(final long slot)
    {
        return Memory.getLong(slot + 8);
    }

    @Override
    public int stringLength(final long slot)
    {
        return Memory.getInt(slot);
    }

    @Override
    public void setString(final long slot, final long address, final int length)
    {
        final int capacity = Memory.getInt(slot + 4);
        long held = Memory.getLong(slot + 8);
        if (length > capacity || capacity == 0)
        {
            final int bigger = Math.max(16, length + (length >> 1));
            final long moved = memory.allocate(bigger);
            releaseString(slot);
            held = moved;
            Memory.putInt(slot + 4, bigger);
            Memory.putLong(slot + 8, held);
        }
        Memory.copy(address, held, length);
        Memory.putInt(slot, length);
    }

    /** Makes a string slot outside any slice stand for bytes elsewhere; {@code length} −1 for no value. */
    public static void point(final long slot, final long address, final int length)
    {
        Memory.putInt(slot, Math.max(0, length));
        Memory.putInt(slot + 4, length < 0 ? 0 : 1);
        Memory.putLong(slot + 8, address);
    }

    private void releaseString(final long slot)
    {
        final int capacity = Memory.getInt(slot + 4);
        if (capacity != 0)
        {
            memory.clearAndRelease(Memory.getLong(slot + 8), capacity);
        }
    }

    @Override
    public void addDistinct(final int set, final long slot, final long address, final int length)
    {
        final Dictionary dictionary = dictionaries[set];
        final int id = dictionary.idOf(address, length);
        distinct.add(slot, slotLengths[set], id, dictionary.count());
    }

    @Override
    public void addDistinct(final int set, final long slot, final long value)
    {
        Memory.putLong(scratch, value);
        addDistinct(set, slot, scratch, 8);
    }

    @Override
    public long distinctCount(final int set, final long slot)
    {
        return DistinctSet.count(slot);
    }
}
