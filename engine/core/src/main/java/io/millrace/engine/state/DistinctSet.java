package io.millrace.engine.state;

import io.millrace.codecs.Memory;

/**
 * The set of ids that one key has seen: inline at first, then a hash set of ints or, where the dictionary is small
 * enough, a bitmap. All exact.
 *
 * <p><b>Layout</b> of a slot of {@code L} bytes within an entry:
 * <pre>
 *   0           4           8                                 L
 *   +-----------+-----------+---------------------------------+
 *   | int32     | int32     | inline: uint16 id + 1 each      |
 *   | count     | shape     | else:   address of the rest     |
 *   +-----------+-----------+---------------------------------+
 * </pre>
 * Shape 0 is inline; {@code 0x100 | log} is a hash set of {@code 2^log} ints, id + 1 each, 0 free;
 * {@code 0x200 | log} is a bitmap of {@code 2^log} bytes.
 */
final class DistinctSet
{
    private static final int SHAPE_OFFSET = 4;
    private static final int VALUES_OFFSET = 8;
    private static final int HASHED = 0x100;
    private static final int BITMAP = 0x200;
    private static final int LOG_MASK = 0xFF;
    /** Ids from here on don't fit inline. */
    private static final int INLINE_IDS = (1 << 16) - 1;
    /** A bitmap of up to this many bytes is taken at once, without a hash set first. */
    private static final int SMALL_BITMAP = 256;
    private static final int HASH_FACTOR = 0x9E3779B9;
    private static final long LANES = 0x0001_0001_0001_0001L;
    private static final long LANE_TOPS = 0x8000_8000_8000_8000L;

    private DistinctSet()
    {
    }

    static int count(final long slot)
    {
        return Memory.getInt(slot);
    }

    /** 1 where ids are kept apart from the slot, 0 where inline. */
    static int isApart(final long slot)
    {
        return -Memory.getInt(slot + SHAPE_OFFSET) >>> 31;
    }

    /** Adds an id. */
    static void add(
        final long slot, final int slotLength, final int id, final int dictionaryCount, final StateMemory memory)
    {
        if (isApart(slot) == 0)
        {
            addInline(slot, slotLength, id, dictionaryCount, memory);
        }
        else
        {
            addApart(slot, id, dictionaryCount, memory);
        }
    }

    /** Adds an id to a set whose ids are kept apart. */
    static void addApart(final long slot, final int id, final int dictionaryCount, final StateMemory memory)
    {
        final int shape = Memory.getInt(slot + SHAPE_OFFSET);
        if ((shape & HASHED) != 0)
        {
            addHashed(slot, shape & LOG_MASK, id, dictionaryCount, memory);
        }
        else
        {
            addToBitmap(slot, shape & LOG_MASK, id, dictionaryCount, memory);
        }
    }

    private static void addInline(
        final long slot, final int slotLength, final int id, final int dictionaryCount, final StateMemory memory)
    {
        final int count = count(slot);
        final int isNew = isNew(slot, slotLength, id);
        if (2 * count < slotLength - VALUES_OFFSET && id < INLINE_IDS)
        {
            // Whether it is new is hard to predict: the next place, which is zero, is written either way.
            Memory.putShort(slot + VALUES_OFFSET + 2L * count, (short)(isNew * (id + 1)));
            Memory.putInt(slot, count + isNew);
        }
        else if (isNew != 0 || id >= INLINE_IDS)
        {
            moveApart(slot, slotLength, dictionaryCount, memory);
            addApart(slot, id, dictionaryCount, memory);
        }
    }

    /** 1 where none of the places holds {@code id + 1}, else 0; four places at a time: equal ones differ by zero. */
    private static int isNew(final long slot, final int slotLength, final int id)
    {
        final long wanted = (id + 1) * LANES;
        long zeros = 0;
        for (int at = VALUES_OFFSET; at < slotLength; at += 8)
        {
            final long difference = Memory.getLong(slot + at) ^ wanted;
            zeros |= difference - LANES & ~difference;
        }
        return (int)(((zeros & LANE_TOPS) >>> 15) - 1 >>> 63);
    }

    private static void moveApart(
        final long slot, final int slotLength, final int dictionaryCount, final StateMemory memory)
    {
        final int count = count(slot);
        final int setLog = log2(4 * Math.max(8, count));
        final int bitmapLog = bitmapLog(dictionaryCount);
        final boolean isBitmap = 1L << bitmapLog <= Math.max(4L << setLog, SMALL_BITMAP);
        final long rest = memory.allocate(isBitmap ? 1L << bitmapLog : 4L << setLog);
        for (int i = 0; i < count; i++)
        {
            final int held = (Memory.getShort(slot + VALUES_OFFSET + 2L * i) & 0xFFFF) - 1;
            if (isBitmap)
            {
                setBit(rest, held);
            }
            else
            {
                insert(rest, setLog, held);
            }
        }
        Memory.fill(slot + VALUES_OFFSET, slotLength - VALUES_OFFSET, (byte)0);
        Memory.putLong(slot + VALUES_OFFSET, rest);
        Memory.putInt(slot + SHAPE_OFFSET, isBitmap ? BITMAP | bitmapLog : HASHED | setLog);
    }

    /** Reads the word, kept apart from the slot, that an add of {@code id} will look at first. */
    static long touch(final long slot, final int id)
    {
        final int shape = Memory.getInt(slot + SHAPE_OFFSET);
        final long rest = Memory.getLong(slot + VALUES_OFFSET);
        final int log = shape & LOG_MASK;
        if ((shape & HASHED) != 0)
        {
            return Memory.getInt(rest + 4L * (id * HASH_FACTOR >>> (32 - log)));
        }
        return id < 8L << log ? Memory.getLong(rest + (id >>> 6) * 8L) : 0;
    }

    private static void addHashed(
        final long slot, final int log, final int id, final int dictionaryCount, final StateMemory memory)
    {
        final long rest = Memory.getLong(slot + VALUES_OFFSET);
        final int count = count(slot);
        if (!insert(rest, log, id))
        {
            return;
        }
        Memory.putInt(slot, count + 1);
        if ((count + 1) * 4L > 3L << log)
        {
            growHashed(slot, rest, log, dictionaryCount, memory);
        }
    }

    private static void growHashed(
        final long slot, final long rest, final int log, final int dictionaryCount, final StateMemory memory)
    {
        final int bitmapLog = bitmapLog(dictionaryCount);
        final boolean isBitmap = 1L << bitmapLog <= 8L << log;
        final long bigger = memory.allocate(isBitmap ? 1L << bitmapLog : 8L << log);
        for (int i = 0; i < 1 << log; i++)
        {
            final int held = Memory.getInt(rest + 4L * i) - 1;
            if (held >= 0)
            {
                if (isBitmap)
                {
                    setBit(bigger, held);
                }
                else
                {
                    insert(bigger, log + 1, held);
                }
            }
        }
        memory.clearAndRelease(rest, 4L << log);
        Memory.putLong(slot + VALUES_OFFSET, bigger);
        Memory.putInt(slot + SHAPE_OFFSET, isBitmap ? BITMAP | bitmapLog : HASHED | (log + 1));
    }

    private static void addToBitmap(
        final long slot, final int log, final int id, final int dictionaryCount, final StateMemory memory)
    {
        long rest = Memory.getLong(slot + VALUES_OFFSET);
        if (id >= 8L << log)
        {
            final int biggerLog = bitmapLog(dictionaryCount);
            final long bigger = memory.allocate(1L << biggerLog);
            Memory.copy(rest, bigger, 1L << log);
            memory.clearAndRelease(rest, 1L << log);
            rest = bigger;
            Memory.putLong(slot + VALUES_OFFSET, rest);
            Memory.putInt(slot + SHAPE_OFFSET, BITMAP | biggerLog);
        }
        Memory.putInt(slot, count(slot) + setBit(rest, id));
    }

    /** Sets a bit: 1 where it was not set, else 0. */
    private static int setBit(final long bitmap, final int id)
    {
        final long at = bitmap + (id >>> 6) * 8L;
        final long word = Memory.getLong(at);
        Memory.putLong(at, word | 1L << id);
        return (int)(~word >>> id & 1);
    }

    private static boolean insert(final long rest, final int log, final int id)
    {
        final int mask = (1 << log) - 1;
        int index = id * HASH_FACTOR >>> (32 - log);
        while (true)
        {
            final int found = Memory.getInt(rest + 4L * index);
            if (found == id + 1)
            {
                return false;
            }
            if (found == 0)
            {
                Memory.putInt(rest + 4L * index, id + 1);
                return true;
            }
            index = index + 1 & mask;
        }
    }

    /** Puts the ids of a set, as many as it counts, into {@code ids}. */
    static void ids(final long slot, final int[] ids)
    {
        final int shape = Memory.getInt(slot + SHAPE_OFFSET);
        final int size = shape == 0 ? count(slot) : (shape & HASHED) != 0 ? 1 << (shape & LOG_MASK) :
            8 << (shape & LOG_MASK);
        final long rest = Memory.getLong(slot + VALUES_OFFSET);
        int found = 0;
        for (int i = 0; i < size; i++)
        {
            if (shape == 0)
            {
                ids[found++] = (Memory.getShort(slot + VALUES_OFFSET + 2L * i) & 0xFFFF) - 1;
            }
            else if ((shape & HASHED) != 0)
            {
                final int held = Memory.getInt(rest + 4L * i);
                if (held != 0)
                {
                    ids[found++] = held - 1;
                }
            }
            else if ((Memory.getByte(rest + (i >> 3)) >> (i & 7) & 1) != 0)
            {
                ids[found++] = i;
            }
        }
    }

    /** Whether the slot can hold as many ids as it says. */
    static boolean isSound(final long slot, final int slotLength)
    {
        final int count = count(slot);
        final int shape = Memory.getInt(slot + SHAPE_OFFSET);
        final long most = shape == 0 ? slotLength - VALUES_OFFSET >> 1 : (shape & HASHED) != 0 ?
            3L << (shape & LOG_MASK) >> 2 : 8L << (shape & LOG_MASK);
        return count >= 0 && count <= most;
    }

    /** Bytes that the slot owns apart, 0 where its ids are inline; −1 where its shape is none. */
    static long apartLength(final long slot)
    {
        final int shape = Memory.getInt(slot + SHAPE_OFFSET);
        final int log = shape & LOG_MASK;
        if (shape == 0)
        {
            return 0;
        }
        return log > 30 ? -1 : shape == (HASHED | log) ? 4L << log : shape == (BITMAP | log) ? 1L << log : -1;
    }

    /** Where the address of what a slot owns apart stands in it. */
    static int addressOffset()
    {
        return VALUES_OFFSET;
    }

    /** Gives back what the slot owns apart. */
    static void release(final long slot, final StateMemory memory)
    {
        final int shape = Memory.getInt(slot + SHAPE_OFFSET);
        if (shape != 0)
        {
            memory.clearAndRelease(
                Memory.getLong(slot + VALUES_OFFSET), (shape & HASHED) != 0 ? 4L << (shape & LOG_MASK) :
                1L << (shape & LOG_MASK));
        }
    }

    /** Bytes, as a power of two, of a bitmap with room for the ids that the dictionary holds. */
    private static int bitmapLog(final int dictionaryCount)
    {
        return Math.max(6, log2((dictionaryCount + 7) / 8));
    }

    private static int log2(final int atLeast)
    {
        return 32 - Integer.numberOfLeadingZeros(Math.max(2, atLeast) - 1);
    }
}
