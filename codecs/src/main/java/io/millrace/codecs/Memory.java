package io.millrace.codecs;

import java.util.concurrent.atomic.AtomicLong;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;

/**
 * Off-heap memory by address: the one place that reads and writes it without bounds checks. Multi-byte values are
 * little-endian at any alignment. An address is taken as an offset from no object: that is one call less than by the
 * address alone, and while code is being compiled each call is counted.
 *
 * <p><b>Limits:</b> every region that rows or strings live in ends with {@link #SLACK} readable bytes, so that eight
 * bytes may be loaded wherever one may. <b>Allocation:</b> none on the heap.
 */
public final class Memory
{
    /** Readable bytes that follow every region's last used byte. */
    public static final int SLACK = 16;

    /** Up to this length a loop is quicker than a call of the platform's. */
    private static final int SHORT = 256;
    /** Bytes that are looked at as two words. */
    private static final int TWO_WORDS = 16;
    private static final long SEED_0 = 0xA0761D6478BD642FL;
    private static final long SEED_1 = 0xE7037ED1A0B428DBL;
    private static final long SEED_2 = 0x8EBC6AF09C88C6E3L;

    private static final AtomicLong HELD = new AtomicLong();

    private Memory()
    {
    }

    public static byte getByte(final long address)
    {
        return UnsafeApi.getByte(null, address);
    }

    public static short getShort(final long address)
    {
        return UnsafeApi.getShort(null, address);
    }

    public static int getInt(final long address)
    {
        return UnsafeApi.getInt(null, address);
    }

    public static long getLong(final long address)
    {
        return UnsafeApi.getLong(null, address);
    }

    public static float getFloat(final long address)
    {
        return UnsafeApi.getFloat(null, address);
    }

    public static double getDouble(final long address)
    {
        return UnsafeApi.getDouble(null, address);
    }

    public static void putByte(final long address, final byte value)
    {
        UnsafeApi.putByte(null, address, value);
    }

    public static void putShort(final long address, final short value)
    {
        UnsafeApi.putShort(null, address, value);
    }

    public static void putInt(final long address, final int value)
    {
        UnsafeApi.putInt(null, address, value);
    }

    public static void putLong(final long address, final long value)
    {
        UnsafeApi.putLong(null, address, value);
    }

    public static void putFloat(final long address, final float value)
    {
        UnsafeApi.putFloat(null, address, value);
    }

    public static void putDouble(final long address, final double value)
    {
        UnsafeApi.putDouble(null, address, value);
    }

    /**
     * Copies; the regions don't overlap. Short lengths are copied here, long ones by the platform. The last bytes are
     * copied again with those before them rather than one by one: rows of similar lengths then take the same branches.
     */
    public static void copy(final long from, final long to, final long length)
    {
        if (length > SHORT)
        {
            UnsafeApi.copyMemory(from, to, length);
            return;
        }
        if (length > 32)
        {
            for (long i = 0; i + 32 < length; i += 32)
            {
                copyWords(from + i, to + i);
            }
            copyWords(from + length - 32, to + length - 32);
            return;
        }
        if (length >= 8)
        {
            if (length > 16)
            {
                UnsafeApi.putLong(null, to + 8, UnsafeApi.getLong(null, from + 8));
                UnsafeApi.putLong(null, to + length - 16, UnsafeApi.getLong(null, from + length - 16));
            }
            UnsafeApi.putLong(null, to, UnsafeApi.getLong(null, from));
            UnsafeApi.putLong(null, to + length - 8, UnsafeApi.getLong(null, from + length - 8));
            return;
        }
        for (long i = 0; i < length; i++)
        {
            UnsafeApi.putByte(null, to + i, UnsafeApi.getByte(null, from + i));
        }
    }

    private static void copyWords(final long from, final long to)
    {
        final long first = UnsafeApi.getLong(null, from);
        final long second = UnsafeApi.getLong(null, from + 8);
        final long third = UnsafeApi.getLong(null, from + 16);
        final long fourth = UnsafeApi.getLong(null, from + 24);
        UnsafeApi.putLong(null, to, first);
        UnsafeApi.putLong(null, to + 8, second);
        UnsafeApi.putLong(null, to + 16, third);
        UnsafeApi.putLong(null, to + 24, fourth);
    }

    /** Copies from an array, which is how bytes arrive from files and streams. */
    public static void copy(final byte[] from, final int index, final long to, final int length)
    {
        UnsafeApi.copyMemory(from, BufferUtil.ARRAY_BASE_OFFSET + (long)index, null, to, length);
    }

    /** Copies to an array. */
    public static void copy(final long from, final byte[] to, final int index, final int length)
    {
        UnsafeApi.copyMemory(null, from, to, BufferUtil.ARRAY_BASE_OFFSET + (long)index, length);
    }

    public static void fill(final long address, final long length, final byte value)
    {
        if (length > SHORT)
        {
            UnsafeApi.setMemory(address, length, value);
            return;
        }
        final long word = (value & 0xFF) * 0x0101_0101_0101_0101L;
        long i = 0;
        for (; i + 8 <= length; i += 8)
        {
            UnsafeApi.putLong(null, address + i, word);
        }
        for (; i < length; i++)
        {
            UnsafeApi.putByte(null, address + i, value);
        }
    }

    public static boolean isEqual(final long a, final long b, final int length)
    {
        if (length <= TWO_WORDS)
        {
            return length == 0 || (firstWord(a, length) ^ firstWord(b, length) |
                secondWord(a, length) ^ secondWord(b, length)) == 0;
        }
        int i = 0;
        for (; i + 8 <= length; i += 8)
        {
            if (UnsafeApi.getLong(null, a + i) != UnsafeApi.getLong(null, b + i))
            {
                return false;
            }
        }
        if (i < length)
        {
            final long mask = -1L >>> ((8 - (length - i)) << 3);
            return ((UnsafeApi.getLong(null, a + i) ^ UnsafeApi.getLong(null, b + i)) & mask) == 0;
        }
        return true;
    }

    /** Order of unsigned bytes, the shorter first when one begins with the other. */
    public static int compare(final long a, final int lengthA, final long b, final int lengthB)
    {
        final int shared = Math.min(lengthA, lengthB);
        for (int i = 0; i < shared; i += 8)
        {
            long x = UnsafeApi.getLong(null, a + i);
            long y = UnsafeApi.getLong(null, b + i);
            final int left = shared - i;
            if (left < 8)
            {
                final long mask = -1L >>> ((8 - left) << 3);
                x &= mask;
                y &= mask;
            }
            if (x != y)
            {
                return Long.compareUnsigned(Long.reverseBytes(x), Long.reverseBytes(y));
            }
        }
        return Integer.compare(lengthA, lengthB);
    }

    /** Hash of {@code length} bytes; bytes beyond them are not looked at. Multiply-and-fold after wyhash. */
    public static long hash(final long address, final int length)
    {
        if (length <= TWO_WORDS)
        {
            return length == 0 ? hash(0, 0, 0) : hash(firstWord(address, length), secondWord(address, length), length);
        }
        long h = 0;
        long at = address;
        int left = length;
        for (; left > 16; left -= 16)
        {
            h = fold(UnsafeApi.getLong(null, at) ^ h ^ SEED_0, UnsafeApi.getLong(null, at + 8) ^ SEED_1);
            at += 16;
        }
        return hash(firstWord(at, left) ^ h, secondWord(at, left), length);
    }

    /**
     * Hash of up to 16 bytes given as two words, the bytes beyond {@code length} zero: equal to that of the bytes in
     * memory.
     */
    public static long hash(final long first, final long second, final int length)
    {
        final long h = fold(first ^ SEED_0 + length, second ^ SEED_1);
        // One word is often all there is: without a last multiplication its high bits would be poor.
        return (h ^ h >>> 32) * SEED_2;
    }

    // Short strings differ in length from row to row: what follows takes no branch that depends on it.

    /** The first 8 of {@code length} bytes, at least one, as a word; zeros behind them where there are fewer. */
    public static long firstWord(final long address, final int length)
    {
        return UnsafeApi.getLong(null, address) & -1L >>> ((8 - Math.min(length, 8)) << 3);
    }

    /** The bytes from the ninth on of {@code length} bytes, 1 to 16, as a word; zeros where there are fewer. */
    public static long secondWord(final long address, final int length)
    {
        final long isLonger = (8 - length) >>> 31;
        return UnsafeApi.getLong(null, address + (isLonger << 3)) & -1L >>> ((16 - length) << 3) & -isLonger;
    }

    /** {@link #hash(long, int)} of bytes with zeros behind them up to a multiple of 8. */
    public static long hashPadded(final long address, final int length)
    {
        return length <= TWO_WORDS && length > 0 ?
            hash(UnsafeApi.getLong(null, address), secondPaddedWord(address, length), length) : hash(address, length);
    }

    /** {@link #secondWord} of 1 to 16 bytes with zeros behind them up to a multiple of 8. */
    public static long secondPaddedWord(final long address, final int length)
    {
        return UnsafeApi.getLong(null, address + 8) & (8L - length) >> 63;
    }

    private static long fold(final long a, final long b)
    {
        return (a * b) ^ Math.multiplyHigh(a, b);
    }

    /** Allocates {@code length} bytes and {@link #SLACK} more; the caller owns them until {@link #free(long)}. */
    public static long allocate(final long length)
    {
        final long address = UnsafeApi.allocateMemory(length + SLACK);
        HELD.incrementAndGet();
        return address;
    }

    /** Gives a region back; 0 is none. */
    public static void free(final long address)
    {
        if (address != 0)
        {
            HELD.decrementAndGet();
            UnsafeApi.freeMemory(address);
        }
    }

    /** Regions that this process has allocated and not given back. */
    public static long held()
    {
        return HELD.get();
    }
}
