package io.millrace.engine.state;

import io.millrace.codecs.Memory;
import java.util.Arrays;
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
 * A first word of zero means free. Behind the {@code S} slots of a group lies a byte for each of them, and the first
 * eight of these again: zero where the slot is free, else eight bits of the hash, the lowest set. Probing is linear,
 * over eight of these bytes at a time; it touches the one entry that it is likely to want. Keys are compared exactly.
 * A group grows when seven eighths are taken; one that begins anew has as many slots as its entries of the slice before
 * fill to seven tenths, since lines that hold nothing take cache from those that do.
 *
 * <p><b>Threading:</b> one shard. <b>Source:</b> the one-line-per-key layout measured in this project's feasibility
 * notes; growth by group after partitioned hash tables; bytes of hashes beside the slots after Swiss tables.
 */
public final class KeyTable
{
    /** Key groups. */
    public static final int GROUPS = 256;

    private static final int KEY_OFFSET = 8;
    /** Bytes of a key that are compared at once. */
    private static final int TWO_WORDS = 16;
    /** Slots whose bytes are looked at together. */
    private static final int LANES = 8;
    private static final int FIRST_SLOTS = LANES;
    private static final long LANE_ONES = 0x0101_0101_0101_0101L;
    private static final long LANE_TOPS = 0x8080_8080_8080_8080L;
    /** A free entry, where probes of a group without a table end. */
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
    private long allSlots;
    private int moves;
    /** What a snapshot still has to write of this table, where one is under way. */
    private @Nullable TableImage image;

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

    /** Slots of all groups, those that are free too. */
    public long slots()
    {
        return allSlots;
    }

    public static int group(final long hash)
    {
        return (int)(hash >>> 56);
    }

    /** The tags that {@link #likelySlot} reads, to be touched ahead. */
    public long tags(final long hash)
    {
        final int group = group(hash);
        final int count = slots[group];
        return Memory.getLong(bases[group] + (long)count * entryLength + firstIndex(hash, count));
    }

    /**
     * The slot that most likely holds the entry of a key with this hash, or will hold it, to be touched ahead: one that
     * can be read in any case.
     */
    public long likelySlot(final long hash)
    {
        final int group = group(hash);
        final int count = slots[group];
        final long base = bases[group];
        final long index = firstIndex(hash, count);
        final long tags = Memory.getLong(base + (long)count * entryLength + index);
        final long matches = zeros(tags ^ lanes(hash));
        final long found = matches != 0 ? matches : zeros(tags);
        return base + lane(index, found, count) * entryLength;
    }

    /** The low 32 bits of the hash as a fraction of the slots. */
    private static long firstIndex(final long hash, final int slots)
    {
        return (hash & 0xFFFF_FFFFL) * slots >>> 32;
    }

    private static long tag(final long hash)
    {
        return hash >>> 40 & 0xFF | 1;
    }

    /** The tag of a hash in each lane. */
    private static long lanes(final long hash)
    {
        return tag(hash) * LANE_ONES;
    }

    /** The top bit of each lane that is zero; the lowest is exact, above it some may be borrows. */
    private static long zeros(final long word)
    {
        return word - LANE_ONES & ~word & LANE_TOPS;
    }

    /** The slot of the lowest lane found, counted from a slot on and around the end. */
    private static long lane(final long index, final long found, final int count)
    {
        final long slot = index + (Long.numberOfTrailingZeros(found) >>> 3 & LANES - 1);
        return slot >= count ? slot - count : slot;
    }

    /** Whether the slot holds the entry of a key that is zero-padded to a multiple of 8. */
    public boolean isAt(final long slot, final long hash, final long key, final int keyLength)
    {
        if (keyLength <= TWO_WORDS && keyInlineLength >= TWO_WORDS)
        {
            final long first = Memory.getLong(slot + KEY_OFFSET) ^ Memory.getLong(key);
            final long second = Memory.getLong(slot + KEY_OFFSET + 8) ^ Memory.secondPaddedWord(key, keyLength);
            return (Memory.getLong(slot) ^ head(hash, keyLength) | first | second) == 0;
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
        final int count = slots[group];
        final long head = head(hash, keyLength);
        final long lanes = lanes(hash);
        final long base = bases[group];
        long index = firstIndex(hash, count);
        while (true)
        {
            final long tags = Memory.getLong(base + (long)count * entryLength + index);
            for (long matches = zeros(tags ^ lanes); matches != 0; matches &= matches - 1)
            {
                final long entry = base + lane(index, matches, count) * entryLength;
                if (Memory.getLong(entry) == head && isKey(entry, key, keyLength))
                {
                    return entry;
                }
            }
            final long free = zeros(tags);
            if (free != 0)
            {
                if ((counts[group] + 1L) * 8 > 7L * count)
                {
                    grow(group);
                    return findOrInsert(hash, key, keyLength);
                }
                counts[group]++;
                size++;
                final long slot = lane(index, free, count);
                final long entry = base + slot * entryLength;
                putTag(base + (long)count * entryLength, count, slot, hash);
                if (image != null)
                {
                    image.inserted(group, entry);
                }
                Memory.putLong(entry, head);
                putKey(entry, key, keyLength);
                return entry;
            }
            index = index + LANES >= count ? index + LANES - count : index + LANES;
        }
    }

    private static void putTag(final long tags, final int count, final long slot, final long hash)
    {
        Memory.putByte(tags + slot, (byte)tag(hash));
        if (slot < LANES)
        {
            Memory.putByte(tags + count + slot, (byte)tag(hash));
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
        allSlots += slots[group];
        bases[group] = memory.allocate(groupLength(slots[group]));
    }

    /** Bytes of a group with that many slots. */
    long groupLength(final long count)
    {
        return count * (entryLength + 1) + LANES;
    }

    private void grow(final int group)
    {
        final int count = slots[group];
        final long base = bases[group];
        final int biggerCount = 2 * count;
        final long bigger = memory.allocate(groupLength(biggerCount));
        final long tags = bigger + (long)entryLength * biggerCount;
        for (int slot = 0; slot < count; slot++)
        {
            final long entry = base + (long)slot * entryLength;
            if (Memory.getLong(entry) != 0)
            {
                final long hash = Memory.hash(key(entry), keyLength(entry));
                long to = firstIndex(hash, biggerCount);
                while (Memory.getByte(tags + to) != 0)
                {
                    to = to + 1 == biggerCount ? 0 : to + 1;
                }
                putTag(tags, biggerCount, to, hash);
                Memory.copy(entry, bigger + to * entryLength, entryLength);
            }
        }
        if (image == null || !image.retains(group, base))
        {
            memory.clearAndRelease(base, groupLength(count));
        }
        moves++;
        bases[group] = bigger;
        slots[group] = biggerCount;
        allSlots += biggerCount - count;
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
            if (image != null)
            {
                image.released(group, bases[group]);
            }
            Memory.fill(bases[group] + (long)entryLength * slots[group], slots[group] + LANES, (byte)0);
            memory.release(bases[group], groupLength(slots[group]));
            size -= counts[group];
            allSlots -= slots[group];
            bases[group] = FREE;
            slots[group] = 0;
            counts[group] = 0;
        }
    }

    /** Lets each group begin with the slots that {@code other}'s entries fill to seven tenths. */
    public void sizeLike(final KeyTable other)
    {
        for (int group = 0; group < GROUPS; group++)
        {
            final long wanted = Math.max(FIRST_SLOTS, other.counts[group] * 10L / 7 + 1);
            firstSlots[group] = (int)((StateMemory.roomFor(groupLength(wanted)) - LANES) / (entryLength + 1));
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
        return firstSlots[group];
    }

    /** Index of the key's slot in a group's table that lies at {@code base}, or −1. */
    int indexOf(final long base, final int count, final long hash, final long key, final int keyLength)
    {
        final long head = head(hash, keyLength);
        final long lanes = lanes(hash);
        long index = firstIndex(hash, count);
        while (true)
        {
            final long tags = Memory.getLong(base + (long)count * entryLength + index);
            for (long matches = zeros(tags ^ lanes); matches != 0; matches &= matches - 1)
            {
                final long slot = lane(index, matches, count);
                final long entry = base + slot * entryLength;
                if (Memory.getLong(entry) == head && isKey(entry, key, keyLength))
                {
                    return (int)slot;
                }
            }
            if (zeros(tags) != 0)
            {
                return -1;
            }
            index = index + LANES >= count ? index + LANES - count : index + LANES;
        }
    }

    /** Whether a group can have so many slots and entries. */
    static boolean canHold(final int slots, final int count)
    {
        return slots == 0 ? count == 0 : slots >= FIRST_SLOTS && count >= 0 && count * 8L <= 7L * slots;
    }

    /** Makes an empty group as it was in a snapshot; {@code count} entries of it may be missing, being drained. */
    void restoreGroup(final int group, final int slotCount, final int count, final int slotsToBeginWith)
    {
        firstSlots[group] = slotsToBeginWith;
        if (slotCount > 0)
        {
            slots[group] = slotCount;
            allSlots += slotCount;
            bases[group] = memory.allocate(groupLength(slotCount));
            counts[group] = count;
            size += count;
        }
    }

    /** Puts an entry where it lay: its address, or 0 where no entry can lie there. */
    long restoreEntry(final int group, final int slot, final long from)
    {
        final long entry = bases[group] + (long)slot * entryLength;
        if (slot >= slots[group] || Memory.getLong(entry) != 0 || Memory.getLong(from) == 0)
        {
            return 0;
        }
        Memory.copy(from, entry, entryLength);
        return entry;
    }

    /** Lets a restored entry, whose key is there again, be found: whether it can be of this group. */
    boolean restoreTag(final int group, final int slot, final boolean isKeyed)
    {
        final long base = bases[group];
        final long entry = base + (long)slot * entryLength;
        final int keyLength = keyLength(entry);
        final long hash = isKeyed ? Memory.hash(key(entry), keyLength) : 0;
        putTag(base + (long)slots[group] * entryLength, slots[group], slot, hash);
        return group(hash) == group && Memory.getLong(entry) == head(hash, keyLength);
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
