package io.millrace.engine.state;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Accumulators;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.snapshot.SnapshotWriter;
import org.jspecify.annotations.Nullable;

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
    private final int[] slotOffsets;
    private final int[] stringOffsets;
    private final long scratch;
    private long windowStart;
    /** What a snapshot still has to write of this slice, where one is under way. */
    private @Nullable SliceImage image;

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
        slotOffsets = plan.distinctSets().stream().mapToInt(AggregatePlan.DistinctSet::slotOffset).toArray();
        stringOffsets = plan.stringSlots().stream().mapToInt(Integer::intValue).toArray();
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

    boolean isKeyed()
    {
        return plan.grouping() == AggregatePlan.Grouping.KEYED;
    }

    int dictionaries()
    {
        return dictionaries.length;
    }

    /**
     * Begins an image of this slice: all that changes it must {@link #preserve} first from now on.
     *
     * @param index among the slices of its aggregation that are in the snapshot.
     */
    public SliceImage newImage(final SnapshotWriter writer, final int index, final boolean isClosed)
    {
        final SliceImage begun = new SliceImage(this, memory, writer, plan.id(), index, isClosed);
        image = begun;
        return begun;
    }

    /**
     * Reads the beginnings of what an entry keeps elsewhere, so that the loads for many entries overlap: what was read,
     * so that none can be dropped.
     */
    public long touchPieces(final long entry)
    {
        long sum = 0;
        final long accumulators = entry + table.accumulatorOffset();
        for (int i = 0; i < slotLengths.length; i++)
        {
            final long slot = accumulators + slotOffsets[i];
            if (DistinctSet.isApart(slot) != 0)
            {
                sum += Memory.getLong(Memory.getLong(slot + DistinctSet.addressOffset()));
            }
        }
        return sum;
    }

    /** Has an entry written to the snapshot that is under way, if it is not yet: it is about to change. */
    public void preserve(final int group, final long entry)
    {
        if (image != null)
        {
            image.table().preserve(group, entry);
        }
    }

    /** This slice is drained, and will be used again for another window. */
    public void end()
    {
        if (image != null)
        {
            image.detach();
        }
    }

    void forgetImage()
    {
        image = null;
        table.image(null);
        for (final Dictionary dictionary : dictionaries)
        {
            dictionary.image(null);
        }
    }

    /** Gives back what an entry's accumulators own, then the entry. */
    public void clear(final long entry)
    {
        final long accumulators = entry + table.accumulatorOffset();
        for (int i = 0; i < slotLengths.length; i++)
        {
            DistinctSet.release(accumulators + slotOffsets[i], memory);
        }
        for (int i = 0; i < stringOffsets.length; i++)
        {
            releaseString(accumulators + stringOffsets[i]);
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
    public boolean addNewDistinct(final int set, final long slot, final long address, final int length)
    {
        final Dictionary dictionary = dictionaries[set];
        final int held = DistinctSet.count(slot);
        final int id = dictionary.idOf(address, length);
        DistinctSet.add(slot, slotLengths[set], id, dictionary.count(), memory);
        return DistinctSet.count(slot) != held;
    }

    @Override
    public boolean addNewDistinct(final int set, final long slot, final long value)
    {
        Memory.putLong(scratch, value);
        return addNewDistinct(set, slot, scratch, 8);
    }

    @Override
    public long distinctCount(final int set, final long slot)
    {
        return DistinctSet.count(slot);
    }

    // The pieces that an entry keeps elsewhere, in the order in which snapshots have them: its key, its distinct sets,
    // its strings.

    /** Makes zero of the addresses in a copy of an entry: bytes of what the entry keeps there. */
    long blankAddresses(final long entry, final long copy)
    {
        long bytes = table.apartKeyLength(entry);
        if (bytes != 0)
        {
            Memory.putLong(copy + KeyTable.keyOffset(), 0);
        }
        final int accumulators = table.accumulatorOffset();
        for (int i = 0; i < slotLengths.length; i++)
        {
            final int offset = accumulators + slotOffsets[i];
            final long apart = DistinctSet.apartLength(entry + offset);
            if (apart != 0)
            {
                bytes += apart;
                Memory.putLong(copy + offset + DistinctSet.addressOffset(), 0);
            }
        }
        for (int i = 0; i < stringOffsets.length; i++)
        {
            final int offset = accumulators + stringOffsets[i];
            if (hasString(entry + offset))
            {
                bytes += stringLength(entry + offset);
                Memory.putLong(copy + offset + 8, 0);
            }
        }
        return bytes;
    }

    void putPieces(final long entry, final SnapshotWriter writer)
    {
        final int keyLength = table.apartKeyLength(entry);
        if (keyLength != 0)
        {
            writer.put(table.key(entry), keyLength);
        }
        final long accumulators = entry + table.accumulatorOffset();
        for (int i = 0; i < slotLengths.length; i++)
        {
            final long slot = accumulators + slotOffsets[i];
            final long apart = DistinctSet.apartLength(slot);
            if (apart != 0)
            {
                writer.put(Memory.getLong(slot + DistinctSet.addressOffset()), apart);
            }
        }
        for (int i = 0; i < stringOffsets.length; i++)
        {
            final long slot = accumulators + stringOffsets[i];
            if (hasString(slot))
            {
                writer.put(stringAddress(slot), stringLength(slot));
            }
        }
    }

    /** Gives a restored entry its pieces from {@code from} on: where the next begin, −1 where they don't fit. */
    long restorePieces(final long entry, final long from, final long end)
    {
        long at = restorePiece(entry + KeyTable.keyOffset(), from, end, table.apartKeyLength(entry), 0);
        final long accumulators = entry + table.accumulatorOffset();
        for (int i = 0; i < slotLengths.length && at >= 0; i++)
        {
            final long slot = accumulators + slotOffsets[i];
            final long apart = DistinctSet.isSound(slot, slotLengths[i]) ? DistinctSet.apartLength(slot) : -1;
            at = restorePiece(slot + DistinctSet.addressOffset(), at, end, apart, apart);
        }
        for (int i = 0; i < stringOffsets.length && at >= 0; i++)
        {
            final long slot = accumulators + stringOffsets[i];
            if (hasString(slot))
            {
                final int capacity = Memory.getInt(slot + 4);
                at = capacity < stringLength(slot) ? -1 :
                    restorePiece(slot + 8, at, end, stringLength(slot), capacity);
            }
        }
        return at;
    }

    private long restorePiece(
        final long address, final long from, final long end, final long length, final long capacity)
    {
        if (length == 0 && capacity == 0)
        {
            return from;
        }
        if (length < 0 || (length + 7 & -8) > end - from)
        {
            return -1;
        }
        final long held = memory.allocate(Math.max(length, capacity));
        Memory.copy(from, held, length);
        Memory.putLong(address, held);
        return from + (length + 7 & -8);
    }
}
