package io.millrace.engine.state;

import io.millrace.codecs.Memory;
import io.millrace.engine.snapshot.SnapshotDescriptor;
import io.millrace.engine.snapshot.SnapshotWriter;

/**
 * A table as it was at the cut of a snapshot, on its way out. The groups are written in order; an entry that is about
 * to change before its turn has come is written first, alone, and remembered in a bitmap of its group. Where a group
 * grows its old table stays until it has been written: the new one shares with it what entries keep elsewhere, so an
 * entry of the new table is looked up in the old one before that changes.
 *
 * <p><b>Threading:</b> one shard. <b>Ownership:</b> its bitmaps, and the tables of groups that have grown since; both
 * go back to the shard's memory as their group is done.
 */
final class TableImage
{
    /** Bytes after which a record ends early. */
    private static final int RECORD_LENGTH = 64 * 1024;
    private static final int WORD = 64;
    /** Bytes cleared together. */
    private static final long CLEARED = 16 * 1024;

    private final Slice slice;
    private final KeyTable table;
    private final StateMemory memory;
    private final SnapshotWriter writer;
    private final int aggregate;
    private final int index;
    private final int entryLength;
    /** Where each group's table was; 0 where there is none, or no more to write. */
    private final long[] bases = new long[KeyTable.GROUPS];
    private final int[] slots = new int[KeyTable.GROUPS];
    /** Bitmaps of the slots that were written out of turn, or were free; 0 where there are none. */
    private final long[] written = new long[KeyTable.GROUPS];
    /** All before this place has been written. */
    private int group;
    private int slot;
    /** Bytes cleared of the group's old table, where it has grown. */
    private long cleared;
    /** What was read ahead; kept so that no load can be dropped. */
    private long touched;

    TableImage(
        final Slice slice, final StateMemory memory, final SnapshotWriter writer, final int aggregate, final int index)
    {
        this.slice = slice;
        this.memory = memory;
        this.writer = writer;
        this.aggregate = aggregate;
        this.index = index;
        table = slice.table();
        entryLength = table.entryLength();
        writer.begin(SnapshotDescriptor.TABLE, aggregate);
        writer.putInt(index);
        writer.putInt(0);
        for (int i = 0; i < KeyTable.GROUPS; i++)
        {
            slots[i] = table.slots(i);
            bases[i] = slots[i] == 0 ? 0 : table.base(i);
            writer.putInt(slots[i]);
            writer.putInt(table.count(i));
            writer.putInt(table.firstSlots(i));
        }
        writer.end();
        table.image(this);
    }

    /** An entry will be put into a slot that was free. */
    void inserted(final int inGroup, final long entry)
    {
        if (isWaiting(inGroup) && bases[inGroup] == table.base(inGroup))
        {
            setWritten(inGroup, (int)((entry - bases[inGroup]) / entryLength));
        }
    }

    /** Whether a table that has been replaced by a larger one stays, this image being its owner now. */
    boolean retains(final int inGroup, final long base)
    {
        return bases[inGroup] == base;
    }

    /** A group's table goes back, every entry of it preserved. */
    void released(final int inGroup, final long base)
    {
        if (bases[inGroup] == base)
        {
            forget(inGroup);
        }
    }

    /** An entry, or what it keeps elsewhere, will change. */
    void preserve(final int inGroup, final long entry)
    {
        if (!isWaiting(inGroup))
        {
            return;
        }
        final long base = bases[inGroup];
        final int at;
        if (base == table.base(inGroup))
        {
            at = (int)((entry - base) / entryLength);
        }
        else
        {
            final int keyLength = KeyTable.keyLength(entry);
            final long key = table.key(entry);
            at = table.indexOf(base, slots[inGroup], Memory.hash(key, keyLength), key, keyLength);
        }
        if (at >= 0 && !(inGroup == group && at < slot) && setWritten(inGroup, at))
        {
            begin(inGroup, at);
            putEntry(base + (long)at * entryLength);
            end(inGroup, at, 1L << at);
        }
    }

    private boolean isWaiting(final int inGroup)
    {
        return bases[inGroup] != 0;
    }

    /** Whether the slot was not marked before. */
    private boolean setWritten(final int inGroup, final int at)
    {
        if (written[inGroup] == 0)
        {
            written[inGroup] = memory.allocate(bitmapLength(inGroup));
        }
        final long word = written[inGroup] + (at >>> 6) * 8L;
        final long before = Memory.getLong(word);
        Memory.putLong(word, before | 1L << at);
        return (before & 1L << at) == 0;
    }

    private long bitmapLength(final int inGroup)
    {
        return (slots[inGroup] + WORD - 1L) / WORD * 8;
    }

    /** Writes on for about {@code budget} bytes: what is left of it, above zero where all is written. */
    long dump(final long budget)
    {
        long left = budget;
        while (group < KeyTable.GROUPS)
        {
            while (bases[group] != 0 && slot < slots[group])
            {
                if (left <= 0)
                {
                    return 0;
                }
                left -= dumpWord();
            }
            if (bases[group] != 0 && bases[group] != table.base(group))
            {
                while (cleared < table.groupLength(slots[group]))
                {
                    if (left <= 0)
                    {
                        return 0;
                    }
                    left -= clear();
                }
                memory.release(bases[group], cleared);
                cleared = 0;
            }
            forget(group);
            group++;
            slot = 0;
        }
        return Math.max(1, left);
    }

    /** Writes the slots up to the next multiple of 64, fewer where they hold much: about how many bytes that took. */
    private long dumpWord()
    {
        final long base = bases[group];
        final long done = written[group] == 0 ? 0 : Memory.getLong(written[group] + (slot >>> 6) * 8L);
        final int first = slot;
        final int end = Math.min(slots[group], (slot & -WORD) + WORD);
        final long before = writer.staged();
        touched = touch(base, first, end, done);
        begin(group, first);
        long mask = 0;
        long bytes = 0;
        for (; slot < end && bytes < RECORD_LENGTH; slot++)
        {
            final long entry = base + (long)slot * entryLength;
            if ((done >>> slot & 1) == 0 && Memory.getLong(entry) != 0)
            {
                mask |= 1L << slot;
                bytes += putEntry(entry);
            }
        }
        if (mask == 0)
        {
            writer.cancel();
            return (long)(slot - first) * 8;
        }
        end(group, first, mask);
        return writer.staged() - before;
    }

    /** Reads where the entries of some slots keep more, so that the loads overlap. */
    private long touch(final long base, final int from, final int end, final long done)
    {
        long sum = 0;
        for (int i = from; i < end; i++)
        {
            final long entry = base + (long)i * entryLength;
            if ((done >>> i & 1) == 0 && Memory.getLong(entry) != 0)
            {
                sum += slice.touchPieces(entry);
            }
        }
        return sum;
    }

    private void begin(final int inGroup, final int at)
    {
        writer.begin(SnapshotDescriptor.ENTRIES, aggregate);
        writer.putInt(index);
        writer.putInt(inGroup);
        writer.putInt(at & -WORD);
        writer.putInt(0);
        writer.putLong(0);
    }

    /** Copies an entry, without its addresses: bytes of it and of what it keeps elsewhere. */
    private long putEntry(final long entry)
    {
        writer.put(entry, entryLength);
        return entryLength + slice.blankAddresses(entry, writer.last(entryLength));
    }

    private void end(final int inGroup, final int at, final long mask)
    {
        final long first = bases[inGroup] + (long)(at & -WORD) * entryLength;
        for (long rest = mask; rest != 0; rest &= rest - 1)
        {
            slice.putPieces(first + (long)Long.numberOfTrailingZeros(rest) * entryLength, writer);
        }
        writer.patchLong(SnapshotDescriptor.SLOTS_MASK_OFFSET, mask);
        writer.end();
    }

    /** Clears some of an old table, all of which has been written: about how many bytes that took. */
    private long clear()
    {
        final long bytes = Math.min(CLEARED, table.groupLength(slots[group]) - cleared);
        Memory.fill(bases[group] + cleared, bytes, (byte)0);
        cleared += bytes;
        return bytes;
    }

    private void forget(final int inGroup)
    {
        if (written[inGroup] != 0)
        {
            memory.clearAndRelease(written[inGroup], bitmapLength(inGroup));
            written[inGroup] = 0;
        }
        bases[inGroup] = 0;
    }
}
