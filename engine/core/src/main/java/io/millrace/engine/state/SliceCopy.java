package io.millrace.engine.state;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.AggregateOutput;
import io.millrace.engine.plan.AggregatePlan;

/**
 * Brings the entries of a slice into slices of other shards, by what they mean: keys find new places, distinct values
 * get the numbers that the other slices give them.
 *
 * <p><b>Threading:</b> one thread. <b>Cost:</b> 8 bytes for each distinct value while it lasts.
 */
public final class SliceCopy
{
    private final AggregatePlan plan;
    private final Slice from;
    /** By distinct set and number: the slot of the value. */
    private final long[][] values;
    private int[] ids = new int[64];

    public SliceCopy(final AggregatePlan plan, final Slice from)
    {
        this.plan = plan;
        this.from = from;
        values = new long[from.dictionaries()][];
        for (int set = 0; set < values.length; set++)
        {
            final Dictionary dictionary = from.dictionary(set);
            values[set] = new long[dictionary.count()];
            for (int i = 0; i < dictionary.slots(); i++)
            {
                final long slot = dictionary.slotAt(i);
                if (slot != 0)
                {
                    values[set][Dictionary.id(slot)] = slot;
                }
            }
        }
    }

    /** Adds an entry to a slice that has none of its key. */
    public void add(final long entry, final Slice to)
    {
        final long key = from.table().key(entry);
        final int keyLength = KeyTable.keyLength(entry);
        final long accumulators = entry + from.table().accumulatorOffset();
        final long into = to.table().findOrInsert(Memory.hash(key, keyLength), key, keyLength) +
            to.table().accumulatorOffset();
        Memory.copy(accumulators, into, plan.accumulatorLength());
        for (final AggregatePlan.DistinctSet set : plan.distinctSets())
        {
            Memory.fill(into + set.slotOffset(), set.slotLength(), (byte)0);
        }
        for (final int offset : plan.stringSlots())
        {
            Memory.putLong(into + offset, 0);
            Memory.putLong(into + offset + 8, 0);
            if (from.hasString(accumulators + offset))
            {
                to.setString(into + offset, from.stringAddress(accumulators + offset),
                    from.stringLength(accumulators + offset));
            }
        }
        addDistinct(accumulators, into, to);
    }

    /** Merges the one entry of a window without a key into that of another slice, which may be new. */
    public void merge(final long entry, final Slice to, final AggregateOutput kernel)
    {
        final long accumulators = entry + from.table().accumulatorOffset();
        final long into = to.table().findOrInsert(0, 0, 0) + to.table().accumulatorOffset();
        kernel.merge(accumulators, into, to);
        addDistinct(accumulators, into, to);
    }

    private void addDistinct(final long accumulators, final long into, final Slice to)
    {
        for (int set = 0; set < values.length; set++)
        {
            final AggregatePlan.DistinctSet shape = plan.distinctSets().get(set);
            final long slot = accumulators + shape.slotOffset();
            final int count = DistinctSet.count(slot);
            if (ids.length < count)
            {
                ids = new int[Math.max(count, 2 * ids.length)];
            }
            DistinctSet.ids(slot, ids);
            for (int i = 0; i < count; i++)
            {
                final long value = values[set][ids[i]];
                to.addNewDistinct(
                    set, into + shape.slotOffset(), Dictionary.value(value), Dictionary.length(value));
            }
        }
    }
}
