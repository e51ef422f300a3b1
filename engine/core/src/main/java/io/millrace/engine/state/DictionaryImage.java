package io.millrace.engine.state;

import io.millrace.codecs.Memory;
import io.millrace.engine.snapshot.SnapshotDescriptor;
import io.millrace.engine.snapshot.SnapshotWriter;

/**
 * A dictionary as it was at the cut of a snapshot, on its way out, slot by slot. Values that came later are known by
 * their numbers and passed over, so that additions change nothing; a drain waits for nothing either, but has what it is
 * about to clear written first. Where a dictionary grows its old slots stay until they have been written.
 *
 * <p><b>Threading:</b> one shard. <b>Ownership:</b> slots of a dictionary that has grown since.
 */
final class DictionaryImage
{
    private static final int WORD = 64;
    /** Bytes after which a record ends early. */
    private static final int RECORD_LENGTH = 64 * 1024;

    private final Dictionary dictionary;
    private final StateMemory memory;
    private final SnapshotWriter writer;
    private final int aggregate;
    private final int index;
    private final int set;
    private final int slots;
    private final int count;
    /** Where the slots were; 0 where there are none, or no more to write. */
    private long base;
    private int slot;

    DictionaryImage(
        final Dictionary dictionary, final StateMemory memory, final SnapshotWriter writer, final int aggregate,
        final int index, final int set)
    {
        this.dictionary = dictionary;
        this.memory = memory;
        this.writer = writer;
        this.aggregate = aggregate;
        this.index = index;
        this.set = set;
        base = dictionary.base();
        slots = dictionary.slots();
        count = dictionary.count();
        if (base != 0)
        {
            writer.begin(SnapshotDescriptor.DICTIONARY, aggregate);
            writer.putInt(index);
            writer.putInt(set);
            writer.putInt(slots);
            writer.putInt(count);
            writer.end();
            dictionary.image(this);
        }
    }

    /** Whether slots that have been replaced stay, this image being their owner now. */
    boolean retains(final long old)
    {
        return base == old;
    }

    /** The dictionary's slots below {@code end} will be cleared. */
    void preserve(final int end)
    {
        // Values apart are shared with the slots of a dictionary that has grown: all of them are written then.
        final int until = base == dictionary.base() ? Math.min(end, slots) : slots;
        while (base != 0 && slot < until)
        {
            dumpWord();
        }
        finish();
    }

    /** Writes on for about {@code budget} bytes: what is left of it, above zero where all is written. */
    long dump(final long budget)
    {
        long left = budget;
        while (base != 0 && slot < slots)
        {
            if (left <= 0)
            {
                return 0;
            }
            left -= dumpWord();
        }
        finish();
        return Math.max(1, left);
    }

    private void finish()
    {
        if (base != 0 && slot == slots)
        {
            if (base != dictionary.base())
            {
                memory.clearAndRelease(base, (long)Dictionary.SLOT_LENGTH * slots);
            }
            base = 0;
        }
    }

    private long dumpWord()
    {
        final int first = slot & -WORD;
        final int end = Math.min(slots, first + WORD);
        final long before = writer.staged();
        final int begin = slot;
        writer.begin(SnapshotDescriptor.VALUES, aggregate);
        writer.putInt(index);
        writer.putInt(set);
        writer.putInt(first);
        writer.putInt(0);
        writer.putLong(0);
        long mask = 0;
        long bytes = 0;
        for (; slot < end && bytes < RECORD_LENGTH; slot++)
        {
            final long at = base + (long)slot * Dictionary.SLOT_LENGTH;
            if (Memory.getInt(at) != 0 && Dictionary.id(at) < count)
            {
                mask |= 1L << slot;
                writer.put(at, Dictionary.SLOT_LENGTH);
                final int apart = Dictionary.apartLength(at);
                if (apart > 0)
                {
                    Memory.putLong(writer.last(Dictionary.SLOT_LENGTH) + Dictionary.VALUE_OFFSET, 0);
                }
                bytes += Dictionary.SLOT_LENGTH + apart;
            }
        }
        if (mask == 0)
        {
            writer.cancel();
            return (long)(slot - begin) * 8;
        }
        for (long rest = mask; rest != 0; rest &= rest - 1)
        {
            final long at = base + (long)(first + Long.numberOfTrailingZeros(rest)) * Dictionary.SLOT_LENGTH;
            final int apart = Dictionary.apartLength(at);
            if (apart > 0)
            {
                writer.put(Dictionary.value(at), apart);
            }
        }
        writer.patchLong(SnapshotDescriptor.SLOTS_MASK_OFFSET, mask);
        writer.end();
        return writer.staged() - before;
    }
}
