package io.millrace.codecs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryTest
{
    private static final int CAPACITY = 256;

    private final long a = Memory.allocate(CAPACITY);
    private final long b = Memory.allocate(CAPACITY);

    @AfterEach
    void free()
    {
        Memory.free(a);
        Memory.free(b);
    }

    @Test
    void shouldCopyExactlyWhenLengthsAreAny()
    {
        final byte[] bytes = new byte[CAPACITY];
        new Random(1).nextBytes(bytes);
        Memory.copy(bytes, 0, a, CAPACITY);
        for (int length = 0; length <= 130; length++)
        {
            Memory.fill(b, CAPACITY, (byte)0x55);
            Memory.copy(a + 3, b + 5, length);
            final byte[] expected = new byte[CAPACITY];
            Arrays.fill(expected, (byte)0x55);
            System.arraycopy(bytes, 3, expected, 5, length);
            final byte[] actual = new byte[CAPACITY];
            Memory.copy(b, actual, 0, CAPACITY);
            assertArrayEquals(expected, actual, "length " + length);
        }
    }

    @Test
    void shouldLookAtNothingBehindTheLengthWhenComparingAndHashing()
    {
        for (int length = 0; length <= 40; length++)
        {
            Memory.fill(a, CAPACITY, (byte)7);
            Memory.fill(b, CAPACITY, (byte)7);
            Memory.fill(b + length, CAPACITY - length, (byte)9);
            assertEquals(true, Memory.isEqual(a, b, length), "length " + length);
            assertEquals(0, Memory.compare(a, length, b, length));
            assertEquals(Memory.hash(a, length), Memory.hash(b, length));
            assertEquals(false, Memory.isEqual(a, b, length + 1));
            assertNotEquals(Memory.hash(a, length + 1), Memory.hash(b, length + 1));
            assertNotEquals(Memory.hash(a, length), Memory.hash(a, length + 1));
        }
    }

    @Test
    void shouldHashPaddedBytesAsAnyOthers()
    {
        for (int length = 0; length <= 40; length++)
        {
            final int padded = length + 7 & -8;
            Memory.fill(a, CAPACITY, (byte)7);
            Memory.fill(b, CAPACITY, (byte)9);
            Memory.fill(b, padded, (byte)0);
            Memory.fill(b, length, (byte)7);
            assertEquals(Memory.hash(a, length), Memory.hashPadded(b, length), "length " + length);
            if (length >= 1 && length <= 16)
            {
                assertEquals(Memory.secondWord(a, length), Memory.secondPaddedWord(b, length), "length " + length);
            }
        }
    }

    @Test
    void shouldOrderAsUnsignedBytesWhenComparing()
    {
        final Random random = new Random(2);
        for (int round = 0; round < 20_000; round++)
        {
            final byte[] x = bytes(random);
            final byte[] y = bytes(random);
            Memory.copy(x, 0, a, x.length);
            Memory.copy(y, 0, b, y.length);
            assertEquals(
                Integer.signum(Arrays.compareUnsigned(x, y)), Memory.compare(a, x.length, b, y.length),
                () -> Arrays.toString(x) + Arrays.toString(y));
        }
    }

    private static byte[] bytes(final Random random)
    {
        final byte[] bytes = new byte[random.nextInt(20)];
        for (int i = 0; i < bytes.length; i++)
        {
            bytes[i] = (byte)(random.nextInt(12) == 0 ? 0x80 : 1);
        }
        return bytes;
    }
}
