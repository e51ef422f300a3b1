package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import java.lang.ref.Cleaner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The constants of a long IN list over strings: open addressing over hashes, exact comparison. Immutable.
 *
 * <p><b>Ownership:</b> the off-heap bytes live as long as this object.
 */
public final class StringSet
{
    private static final Cleaner CLEANER = Cleaner.create();

    private final long[] addresses;
    private final int[] lengths;
    private final long[] hashes;
    private final int mask;

    private StringSet(final int capacity)
    {
        addresses = new long[capacity];
        lengths = new int[capacity];
        hashes = new long[capacity];
        mask = capacity - 1;
    }

    public static StringSet of(final List<String> values)
    {
        final StringSet set = new StringSet(Integer.highestOneBit(Math.max(8, values.size() * 2)) * 2);
        int total = 0;
        for (final String value : values)
        {
            total += value.getBytes(StandardCharsets.UTF_8).length;
        }
        final long memory = Memory.allocate(total);
        long at = memory;
        for (final String value : values)
        {
            final byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            Memory.copy(bytes, 0, at, bytes.length);
            set.add(at, bytes.length);
            at += bytes.length;
        }
        CLEANER.register(set, () -> Memory.free(memory));
        return set;
    }

    private void add(final long address, final int length)
    {
        final long hash = Memory.hash(address, length);
        int slot = (int)hash & mask;
        while (addresses[slot] != 0)
        {
            slot = slot + 1 & mask;
        }
        addresses[slot] = address;
        lengths[slot] = length;
        hashes[slot] = hash;
    }

    public boolean contains(final long address, final int length)
    {
        final long hash = Memory.hash(address, length);
        int slot = (int)hash & mask;
        while (addresses[slot] != 0)
        {
            if (hashes[slot] == hash && lengths[slot] == length && Memory.isEqual(address, addresses[slot], length))
            {
                return true;
            }
            slot = slot + 1 & mask;
        }
        return false;
    }

    /** The values, in no particular order. */
    public List<String> values()
    {
        final List<String> values = new ArrayList<>();
        for (int slot = 0; slot < addresses.length; slot++)
        {
            if (addresses[slot] != 0)
            {
                final byte[] bytes = new byte[lengths[slot]];
                Memory.copy(addresses[slot], bytes, 0, bytes.length);
                values.add(new String(bytes, StandardCharsets.UTF_8));
            }
        }
        return values;
    }
}
