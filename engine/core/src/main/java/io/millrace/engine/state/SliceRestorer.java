package io.millrace.engine.state;

import io.millrace.codecs.Memory;
import io.millrace.engine.snapshot.SnapshotDescriptor;
import io.millrace.engine.snapshot.SnapshotReader;
import io.millrace.engine.storage.StorageException;

/**
 * Makes a slice as it was of the records of its {@link SliceImage}: every entry and value where it lay.
 *
 * <p><b>Threading:</b> one shard. <b>Errors:</b> {@link StorageException} DAMAGED where a record can't be of such a
 * slice; the slice is of no use then.
 */
public final class SliceRestorer
{
    private final String name;

    /**
     * @param name of the snapshot in messages.
     */
    public SliceRestorer(final String name)
    {
        this.name = name;
    }

    /** A record of kind TABLE, DICTIONARY, ENTRIES or VALUES, whose body begins with the slice's index. */
    public void onRecord(final short kind, final Slice slice, final long body, final long length)
    {
        final boolean isSound = switch (kind)
        {
            case SnapshotDescriptor.TABLE -> table(slice, body, length);
            case SnapshotDescriptor.DICTIONARY -> length == SnapshotDescriptor.DICTIONARY_LENGTH &&
                hasSet(slice, Memory.getInt(body + 4)) && slice.dictionary(Memory.getInt(body + 4))
                    .restore(Memory.getInt(body + 8), Memory.getInt(body + 12));
            case SnapshotDescriptor.ENTRIES -> entries(slice, body, length);
            case SnapshotDescriptor.VALUES -> values(slice, body, length);
            default -> false;
        };
        if (!isSound)
        {
            throw SnapshotReader.damaged(name, "a record of kind " + kind + " with " + length +
                " bytes that makes no sense");
        }
    }

    private static boolean hasSet(final Slice slice, final int set)
    {
        return set >= 0 && set < slice.dictionaries();
    }

    private static boolean table(final Slice slice, final long body, final long length)
    {
        final KeyTable table = slice.table();
        if (length != SnapshotDescriptor.TABLE_GROUPS_OFFSET +
            (long)KeyTable.GROUPS * SnapshotDescriptor.TABLE_GROUP_LENGTH || table.size() != 0)
        {
            return false;
        }
        long at = body + SnapshotDescriptor.TABLE_GROUPS_OFFSET;
        for (int group = 0; group < KeyTable.GROUPS; group++)
        {
            final int slots = Memory.getInt(at);
            final int count = Memory.getInt(at + 4);
            final int slotsToBeginWith = Memory.getInt(at + 8);
            if (!KeyTable.canHold(slots, count) || !KeyTable.canHold(slotsToBeginWith, 0) || slotsToBeginWith == 0)
            {
                return false;
            }
            table.restoreGroup(group, slots, count, slotsToBeginWith);
            at += SnapshotDescriptor.TABLE_GROUP_LENGTH;
        }
        return true;
    }

    private static boolean entries(final Slice slice, final long body, final long length)
    {
        final KeyTable table = slice.table();
        final int group = length < SnapshotDescriptor.SLOTS_OFFSET ? -1 : Memory.getInt(body + 4);
        if (group < 0 || group >= KeyTable.GROUPS)
        {
            return false;
        }
        final int first = Memory.getInt(body + SnapshotDescriptor.SLOTS_FIRST_OFFSET);
        final long mask = Memory.getLong(body + SnapshotDescriptor.SLOTS_MASK_OFFSET);
        final long end = body + length;
        final int entryLength = table.entryLength();
        long from = body + SnapshotDescriptor.SLOTS_OFFSET;
        long piece = from + (long)Long.bitCount(mask) * entryLength;
        if (piece > end || first < 0)
        {
            return false;
        }
        for (long rest = mask; rest != 0; rest &= rest - 1)
        {
            final int slot = first + Long.numberOfTrailingZeros(rest);
            final long entry = table.restoreEntry(group, slot, from);
            piece = entry == 0 ? -1 : slice.restorePieces(entry, piece, end);
            if (piece < 0 || !table.restoreTag(group, slot, slice.isKeyed()))
            {
                return false;
            }
            from += entryLength;
        }
        return piece == end;
    }

    private static boolean values(final Slice slice, final long body, final long length)
    {
        if (length < SnapshotDescriptor.SLOTS_OFFSET || !hasSet(slice, Memory.getInt(body + 4)))
        {
            return false;
        }
        final Dictionary dictionary = slice.dictionary(Memory.getInt(body + 4));
        final int first = Memory.getInt(body + SnapshotDescriptor.SLOTS_FIRST_OFFSET);
        final long mask = Memory.getLong(body + SnapshotDescriptor.SLOTS_MASK_OFFSET);
        final long end = body + length;
        long from = body + SnapshotDescriptor.SLOTS_OFFSET;
        long piece = from + (long)Long.bitCount(mask) * Dictionary.SLOT_LENGTH;
        if (piece > end || first < 0)
        {
            return false;
        }
        for (long rest = mask; rest != 0; rest &= rest - 1)
        {
            if (!dictionary.restoreSlot(first + Long.numberOfTrailingZeros(rest), from, piece, end))
            {
                return false;
            }
            piece += Dictionary.apartLength(from) + 7 & -8;
            from += Dictionary.SLOT_LENGTH;
        }
        return piece == end;
    }
}
