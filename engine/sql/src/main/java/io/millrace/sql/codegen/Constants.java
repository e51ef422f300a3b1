package io.millrace.sql.codegen;

import io.millrace.codecs.Memory;
import java.lang.ref.Cleaner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The constants of one kernel class: strings in off-heap memory, and immutable objects such as compiled patterns.
 * Classes of stored plans name this type, so it stays where it is.
 *
 * <p><b>Ownership:</b> the memory lives as long as this object, which the kernel's factory and every kernel made by
 * it refer to. <b>Threading:</b> filled while compiling, read-only afterwards.
 */
public final class Constants
{
    private static final Cleaner CLEANER = Cleaner.create();

    private final List<byte[]> strings = new ArrayList<>();
    private final Map<String, Integer> offsets = new HashMap<>();
    private final List<Object> objects = new ArrayList<>();
    private int length;
    private long address;

    /** Offset of a string's bytes from {@link #address()}. */
    int string(final String value)
    {
        return offsets.computeIfAbsent(value, v ->
        {
            final byte[] bytes = v.getBytes(StandardCharsets.UTF_8);
            final int offset = length;
            strings.add(bytes);
            length += (bytes.length + 7) & -8;
            return offset;
        });
    }

    /** Index of an object for {@link #object}; equal objects share one. */
    int object(final Object value)
    {
        final int known = objects.indexOf(value);
        if (known >= 0)
        {
            return known;
        }
        objects.add(value);
        return objects.size() - 1;
    }

    public boolean isEmpty()
    {
        return strings.isEmpty() && objects.isEmpty();
    }

    /** Lays the strings out off-heap. Call once, when all are known. */
    public void conclude()
    {
        final long memory = Memory.allocate(length + 8L);
        Memory.fill(memory, length + 8L, (byte)0);
        long at = memory;
        for (final byte[] bytes : strings)
        {
            Memory.copy(bytes, 0, at, bytes.length);
            at += (bytes.length + 7) & -8;
        }
        address = memory;
        CLEANER.register(this, () -> Memory.free(memory));
    }

    /** The strings in the order in which they lie off-heap. */
    public List<byte[]> strings()
    {
        return strings;
    }

    /** The objects by index. */
    public List<Object> objects()
    {
        return objects;
    }

    /** The constants that {@link #strings()} and {@link #objects()} gave, laid out as they were. */
    public static Constants of(final List<byte[]> strings, final List<Object> objects)
    {
        final Constants constants = new Constants();
        for (final byte[] string : strings)
        {
            constants.strings.add(string);
            constants.length += (string.length + 7) & -8;
        }
        constants.objects.addAll(objects);
        constants.conclude();
        return constants;
    }

    /** Where the strings begin; called by generated constructors. */
    public long address()
    {
        return address;
    }

    /** An object by index; called by generated constructors. */
    public Object object(final int index)
    {
        return objects.get(index);
    }
}
