package io.millrace.sql.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.millrace.codecs.Memory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeysTest
{
    @Test
    void shouldWriteAndHashAlikeWhenStringsAreOfAnyLength()
    {
        final long text = Memory.allocate(512);
        final long out = Memory.allocate(1024);
        final Random random = new Random(7);
        for (int i = 0; i < 512; i++)
        {
            Memory.putByte(text + i, (byte)random.nextInt());
        }
        for (int length = 0; length < 400; length++)
        {
            Memory.fill(out, 1024, (byte)-1);
            final int total = Keys.putOnly(out, 1024, text, length, false);
            assertEquals(Keys.encodedLength(length, false), total);
            for (int i = total; i < (total + 7 & -8); i++)
            {
                assertEquals(0, Memory.getByte(out + i), "padding of length " + length);
            }
            final int marker = Keys.marker(out);
            assertEquals(length + 1, marker);
            assertEquals(0, Memory.compare(text, length, out + Keys.headerOf(marker), length));
            if (Keys.isShort(length))
            {
                assertEquals(Memory.hash(out, total), Keys.hashOnly(text, length, false), "length " + length);
            }
            assertEquals(-3, Keys.putOnly(out, (total + 7 & -8) - 8, text, length, false));
        }
        assertEquals(1, Keys.putOnly(out, 8, text, 0, true));
        assertEquals(Memory.hash(out, 1), Keys.hashOnly(text, 0, true));
        assertNotEquals(Keys.hashOnly(text, 0, false), Keys.hashOnly(text, 0, true));
        Memory.putLong(out, -42);
        assertEquals(Memory.hash(out, 8), Keys.hashLong(-42));
        Memory.free(text);
        Memory.free(out);
    }
}
