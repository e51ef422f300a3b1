package io.millrace.codecs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where each column of a row lives: the one layout from producer to state. A nested ROW is flattened to its leaves,
 * named by their dotted path; the ROW itself is a column without bytes, whose NULL bit says that the whole is NULL.
 *
 * <p><b>Layout:</b> an SBE message without its header.
 * <pre>
 *   0         1                  1+N               align 8                        blockLength
 *   +---------+------------------+------------------+------------------------------+---------------------------+
 *   | RowKind | NULL bitmap      | zero             | fixed fields, widest first   | u32 length, bytes  per    |
 *   | uint8   | N = ⌈columns/8⌉  | to a multiple    | (16, 12, 8, 4, 2, 1 bytes)   | string, in column order   |
 *   |         | 1 = NULL         | of 8             |                              |                           |
 *   +---------+------------------+------------------+------------------------------+---------------------------+
 * </pre>
 * Column {@code i} has bit {@code i & 7} of byte {@code 1 + i/8}. {@code blockLength} is a multiple of 8. A NULL
 * column's fixed bytes are zero and a NULL string has length 0, so that equal rows are equal bytes.
 *
 * <p><b>Source:</b> Simple Binary Encoding (FIX Trading Community); Flink's BinaryRow for the bitmap.
 */
public final class RowLayout
{
    /** Offset of the RowKind byte. */
    public static final int KIND_OFFSET = 0;
    /** Offset of the NULL bitmap. */
    public static final int NULLS_OFFSET = 1;
    /** Bytes of a string's length. */
    public static final int VAR_HEADER_LENGTH = 4;

    /**
     * One column: a leaf, or the presence of a nested ROW. {@code fixedOffset} is −1 for strings and ROW;
     * {@code varIndex} counts the strings and is −1 for all else.
     */
    public record Column(int index, String path, SqlType type, int fixedOffset, int varIndex)
    {
        /** Offset of the byte that holds the NULL bit. */
        public int nullOffset()
        {
            return NULLS_OFFSET + (index >> 3);
        }

        /** The NULL bit in that byte. */
        public int nullMask()
        {
            return 1 << (index & 7);
        }
    }

    private final List<SqlType.Field> fields;
    private final List<Column> columns;
    private final int blockLength;
    private final int varCount;

    private RowLayout(final List<SqlType.Field> fields, final List<Column> columns, final int blockLength,
        final int varCount)
    {
        this.fields = fields;
        this.columns = columns;
        this.blockLength = blockLength;
        this.varCount = varCount;
    }

    /** Lays out a table's fields, flattening nested ROWs depth first: the ROW's presence, then its fields. */
    public static RowLayout of(final List<SqlType.Field> fields)
    {
        final List<Column> flat = new ArrayList<>();
        flatten("", fields, flat);
        final int[] offsets = new int[flat.size()];
        int offset = align8(NULLS_OFFSET + (flat.size() + 7) / 8);
        final List<Column> widestFirst = new ArrayList<>(flat);
        widestFirst.sort(Comparator.comparingInt((Column c) -> -c.type().fixedWidth()));
        for (final Column column : widestFirst)
        {
            offsets[column.index()] = offset;
            offset += column.type().fixedWidth();
        }
        final List<Column> columns = new ArrayList<>();
        int vars = 0;
        for (final Column column : flat)
        {
            final boolean isFixed = column.type().fixedWidth() > 0;
            final int varIndex = column.type().isVarLength() ? vars++ : -1;
            columns.add(new Column(
                column.index(), column.path(), column.type(), isFixed ? offsets[column.index()] : -1, varIndex));
        }
        return new RowLayout(List.copyOf(fields), List.copyOf(columns), align8(offset), vars);
    }

    private static void flatten(final String prefix, final List<SqlType.Field> fields, final List<Column> flat)
    {
        for (final SqlType.Field field : fields)
        {
            final String path = prefix + field.name();
            flat.add(new Column(flat.size(), path, field.type(), -1, -1));
            if (field.type().kind() == SqlType.Kind.ROW)
            {
                flatten(path + ".", field.type().fields(), flat);
            }
        }
    }

    private static int align8(final int length)
    {
        return (length + 7) & -8;
    }

    /** The fields as declared, nested. */
    public List<SqlType.Field> fields()
    {
        return fields;
    }

    /** Leaves and ROW presences, depth first in declared order. */
    public List<Column> columns()
    {
        return columns;
    }

    /** The column at a dotted path, or an {@link IllegalArgumentException} naming it. */
    public Column column(final String path)
    {
        for (final Column column : columns)
        {
            if (column.path().equals(path))
            {
                return column;
            }
        }
        throw new IllegalArgumentException("no column " + path);
    }

    /** Bytes before the first string: the shortest row without strings. */
    public int blockLength()
    {
        return blockLength;
    }

    /** Strings of a row. */
    public int varCount()
    {
        return varCount;
    }

    /** Shortest possible row: all strings empty. */
    public int minRowLength()
    {
        return blockLength + varCount * VAR_HEADER_LENGTH;
    }

    public static boolean isNull(final long row, final Column column)
    {
        return (Memory.getByte(row + column.nullOffset()) & column.nullMask()) != 0;
    }

    public static void setNull(final long row, final Column column)
    {
        final long at = row + column.nullOffset();
        Memory.putByte(at, (byte)(Memory.getByte(at) | column.nullMask()));
    }

    /** Address of a string's length field; the bytes follow it. Walks the strings before it. */
    public long varAddress(final long row, final int varIndex)
    {
        long at = row + blockLength;
        for (int i = 0; i < varIndex; i++)
        {
            at += VAR_HEADER_LENGTH + Memory.getInt(at);
        }
        return at;
    }

    /** Bytes of a complete row. */
    public int rowLength(final long row)
    {
        return (int)(varAddress(row, varCount) - row);
    }
}
