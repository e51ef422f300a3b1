package io.millrace.codecs;

/** Text as bytes that came from outside. */
public final class Utf8
{
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Utf8()
    {
    }

    /** Whether bytes are all ASCII; {@link Memory#SLACK} readable bytes follow them. */
    public static boolean isAscii(final long address, final int length)
    {
        long bits = 0;
        int at = 0;
        for (; at + 8 <= length; at += 8)
        {
            bits |= Memory.getLong(address + at);
        }
        if (at < length)
        {
            bits |= Memory.getLong(address + at) & -1L >>> ((8 - (length - at)) << 3);
        }
        return (bits & HIGH_BITS) == 0;
    }

    /** Whether bytes are UTF-8; {@link Memory#SLACK} readable bytes follow them. */
    public static boolean isValid(final long address, final int length)
    {
        final long end = address + length;
        long at = address;
        while (at < end)
        {
            final long left = end - at;
            final long mask = left >= 8 ? HIGH_BITS : HIGH_BITS >>> ((8 - left) << 3);
            if ((Memory.getLong(at) & mask) == 0)
            {
                at += 8;
            }
            else if (Memory.getByte(at) >= 0)
            {
                at++;
            }
            else
            {
                final int bytes = characterLength(at, end);
                if (bytes < 0)
                {
                    return false;
                }
                at += bytes;
            }
        }
        return true;
    }

    /** Bytes of the UTF-8 character at {@code at}, whose first byte is not ASCII, or −1 where it is none. */
    public static int characterLength(final long at, final long end)
    {
        final int first = Memory.getByte(at) & 0xFF;
        final int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (first < 0xC2 || first > 0xF4 || at + length > end)
        {
            return -1;
        }
        final int second = Memory.getByte(at + 1) & 0xFF;
        final int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        final int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < least || second > most)
        {
            return -1;
        }
        for (int i = 2; i < length; i++)
        {
            if ((Memory.getByte(at + i) & 0xC0) != 0x80)
            {
                return -1;
            }
        }
        return length;
    }
}
