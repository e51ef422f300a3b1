package io.millrace.engine.state;

import io.millrace.codecs.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Entries of one slice by key: for each of the 256 key groups an open-addressing table that grows by itself, so that no
 * growth moves more than a group.
 *
 * <p><b>Layout</b> of an entry, a multiple of 32 bytes that aims at one cache line:
 * <pre>
 *   0           4            8                          8+K               8+K+A
 *   +-----------+------------+--------------------------+-----------------+------+
 *   | uint32    | int32 key  | key, zero-padded, or its | accumulators    | zero |
 *   | hash | 1  | length     | address where longer     |                 |      |
 *   +-----------+------------+--------------------------+-----------------+------+
 * </pre>
 * A first word of zero means free. Probing is linear at a load of at most 0.6. Keys are compared exactly.
 *
 * <p><b>Threading:</b> one shard. <b>Source:</b> the one-line-per-key layout measured in this project's feasibility
 * notes; growth by group after partitioned hash tables.
 */
public final class KeyTable
{
    /** Key groups. */
    public static final int GROUPS = 256;

    private static final int KEY_OFFSET = 8;
    private static final int FIRST_LOG = 3;

    private final StateMemory memory;
    private final int keyInlineLength;
    private final int entryLength;
    private final long[] bases = new long[GROUPS];
    /** Base-two logarithm of each group's slots, 0 where it has none. */
    private final byte[] logs = new byte[GROUPS];
    private final int[] counts = new int[GROUPS];
    /** What a group begins with: as many slots as it had in the slice before. */
    private final byte[] firstLogs = new byte[GROUPS];
    private long size;
    private int moves;
    /** What a snapshot still has to write of this table, where one is under way. */
    private @Nullable TableImage image;

    public KeyTable(final StateMemory memory, final int keyInlineLength, final int accumulatorLength)
    {
        this.memory = memory;
        this.keyInlineLength = keyInlineLength;
        entryLength = entryLength(keyInlineLength, accumulatorLength);
        java.util.Arrays.fill(firstLogs, (byte)FIRST_LOG);
    }

    /** Bytes of an entry: 32, 64 or a multiple of 64. */
    public static int entryLength(final int keyInlineLength, final int accumulatorLength)
    {
        final int length = KEY_OFFSET + keyInlineLength + accumulatorLength;
        return length <= 32 ? 32 : (length + 63) & -64;
    }

    public int entryLength()
    {
        return entryLength;
    }

    /** Offset of the accumulators within an entry. */
    public int accumulatorOffset()
    {
        return KEY_OFFSET + keyInlineLength;
    }

    /** How often entries have moved: while it stays the same, their addresses do. */
    public int moves()
    {
        return moves;
    }

    /** Entries of all groups. */
    public long size()
    {
        return size;
    }

    public static int group(final long hash)
    {
        return (int)(hash >>> 56);
    }

    /** The slot where a probe for {@code hash} begins, to be touched ahead; 0 where the group has no table yet. */
    public long firstSlot(final long hash)
    {
        final int group = group(hash);
        final int log = logs[group];
        return log == 0 ? 0 : bases[group] + (hash & ((1L << log) - 1)) * entryLength;
    }

    /** {@link #firstSlot} of {@code count} hashes, each slot read: what was read, so that no load can be dropped. */
    public long touch(final long[] hashes, final long[] slots, final int count)
    {
        final byte[] groupLogs = logs;
        final long[] groupBases = bases;
        final int length = entryLength;
        long sum = 0;
        for (int i = 0; i < count; i++)
        {
            final long hash = hashes[i];
            final int group = group(hash);
            final int log = groupLogs[group];
            final long slot = log == 0 ? 0 : groupBases[group] + (hash & ((1L << log) - 1)) * length;
            slots[i] = slot;
            sum += slot == 0 ? 0 : Memory.getLong(slot);
        }
        return sum;
    }

    /** Whether the slot holds the key's entry. */
    public boolean isAt(final long slot, final long hash, final long key, final int keyLength)
    {
        return Memory.getLong(slot) == head(hash, keyLength) && isKey(slot, key, keyLength);
    }

    private static long head(final long hash, final int keyLength)
    {
        return ((int)hash | 1) & 0xFFFF_FFFFL | (long)keyLength << 32;
    }

    /** The entry of a key, made if it is not there. {@code key} is zero-padded to a multiple of 8. */
    public long findOrInsert(final long hash, final long key, final int keyLength)
    {
        final int group = group(hash);
        int log = logs[group];
        if (log == 0)
        {
            log = begin(group);
        }
        final long head = head(hash, keyLength);
        final long mask = (1L << log) - 1;
        final long base = bases[group];
        long index = hash & mask;
        while (true)
        {
            final long entry = base + index * entryLength;
            final long found = Memory.getLong(entry);
            if (found == head && isKey(entry, key, keyLength))
            {
                return entry;
            }
            if (found == 0)
            {
                if ((counts[group] + 1L) * 10 > (6L << log))
                {
                    grow(group);
                    return findOrInsert(hash, key, keyLength);
                }
                counts[group]++;
                size++;
                if (image != null)
                {
                    image.inserted(group, entry);
                }
                Memory.putLong(entry, head);
                putKey(entry, key, keyLength);
                return entry;
            }
            index = (index + 1) & mask;
        }
    }

    private boolean isKey(final long entry, final long key, final int keyLength)
    {
        final long held = keyLength <= keyInlineLength ? entry + KEY_OFFSET : Memory.getLong(entry + KEY_OFFSET);
        for (int i = 0; i < keyLength; i += 8)
        {
            if (Memory.getLong(held + i) != Memory.getLong(key + i))
            {
                return false;
            }
        }
        return true;
    }

    private void putKey(final long entry, final long key, final int keyLength)
    {
        final int padded = (keyLength + 7) & -8;
        if (keyLength <= keyInlineLength)
        {
            for (int i = 0; i < padded; i += 8)
            {
                Memory.putLong(entry + KEY_OFFSET + i, Memory.getLong(key + i));
            }
            return;
        }
        final long apart = memory.allocate(padded);
        Memory.copy(key, apart, padded);
        Memory.putLong(entry + KEY_OFFSET, apart);
    }

    /** Address of an entry's key. */
    public long key(final long entry)
    {
        return keyLength(entry) <= keyInlineLength ? entry + KEY_OFFSET : Memory.getLong(entry + KEY_OFFSET);
    }

    public static int keyLength(final long entry)
    {
        return Memory.getInt(entry + 4);
    }

    private int begin(final int group)
    {
        final int log = firstLogs[group];
        bases[group] = memory.allocate((long)entryLength << log);
        logs[group] = (byte)log;
        return log;
    }

    private void grow(final int group)
    {
        final int log = logs[group];
        final long base = bases[group];
        final long bigger = memory.allocate((long)entryLength << (log + 1));
        final long mask = (1L << (log + 1)) - 1;
        for (long slot = 0; slot < 1L << log; slot++)
        {
            final long entry = base + slot * entryLength;
            if (Memory.getLong(entry) != 0)
            {
                final int keyLength = keyLength(entry);
                long index = Memory.hash(key(entry), keyLength) & mask;
                while (Memory.getLong(bigger + index * entryLength) != 0)
                {
                    index = (index + 1) & mask;
                }
                Memory.copy(entry, bigger + index * entryLength, entryLength);
            }
        }
        if (image == null || !image.retains(group, base))
        {
            memory.clearAndRelease(base, (long)entryLength << log);
        }
        moves++;
        bases[group] = bigger;
        logs[group] = (byte)(log + 1);
    }

    /** Slots of a group, 0 where it has no table. */
    public int slots(final int group)
    {
        return logs[group] == 0 ? 0 : 1 << logs[group];
    }

    /** The entry in a slot, or 0 where it is free. */
    public long entryAt(final int group, final int slot)
    {
        final long entry = bases[group] + (long)slot * entryLength;
        return Memory.getLong(entry) == 0 ? 0 : entry;
    }

    /** Clears an entry whose accumulators own nothing any more. */
    public void clear(final long entry)
    {
        final int keyLength = keyLength(entry);
        if (keyLength > keyInlineLength)
        {
            memory.clearAndRelease(Memory.getLong(entry + KEY_OFFSET), (keyLength + 7) & -8);
        }
        Memory.fill(entry, entryLength, (byte)0);
    }

    /** Gives back a group's table, every entry of which has been cleared. */
    public void releaseGroup(final int group)
    {
        final int log = logs[group];
        if (log != 0)
        {
            if (image != null)
            {
                image.released(group, bases[group]);
            }
            memory.release(bases[group], (long)entryLength << log);
            size -= counts[group];
            bases[group] = 0;
            logs[group] = 0;
            counts[group] = 0;
        }
    }

    /** Lets each group begin with the slots that {@code other}'s entries would need. */
    public void sizeLike(final KeyTable other)
    {
        for (int group = 0; group < GROUPS; group++)
        {
            int log = FIRST_LOG;
            while (other.counts[group] * 10L > (6L << log))
            {
                log++;
            }
            firstLogs[group] = (byte)log;
        }
    }

    // What snapshots need.

    void image(final @Nullable TableImage newImage)
    {
        image = newImage;
    }

    long base(final int group)
    {
        return bases[group];
    }

    int count(final int group)
    {
        return counts[group];
    }

    /** Slots that a group begins with. */
    int firstSlots(final int group)
    {
        return 1 << firstLogs[group];
    }

    /** Index of the key's slot in a group's table that lies at {@code base}, or −1. */
    int indexOf(final long base, final int slots, final long hash, final long key, final int keyLength)
    {
        final long head = head(hash, keyLength);
        final long mask = slots - 1L;
        long index = hash & mask;
        long found = Memory.getLong(base + index * entryLength);
        while (found != 0)
        {
            if (found == head && isKey(base + index * entryLength, key, keyLength))
            {
                return (int)index;
            }
            index = index + 1 & mask;
            found = Memory.getLong(base + index * entryLength);
        }
        return -1;
    }

    /** Whether a group can have so many slots and entries. */
    boolean canHold(final int slots, final int count)
    {
        return slots == 0 ? count == 0 : Integer.bitCount(slots) == 1 && slots >= 1 << FIRST_LOG &&
            count >= 0 && count * 10L <= 6L * slots;
    }

    /** Makes an empty group as it was in a snapshot; {@code count} entries of it may be missing, being drained. */
    void restoreGroup(final int group, final int slots, final int count, final int slotsToBeginWith)
    {
        firstLogs[group] = (byte)Integer.numberOfTrailingZeros(slotsToBeginWith);
        if (slots > 0)
        {
            logs[group] = (byte)Integer.numberOfTrailingZeros(slots);
            bases[group] = memory.allocate((long)entryLength * slots);
            counts[group] = count;
            size += count;
        }
    }

    /** Puts an entry where it lay: its address, or 0 where no entry can lie there. */
    long restoreEntry(final int group, final int slot, final long from)
    {
        final long entry = bases[group] + (long)slot * entryLength;
        if (slot >= slots(group) || Memory.getLong(entry) != 0 || Memory.getLong(from) == 0)
        {
            return 0;
        }
        Memory.copy(from, entry, entryLength);
        return entry;
    }

    /** Bytes of an entry's key where it lies apart, else 0. */
    int apartKeyLength(final long entry)
    {
        final int keyLength = keyLength(entry);
        return keyLength <= keyInlineLength ? 0 : (keyLength + 7) & -8;
    }

    /** Where the address of a key that lies apart stands in an entry. */
    static int keyOffset()
    {
        return KEY_OFFSET;
    }
}
