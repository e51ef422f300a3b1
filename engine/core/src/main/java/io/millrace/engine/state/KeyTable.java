package io.millrace.engine.state;

import io.millrace.codecs.Memory;
import java.util.Arrays;

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
 * A first word of zero means free. Probing is linear at a load of at most three quarters; a group that begins anew has
 * as many slots as its entries of the slice before fill to five eighths, since lines that hold nothing take cache from
 * those that do. Keys are compared exactly.
 *
 * <p><b>Threading:</b> one shard. <b>Source:</b> the one-line-per-key layout measured in this project's feasibility
 * notes; growth by group after partitioned hash tables.
 */
public final class KeyTable
{
    /** Key groups. */
    public static final int GROUPS = 256;

    private static final int KEY_OFFSET = 8;
    /** Bytes of a key that are compared at once. */
    private static final int TWO_WORDS = 16;
    private static final int FIRST_SLOTS = 8;
    /** A free entry, where probes of a group without a table begin. */
    private static final long FREE = Memory.allocate(64);

    private final StateMemory memory;
    private final int keyInlineLength;
    private final int entryLength;
    private final long[] bases = new long[GROUPS];
    /** Slots of each group, 0 where it has no table. */
    private final int[] slots = new int[GROUPS];
    private final int[] counts = new int[GROUPS];
    /** Slots that a group begins with. */
    private final int[] firstSlots = new int[GROUPS];
    private long size;
    private int moves;

    static
    {
        Memory.fill(FREE, 64, (byte)0);
    }

    public KeyTable(final StateMemory memory, final int keyInlineLength, final int accumulatorLength)
    {
        this.memory = memory;
        this.keyInlineLength = keyInlineLength;
        entryLength = entryLength(keyInlineLength, accumulatorLength);
        Arrays.fill(bases, FREE);
        Arrays.fill(firstSlots, FIRST_SLOTS);
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

    /** The slot where a probe for {@code hash} begins, to be touched ahead: one that can be read in any case. */
    public long firstSlot(final long hash)
    {
        final int group = group(hash);
        return bases[group] + firstIndex(hash, slots[group]) * entryLength;
    }

    /** The low 32 bits of the hash as a fraction of the slots. */
    private static long firstIndex(final long hash, final int slots)
    {
        return (hash & 0xFFFF_FFFFL) * slots >>> 32;
    }

    /** Whether the slot holds the key's entry. */
    public boolean isAt(final long slot, final long hash, final long key, final int keyLength)
    {
        if (keyLength <= TWO_WORDS && keyInlineLength >= TWO_WORDS)
        {
            return (Memory.getLong(slot) ^ head(hash, keyLength) | Memory.getLong(slot + KEY_OFFSET) ^
                Memory.getLong(key) | Memory.getLong(slot + KEY_OFFSET + 8) ^ Memory.secondWord(key, keyLength)) == 0;
        }
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
        if (slots[group] == 0)
        {
            begin(group);
        }
        final long head = head(hash, keyLength);
        final long base = bases[group];
        final long end = base + (long)slots[group] * entryLength;
        long entry = base + firstIndex(hash, slots[group]) * entryLength;
        while (true)
        {
            final long found = Memory.getLong(entry);
            if (found == head && isKey(entry, key, keyLength))
            {
                return entry;
            }
            if (found == 0)
            {
                if ((counts[group] + 1L) * 4 > 3L * slots[group])
                {
                    grow(group);
                    return findOrInsert(hash, key, keyLength);
                }
                counts[group]++;
                size++;
                Memory.putLong(entry, head);
                putKey(entry, key, keyLength);
                return entry;
            }
            entry += entryLength;
            if (entry == end)
            {
                entry = base;
            }
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

    private void begin(final int group)
    {
        slots[group] = firstSlots[group];
        bases[group] = memory.allocate((long)entryLength * slots[group]);
    }

    private void grow(final int group)
    {
        final int count = slots[group];
        final long base = bases[group];
        final int biggerCount = 2 * count;
        final long bigger = memory.allocate((long)entryLength * biggerCount);
        final long end = bigger + (long)entryLength * biggerCount;
        for (int slot = 0; slot < count; slot++)
        {
            final long entry = base + (long)slot * entryLength;
            if (Memory.getLong(entry) != 0)
            {
                final long hash = Memory.hash(key(entry), keyLength(entry));
                long to = bigger + firstIndex(hash, biggerCount) * entryLength;
                while (Memory.getLong(to) != 0)
                {
                    to = to + entryLength == end ? bigger : to + entryLength;
                }
                Memory.copy(entry, to, entryLength);
            }
        }
        memory.clearAndRelease(base, (long)entryLength * count);
        moves++;
        bases[group] = bigger;
        slots[group] = biggerCount;
    }

    /** Slots of a group, 0 where it has no table. */
    public int slots(final int group)
    {
        return slots[group];
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
        if (slots[group] != 0)
        {
            memory.release(bases[group], (long)entryLength * slots[group]);
            size -= counts[group];
            bases[group] = FREE;
            slots[group] = 0;
            counts[group] = 0;
        }
    }

    /** Lets each group begin with the slots that {@code other}'s entries fill to five eighths. */
    public void sizeLike(final KeyTable other)
    {
        for (int group = 0; group < GROUPS; group++)
        {
            final long wanted = Math.max(FIRST_SLOTS, other.counts[group] * 8L / 5 + 1);
            firstSlots[group] = (int)(StateMemory.roomFor(wanted * entryLength) / entryLength);
        }
    }
}
