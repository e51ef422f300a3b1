package io.millrace.codecs.sbe;

import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where each column of a row lies in an SBE message that may grow: each version of the table appends a segment to the
 * fixed block and strings behind those that were there, so that either side may be the older one.
 *
 * <p><b>Layout</b> of the body, behind the message header; each segment is a multiple of 8 bytes:
 * <pre>
 *   version 0                                       version 1 and so on           strings, by column
 *   +---------+--------+------+---------------------+--------+------+-------------+---------------------------+
 *   | RowKind | NULLs  | zero | fixed, widest first | NULLs  | zero | fixed       | u32 length, bytes     ... |
 *   +---------+--------+------+---------------------+--------+------+-------------+---------------------------+
 * </pre>
 * With one version the body is a {@link RowLayout} row, byte for byte.
 */
public final class SbeLayout
{
    /** Bytes of the message header: uint16 block length, template id, schema id, version. */
    public static final int HEADER_LENGTH = 8;
    public static final int TEMPLATE_ID_OFFSET = 2;
    public static final int SCHEMA_ID_OFFSET = 4;
    public static final int VERSION_OFFSET = 6;

    /**
     * One column as it is sent.
     *
     * @param column     of the table's layout; its offsets are those of a row in memory.
     * @param version    that brought it.
     * @param nullOffset of the byte with its NULL bit.
     * @param offset     of its fixed bytes, −1 for strings and ROW.
     * @param parent     index of the ROW that it is a part of, or −1.
     */
    public record Column(RowLayout.Column column, int version, int nullOffset, int nullMask, int offset, int parent)
    {
    }

    private final RowLayout layout;
    private final List<Column> columns;
    private final int[] blockLengths;
    private final int[] varCounts;
    private final int[] fieldCounts;

    private SbeLayout(
        final RowLayout layout, final List<Column> columns, final int[] blockLengths, final int[] varCounts,
        final int[] fieldCounts)
    {
        this.layout = layout;
        this.columns = columns;
        this.blockLengths = blockLengths;
        this.varCounts = varCounts;
        this.fieldCounts = fieldCounts;
    }

    /** A table that has not grown. */
    public static SbeLayout of(final List<SqlType.Field> fields)
    {
        return of(fields, new int[]{fields.size()});
    }

    /**
     * A table that has grown.
     *
     * @param fieldCounts how many columns it had in each version, oldest first; the last is all of {@code fields}.
     * @throws IllegalArgumentException where the counts don't ascend to that.
     */
    public static SbeLayout of(final List<SqlType.Field> fields, final int[] fieldCounts)
    {
        requireAscending(fields.size(), fieldCounts);
        final RowLayout layout = RowLayout.of(fields);
        final int count = layout.columns().size();
        final int[] parents = new int[count];
        final int[] versions = new int[count];
        int next = 0;
        for (int field = 0; field < fields.size(); field++)
        {
            int version = 0;
            while (field >= fieldCounts[version])
            {
                version++;
            }
            next = place(fields.get(field), -1, version, next, parents, versions);
        }
        final Column[] columns = new Column[count];
        final int[] blockLengths = new int[fieldCounts.length];
        final int[] varCounts = new int[fieldCounts.length];
        int at = 0;
        int vars = 0;
        for (int version = 0; version < fieldCounts.length; version++)
        {
            final List<RowLayout.Column> added = new ArrayList<>();
            for (final RowLayout.Column column : layout.columns())
            {
                if (versions[column.index()] == version)
                {
                    added.add(column);
                    vars += column.varIndex() >= 0 ? 1 : 0;
                }
            }
            at = segment(added, version, at, parents, columns);
            blockLengths[version] = at;
            varCounts[version] = vars;
        }
        return new SbeLayout(layout, List.of(columns), blockLengths, varCounts, fieldCounts.clone());
    }

    private static void requireAscending(final int fields, final int[] counts)
    {
        int before = 0;
        for (final int count : counts)
        {
            if (count <= before)
            {
                throw new IllegalArgumentException("the numbers of columns must ascend, each at least 1");
            }
            before = count;
        }
        if (before != fields)
        {
            throw new IllegalArgumentException(
                "the last version has " + before + " columns, the table has " + fields);
        }
    }

    private static int place(
        final SqlType.Field field, final int parent, final int version, final int index, final int[] parents,
        final int[] versions)
    {
        parents[index] = parent;
        versions[index] = version;
        int next = index + 1;
        for (final SqlType.Field inner : field.type().fields())
        {
            next = place(inner, index, version, next, parents, versions);
        }
        return next;
    }

    /** Lays out one version's columns from {@code begin} on; where the next segment begins. */
    private static int segment(
        final List<RowLayout.Column> added, final int version, final int begin, final int[] parents,
        final Column[] columns)
    {
        final int nulls = begin + (version == 0 ? RowLayout.NULLS_OFFSET : 0);
        int at = align8(nulls + (added.size() + 7) / 8);
        final List<RowLayout.Column> widestFirst = new ArrayList<>(added);
        widestFirst.sort(Comparator.comparingInt((RowLayout.Column c) -> -c.type().fixedWidth()));
        for (final RowLayout.Column column : widestFirst)
        {
            final int bit = column.index() - added.get(0).index();
            final int width = column.type().fixedWidth();
            columns[column.index()] = new Column(
                column, version, nulls + (bit >> 3), 1 << (bit & 7), width > 0 ? at : -1, parents[column.index()]);
            at += width;
        }
        return align8(at);
    }

    private static int align8(final int length)
    {
        return (length + 7) & -8;
    }

    /** The table's columns as a row in memory has them. */
    public RowLayout layout()
    {
        return layout;
    }

    /** In the order of {@code layout().columns()}. */
    public List<Column> columns()
    {
        return columns;
    }

    /** The newest version. */
    public int version()
    {
        return blockLengths.length - 1;
    }

    /** Bytes of the fixed block in a version. */
    public int blockLength(final int version)
    {
        return blockLengths[version];
    }

    /** Strings in a version. */
    public int varCount(final int version)
    {
        return varCounts[version];
    }

    /**
     * What both sides compare: {@code a INT, b STRING | c BIGINT}, a bar before each later version. One layout is an
     * older version of another if its text is the beginning of the other's up to a bar.
     */
    public String describe()
    {
        return describe(version());
    }

    /** As {@link #describe()} said in a version: the beginning of what is said now. */
    public String describe(final int upTo)
    {
        final StringBuilder text = new StringBuilder();
        int version = 0;
        final List<SqlType.Field> fields = layout.fields();
        for (int i = 0; i < fieldCounts[upTo]; i++)
        {
            if (i == fieldCounts[version])
            {
                text.append(" | ");
                version++;
            }
            else if (i > 0)
            {
                text.append(", ");
            }
            text.append(quoted(fields.get(i).name())).append(' ').append(fields.get(i).type());
        }
        return text.toString();
    }

    private static String quoted(final String name)
    {
        final boolean isPlain = !name.isEmpty() && name.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_');
        return isPlain ? name : '`' + name.replace("`", "``") + '`';
    }

    /** Whether rows of either layout can be read by the other: equal, or one an older version of the other. */
    public static boolean isCompatible(final String one, final String other)
    {
        final String shorter = one.length() < other.length() ? one : other;
        final String longer = one.length() < other.length() ? other : one;
        return longer.equals(shorter) || longer.startsWith(shorter + " | ");
    }
}
