package io.millrace.bridges.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codecs.Memory;
import java.nio.charset.StandardCharsets;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.wire.BinaryWire;
import org.junit.jupiter.api.Test;

final class TextDescriptorTest
{
    @Test
    void shouldReadAndWriteTextsAsTheirOwnLibraryDoes()
    {
        final long ours = Memory.allocate(70_000);
        for (final int length : new int[] {0, 1, 31, 32, 127, 128, 300, 16_383, 16_384, 65_000})
        {
            final Bytes<Void> theirs = Bytes.allocateElasticDirect();
            new BinaryWire(theirs).getValueOut().text("x".repeat(length));
            final int total = (int)theirs.readRemaining();
            final long address = theirs.addressForRead(theirs.readPosition());

            final int header = TextDescriptor.putHeader(ours, length);

            assertEquals(total - length, header, "bytes before a text of " + length);
            for (int i = 0; i < header; i++)
            {
                assertEquals(Memory.getByte(address + i), Memory.getByte(ours + i), "byte " + i + " of " + length);
            }
            assertEquals(header, TextDescriptor.headerLength(address, total), "length " + length);
            theirs.releaseLast();
        }
        Memory.free(ours);
    }

    @Test
    void shouldRefuseWhatIsNoTextOrDoesNotFillItsExcerpt()
    {
        final long address = Memory.allocate(16);
        final byte[] json = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < json.length; i++)
        {
            Memory.putByte(address + i, json[i]);
        }
        assertEquals(-1, TextDescriptor.headerLength(address, json.length));
        assertEquals(-1, TextDescriptor.headerLength(address, 0));

        Memory.putByte(address, (byte)0xE5);
        assertEquals(-1, TextDescriptor.headerLength(address, 5), "one byte is missing");

        // A length that never ends.
        Memory.fill(address, 16, (byte)0xFF);
        Memory.putByte(address, (byte)0xB8);
        assertEquals(-1, TextDescriptor.headerLength(address, 16));
        Memory.free(address);
    }
}
