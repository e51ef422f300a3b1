package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import java.nio.charset.StandardCharsets;

/** ASCII text where it lies, as characters. A flyweight: it owns nothing. */
final class AsciiText implements CharSequence
{
    private long address;
    private int length;

    AsciiText wrap(final long at, final int count)
    {
        address = at;
        length = count;
        return this;
    }

    @Override
    public int length()
    {
        return length;
    }

    @Override
    public char charAt(final int index)
    {
        return (char)Memory.getByte(address + index);
    }

    @Override
    public CharSequence subSequence(final int start, final int end)
    {
        final byte[] bytes = new byte[end - start];
        Memory.copy(address + start, bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Override
    public String toString()
    {
        return subSequence(0, length).toString();
    }
}
