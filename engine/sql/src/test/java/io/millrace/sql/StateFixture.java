package io.millrace.sql;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Accumulators;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The plain meaning of an aggregation's state, over Java collections by slot address. */
final class StateFixture implements Accumulators
{
    private final Map<Long, Long> strings = new HashMap<>();
    private final Map<Long, Integer> lengths = new HashMap<>();
    private final Map<Long, Set<Object>> sets = new HashMap<>();

    @Override
    public boolean hasString(final long slot)
    {
        return strings.containsKey(slot);
    }

    @Override
    public long stringAddress(final long slot)
    {
        return strings.get(slot);
    }

    @Override
    public int stringLength(final long slot)
    {
        return lengths.get(slot);
    }

    @Override
    public void setString(final long slot, final long address, final int length)
    {
        final long copy = Memory.allocate(length);
        Memory.copy(address, copy, length);
        strings.put(slot, copy);
        lengths.put(slot, length);
    }

    @Override
    public void addDistinct(final int set, final long slot, final long address, final int length)
    {
        addNewDistinct(set, slot, address, length);
    }

    @Override
    public void addDistinct(final int set, final long slot, final long value)
    {
        addNewDistinct(set, slot, value);
    }

    @Override
    public boolean addNewDistinct(final int set, final long slot, final long address, final int length)
    {
        final byte[] bytes = new byte[length];
        Memory.copy(address, bytes, 0, length);
        return sets.computeIfAbsent(slot, s -> new HashSet<>()).add(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    @Override
    public boolean addNewDistinct(final int set, final long slot, final long value)
    {
        return sets.computeIfAbsent(slot, s -> new HashSet<>()).add(value);
    }

    @Override
    public long distinctCount(final int set, final long slot)
    {
        final Set<Object> values = sets.get(slot);
        return values == null ? 0 : values.size();
    }
}
