package io.millrace.codecs.json;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of one object that are columns, found by the bytes of their key. Open addressing over at most half full
 * slots.
 *
 * <p><b>Ownership:</b> owns the memory of its keys and of the objects within it until {@link #close}.
 */
final class JsonFields
{
    /** The key names no column. */
    static final int UNKNOWN = -1;

    private final int column;
    private final int end;
    private final long[] heads;
    private final int[] lengths;
    private final long[] keys;
    private final int[] columns;
    private final @Nullable JsonFields[] children;
    private final int mask;
    private final List<JsonFields> rows = new ArrayList<>();
    private int cursor;

    /** The members of the whole record among the first {@code decodedColumns} columns. */
    static JsonFields of(final RowLayout layout, final int decodedColumns)
    {
        return new JsonFields(-1, 0, layout.fields(), decodedColumns);
    }

    private JsonFields(final int column, final int first, final List<SqlType.Field> fields, final int decodedColumns)
    {
        this.column = column;
        int capacity = 4;
        while (capacity < fields.size() * 2)
        {
            capacity *= 2;
        }
        mask = capacity - 1;
        heads = new long[capacity];
        lengths = new int[capacity];
        keys = new long[capacity];
        columns = new int[capacity];
        children = new JsonFields[capacity];
        cursor = first;
        for (final SqlType.Field field : fields)
        {
            if (cursor < decodedColumns)
            {
                add(field, decodedColumns);
            }
        }
        end = cursor;
    }

    private void add(final SqlType.Field field, final int decodedColumns)
    {
        final byte[] name = field.name().getBytes(StandardCharsets.UTF_8);
        final long key = Memory.allocate(name.length + 8L);
        Memory.copy(name, 0, key, name.length);
        final long head = head(key, name.length);
        int i = (int)hash(head, name.length) & mask;
        while (keys[i] != 0)
        {
            i = (i + 1) & mask;
        }
        heads[i] = head;
        lengths[i] = name.length;
        keys[i] = key;
        columns[i] = cursor++;
        if (field.type().kind() == SqlType.Kind.ROW)
        {
            final JsonFields child = new JsonFields(columns[i], cursor, field.type().fields(), decodedColumns);
            children[i] = child;
            rows.add(child);
            cursor = child.end;
        }
    }

    private static long head(final long key, final int length)
    {
        return length >= 8 ? Memory.getLong(key) :
            length == 0 ? 0 : Memory.getLong(key) & (-1L >>> ((8 - length) << 3));
    }

    private static long hash(final long head, final int length)
    {
        return ((head ^ length) * 0x9E3779B97F4A7C15L) >>> 32;
    }

    /** Index of a key's member, for {@link #columnAt} and {@link #rowAt}, or {@link #UNKNOWN}. */
    int find(final long key, final int length)
    {
        final long head = head(key, length);
        for (int i = (int)hash(head, length) & mask; keys[i] != 0; i = (i + 1) & mask)
        {
            if (heads[i] == head && lengths[i] == length && Memory.isEqual(keys[i], key, length))
            {
                return i;
            }
        }
        return UNKNOWN;
    }

    int columnAt(final int member)
    {
        return columns[member];
    }

    /** The members of a ROW, or null where the member is a leaf. */
    @Nullable JsonFields rowAt(final int member)
    {
        return children[member];
    }

    /** The ROW's own column, or −1 for the record. */
    int column()
    {
        return column;
    }

    /** The column after the last within this object. */
    int end()
    {
        return end;
    }

    void close()
    {
        for (final long key : keys)
        {
            if (key != 0)
            {
                Memory.free(key);
            }
        }
        rows.forEach(JsonFields::close);
    }
}
