package io.millrace.engine.state;

import io.millrace.codecs.Memory;
import io.millrace.engine.snapshot.SnapshotDescriptor;
import io.millrace.engine.snapshot.SnapshotWriter;

/**
 * A dictionary as it was at the cut of a snapshot, on its way out, slot by slot. Values that came later are known by
 * their numbers and passed over, so that additions change nothing; a drain has what it is about to clear written first.
 * Where a dictionary grows its old slots stay until they have been written, and if it is drained before that, so do the
 * values apart that both share.
 *
 * <p><b>Threading:</b> one shard. <b>Ownership:</b> the slots of a dictionary that has grown since, and the values
 * apart of one that has been drained after that.
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
    /** Whether values apart are to be given back too, and up to which slot what is owned has been. */
    private boolean hasValues;
    private int cleared;

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
        if (base == 0)
        {
            return;
        }
        if (base != dictionary.base())
        {
            if (slot < slots)
            {
                hasValues = true;
                dictionary.disown(count);
            }
            return;
        }
        while (slot < Math.min(end, slots))
        {
            dumpWord();
        }
        if (slot == slots)
        {
            base = 0;
        }
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
        if (base != 0 && base != dictionary.base())
        {
            while (cleared < slots)
            {
                if (left <= 0)
                {
                    return 0;
                }
                left -= clearWord();
            }
            memory.release(base, (long)Dictionary.SLOT_LENGTH * slots);
        }
        base = 0;
        return Math.max(1, left);
    }

    /** Clears some slots that are owned here: about how many bytes that took. */
    private long clearWord()
    {
        final int end = Math.min(slots, cleared + WORD);
        final long begin = base + (long)cleared * Dictionary.SLOT_LENGTH;
        for (; cleared < end; cleared++)
        {
            final long at = base + (long)cleared * Dictionary.SLOT_LENGTH;
            if (hasValues && Memory.getInt(at) != 0 && Dictionary.apartLength(at) > 0 && Dictionary.id(at) < count)
            {
                memory.clearAndRelease(Dictionary.value(at), Dictionary.apartLength(at));
            }
        }
        final long bytes = base + (long)end * Dictionary.SLOT_LENGTH - begin;
        Memory.fill(begin, bytes, (byte)0);
        return bytes;
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
