package io.millrace.bridges.chronicle;

import io.millrace.codecs.Memory;

/**
 * A text as Chronicle's binary wire writes it: before the UTF-8 bytes their number, in one byte or, from 32 on, in
 * groups of seven bits.
 * <pre>
 *   +-------------+----------+      +-------------+-------------+----------+
 *   | 0xE0 | len  | bytes    |  or  | 0xB8        | len, 7 bits | bytes    |
 *   |             |          |      |             | a byte      |          |
 *   +-------------+----------+      +-------------+-------------+----------+
 * </pre>
 */
final class TextDescriptor
{
    /** Most bytes before a text. */
    static final int MAX_HEADER_LENGTH = 6;

    private static final int SHORT = 0xE0;
    private static final int SHORT_LIMIT = 32;
    private static final int LONG = 0xB8;

    private TextDescriptor()
    {
    }

    /**
     * Bytes before the text's own.
     *
     * @return −1 where the excerpt is no text that fills it.
     */
    static int headerLength(final long address, final int length)
    {
        if (length == 0)
        {
            return -1;
        }
        final int code = Memory.getByte(address) & 0xFF;
        if (code >= SHORT)
        {
            return length == 1 + code - SHORT ? 1 : -1;
        }
        if (code != LONG)
        {
            return -1;
        }
        long textLength = 0;
        for (int i = 1; i < Math.min(length, MAX_HEADER_LENGTH); i++)
        {
            final int group = Memory.getByte(address + i);
            textLength |= (group & 0x7FL) << 7 * (i - 1);
            if (group >= 0)
            {
                return textLength == length - 1L - i ? 1 + i : -1;
            }
        }
        return -1;
    }

    /** Writes what stands before a text of {@code length} bytes: how many bytes that takes. */
    static int putHeader(final long address, final int length)
    {
        if (length < SHORT_LIMIT)
        {
            Memory.putByte(address, (byte)(SHORT | length));
            return 1;
        }
        Memory.putByte(address, (byte)LONG);
        int at = 1;
        int left = length;
        while (left > 0x7F)
        {
            Memory.putByte(address + at++, (byte)(left | 0x80));
            left >>>= 7;
        }
        Memory.putByte(address + at++, (byte)left);
        return at;
    }
}
