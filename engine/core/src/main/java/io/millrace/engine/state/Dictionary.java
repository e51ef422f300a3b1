package io.millrace.engine.state;

import io.millrace.codecs.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the distinct values that one distinct set of one slice has seen, from 0 on: each key's set then holds ints.
 *
 * <p><b>Layout</b> of a slot, 32 bytes:
 * <pre>
 *   0              4             8               16                     32
 *   +--------------+-------------+---------------+----------------------+
 *   | uint32       | int32       | uint32 length | value of up to 16    |
 *   | hash | 1     | id          | zero          | bytes, or its address|
 *   +--------------+-------------+---------------+----------------------+
 * </pre>
 * A first word of zero means free. Linear probing at a load of at most 0.6, and of 0.3 as long as the slots fit into a
 * second-level cache anyway: a first probe that misses is a branch mispredicted. Values are compared exactly.
 *
 * <p><b>Threading:</b> one shard. <b>Ownership:</b> memory of the shard's budget, given back by {@link #drain}.
 */
public final class Dictionary
{
    static final int SLOT_LENGTH = 32;
    private static final int LENGTH_OFFSET = 8;
    static final int VALUE_OFFSET = 16;
    private static final int INLINE_LENGTH = 16;
    private static final int FIRST_LOG = 4;
    /** Up to 128 KiB of slots are filled loosely. */
    private static final int LOOSE_LOG = 12;

    private final StateMemory memory;
    private long base;
    private int log;
    private int count;
    /** Values apart with numbers below this are a snapshot's, which gives them back. */
    private int ownedFrom;
    /** What a snapshot still has to write of this dictionary, where one is under way. */
    private @Nullable DictionaryImage image;

    public Dictionary(final StateMemory memory)
    {
        this.memory = memory;
    }

    /** Values so far. */
    public int count()
    {
        return count;
    }

    /** Slots, free ones included. */
    public int slots()
    {
        return base == 0 ? 0 : 1 << log;
    }

    /** The value's number; a new value gets the next one. */
    public int idOf(final long address, final int length)
    {
        if (base == 0)
        {
            log = FIRST_LOG;
            base = memory.allocate((long)SLOT_LENGTH << log);
        }
        final boolean isInline = length <= INLINE_LENGTH && length > 0;
        final long first = isInline ? Memory.firstWord(address, length) : 0;
        final long second = isInline ? Memory.secondWord(address, length) : 0;
        final long hash = isInline ? Memory.hash(first, second, length) : Memory.hash(address, length);
        final int tag = (int)hash | 1;
        final long mask = (1L << log) - 1;
        long index = hash >>> 20 & mask;
        while (true)
        {
            final long slot = base + index * SLOT_LENGTH;
            final int found = Memory.getInt(slot);
            final int difference = found ^ tag | Memory.getInt(slot + LENGTH_OFFSET) ^ length;
            if (isInline ? isSame(slot, difference, first, second) :
                difference == 0 && Memory.isEqual(value(slot), address, length))
            {
                return Memory.getInt(slot + 4);
            }
            if (found == 0)
            {
                if ((count + 1L) * 10 > (log <= LOOSE_LOG ? 3L : 6L) << log)
                {
                    grow();
                    return idOf(address, length);
                }
                put(slot, tag, address, length);
                return count++;
            }
            index = index + 1 & mask;
        }
    }

    private static boolean isSame(final long slot, final int difference, final long first, final long second)
    {
        return (difference | Memory.getLong(slot + VALUE_OFFSET) ^ first |
            Memory.getLong(slot + VALUE_OFFSET + 8) ^ second) == 0;
    }

    private void put(final long slot, final int tag, final long address, final int length)
    {
        Memory.putInt(slot, tag);
        Memory.putInt(slot + 4, count);
        Memory.putInt(slot + LENGTH_OFFSET, length);
        if (length <= INLINE_LENGTH)
        {
            Memory.copy(address, slot + VALUE_OFFSET, length);
        }
        else
        {
            final long apart = memory.allocate(length);
            Memory.copy(address, apart, length);
            Memory.putLong(slot + VALUE_OFFSET, apart);
        }
    }

    private void grow()
    {
        final long old = base;
        final int oldLog = log;
        final long bigger = memory.allocate((long)SLOT_LENGTH << (oldLog + 1));
        final long mask = (1L << (oldLog + 1)) - 1;
        for (int i = 0; i < 1 << oldLog; i++)
        {
            final long slot = old + (long)i * SLOT_LENGTH;
            if (Memory.getInt(slot) != 0)
            {
                long index = Memory.hash(value(slot), length(slot)) >>> 20 & mask;
                while (Memory.getInt(bigger + index * SLOT_LENGTH) != 0)
                {
                    index = index + 1 & mask;
                }
                Memory.copy(slot, bigger + index * SLOT_LENGTH, SLOT_LENGTH);
            }
        }
        if (image == null || !image.retains(old))
        {
            memory.clearAndRelease(old, (long)SLOT_LENGTH << oldLog);
        }
        base = bigger;
        log = oldLog + 1;
    }

    /** The slot at an index below {@link #slots()}, or 0 where it is free. */
    public long slotAt(final int index)
    {
        final long slot = base + (long)index * SLOT_LENGTH;
        return Memory.getInt(slot) == 0 ? 0 : slot;
    }

    /** Address of a slot's value. */
    public static long value(final long slot)
    {
        return length(slot) <= INLINE_LENGTH ? slot + VALUE_OFFSET : Memory.getLong(slot + VALUE_OFFSET);
    }

    /** Bytes of a slot's value. */
    public static int length(final long slot)
    {
        return Memory.getInt(slot + LENGTH_OFFSET);
    }

    /** Clears up to {@code limit} slots from {@code from} on; after the last one the memory is given back. */
    public int drain(final int from, final int limit)
    {
        final int end = (int)Math.min(slots(), (long)from + limit);
        if (image != null)
        {
            image.preserve(end);
        }
        for (int i = from; i < end; i++)
        {
            final long slot = slotAt(i);
            if (slot != 0)
            {
                if (length(slot) > INLINE_LENGTH && id(slot) >= ownedFrom)
                {
                    memory.clearAndRelease(value(slot), length(slot));
                }
                Memory.fill(slot, SLOT_LENGTH, (byte)0);
            }
        }
        if (base != 0 && end == slots())
        {
            memory.release(base, (long)SLOT_LENGTH << log);
            base = 0;
            count = 0;
            ownedFrom = 0;
        }
        return end;
    }

    // What snapshots need.

    void image(final @Nullable DictionaryImage newImage)
    {
        image = newImage;
    }

    long base()
    {
        return base;
    }

    /** Leaves the values apart with numbers below {@code numbers} to a snapshot. */
    void disown(final int numbers)
    {
        ownedFrom = numbers;
    }

    /** Bytes of a slot's value where it lies apart, else 0. */
    static int apartLength(final long slot)
    {
        final int length = length(slot);
        return length <= INLINE_LENGTH ? 0 : length;
    }

    static int id(final long slot)
    {
        return Memory.getInt(slot + 4);
    }

    /** Makes an empty dictionary as it was in a snapshot: whether there can be such a one. */
    boolean restore(final int slots, final int values)
    {
        if (base != 0 || Integer.bitCount(slots) != 1 || slots < 1 << FIRST_LOG || values < 0 ||
            values * 10L > 6L * slots)
        {
            return false;
        }
        log = Integer.numberOfTrailingZeros(slots);
        count = values;
        base = memory.allocate((long)SLOT_LENGTH << log);
        return true;
    }

    /** Puts a slot where it lay, its value apart from {@code value} on; false where it can't lie there. */
    boolean restoreSlot(final int index, final long from, final long value, final long end)
    {
        final long slot = base + (long)index * SLOT_LENGTH;
        final int apart = apartLength(from);
        if (index >= slots() || Memory.getInt(slot) != 0 || Memory.getInt(from) == 0 || id(from) < 0 ||
            id(from) >= count || length(from) < 0 || apart > end - value)
        {
            return false;
        }
        Memory.copy(from, slot, SLOT_LENGTH);
        if (apart > 0)
        {
            final long held = memory.allocate(apart);
            Memory.copy(value, held, apart);
            Memory.putLong(slot + VALUE_OFFSET, held);
        }
        return true;
    }
}
