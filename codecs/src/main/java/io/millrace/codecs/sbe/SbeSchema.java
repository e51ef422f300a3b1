package io.millrace.codecs.sbe;

import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The SBE XML of a row layout, from which other programs generate a codec: one message per table, whose block and
 * strings are exactly {@link SbeLayout}'s bytes.
 *
 * <p>Fields stand in the order of their offsets, each with its offset; the id of a column is its index + 10, so it
 * stays when columns are appended. SBE has no notion of the NULL bitmap: readers test the bit that a field's
 * description names. A path such as {@code payload.page_url} becomes {@code payload_page_url}.
 *
 * <p><b>Source:</b> Simple Binary Encoding 1.0 (FIX Trading Community).
 */
public final class SbeSchema
{
    /** What a schema's description begins with; the table's name follows. */
    public static final String TITLE = "Rows of ";

    private static final int ROW_KIND_ID = 1;
    private static final int NULLS_ID = 2;
    /** Ids of the later versions' bitmaps begin behind it. */
    private static final int LATER_NULLS_ID = 60_000;
    private static final int FIRST_COLUMN_ID = 10;
    /** Greatest id of a schema and template. */
    public static final int MAX_ID = 65534;

    /** Words of the languages that codecs are generated for, and methods that every generated codec has. */
    private static final Set<String> RESERVED = Set.of(
        ("abstract alignas alignof and and_eq as asm assert auto base bitand bitor bool boolean break byte " +
        "case catch chan char checked class compl const const_cast constexpr continue crate decimal decltype " +
        "default defer delegate delete do double dyn dynamic_cast else enum event explicit export extends " +
        "extern fallthrough false final finally fixed float fn for foreach friend func go goto if impl " +
        "implements implicit import in inline instanceof int interface internal is let lock long loop map " +
        "match mod move mut mutable namespace native new noexcept not not_eq null nullptr object operator or " +
        "or_eq out override package params private protected pub public range readonly ref register " +
        "reinterpret_cast return sbyte sealed select self short signed sizeof stackalloc static static_assert " +
        "static_cast strictfp string struct super switch synchronized template this thread_local throw throws " +
        "trait transient true try type typedef typeid typename typeof uint ulong unchecked union unsafe " +
        "unsigned use ushort using var virtual void volatile wchar_t where while xor xor_eq yield buffer " +
        "offset limit wrap encodedlength tostring hashcode getclass equals clone finalize notify notifyall " +
        "wait appendto rowkind nulls initialoffset actingversion actingblocklength").split(" "));

    private SbeSchema()
    {
    }

    /**
     * The schema id and template id of a table for which none is chosen: it follows from the name alone, so that it
     * stays when tables come and go.
     */
    public static int idOf(final String name)
    {
        int hash = 0x811C9DC5;
        for (final byte b : name.getBytes(StandardCharsets.UTF_8))
        {
            hash = (hash ^ b & 0xFF) * 0x01000193;
        }
        return 1 + Integer.remainderUnsigned(hash, MAX_ID);
    }

    /** The schema of a table that has not grown. */
    public static String of(final String name, final int id, final RowLayout layout)
    {
        return of(name, id, SbeLayout.of(layout.fields()));
    }

    /**
     * The schema of one table's rows.
     *
     * @param name table, which names the message.
     * @param id   schema and template id, which the tables of a job must not share; 1 to {@link #MAX_ID}.
     */
    public static String of(final String name, final int id, final SbeLayout wire)
    {
        final RowLayout layout = wire.layout();
        final String message = identifier(name, new HashSet<>());
        final int newest = wire.version();
        final StringBuilder xml = new StringBuilder();
        xml.append("""
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="io.millrace.rows.%s" id="%d" \
            version="%d" semanticVersion="%d" description="%s" byteOrder="littleEndian">
                <types>
                    <composite name="messageHeader">
                        <type name="blockLength" primitiveType="uint16"/>
                        <type name="templateId" primitiveType="uint16"/>
                        <type name="schemaId" primitiveType="uint16"/>
                        <type name="version" primitiveType="uint16"/>
                    </composite>
                    <composite name="Decimal128" description="Unscaled value, two's complement">
                        <type name="low" primitiveType="int64"/>
                        <type name="high" primitiveType="int64"/>
                    </composite>
                    <composite name="FineTimestamp" description="Time since 1970-01-01">
                        <type name="milliseconds" primitiveType="int64"/>
                        <type name="nanosecondsOfMillisecond" primitiveType="int32"/>
                    </composite>
                    <composite name="Text">
                        <type name="length" primitiveType="uint32" maxValue="1073741824"/>
                        <type name="varData" primitiveType="uint8" length="0" characterEncoding="UTF-8"/>
                    </composite>
            """.formatted(message.toLowerCase(Locale.ROOT), id, newest, BlockDescriptor.VERSION,
            escape(TITLE + name)));
        for (int version = 0; version <= newest; version++)
        {
            xml.append("        <type name=\"NullBits").append(suffix(version))
                .append("\" primitiveType=\"uint8\" length=\"").append(nullBytes(wire, version)).append("\"/>\n");
        }
        xml.append("    </types>\n");
        xml.append("    <sbe:message name=\"").append(message).append("\" id=\"").append(id).append("\" blockLength=\"")
            .append(wire.blockLength(newest)).append("\" description=\"").append(escape(wire.describe()))
            .append("\">\n");
        appendField(xml, "rowKind", ROW_KIND_ID, "uint8", RowLayout.KIND_OFFSET, 0, "0 +I, 1 -U, 2 +U, 3 -D");
        appendColumns(xml, wire);
        return xml.append("    </sbe:message>\n</sbe:messageSchema>\n").toString();
    }

    private static void appendColumns(final StringBuilder xml, final SbeLayout wire)
    {
        final Set<String> names = new HashSet<>();
        for (int version = 0; version <= wire.version(); version++)
        {
            names.add("nulls" + suffix(version));
        }
        final List<String> identifiers =
            wire.layout().columns().stream().map(column -> identifier(column.path(), names)).toList();
        for (int i = 0; i <= wire.version(); i++)
        {
            final int version = i;
            appendField(xml, "nulls" + suffix(version), version == 0 ? NULLS_ID : LATER_NULLS_ID + version,
                "NullBits" + suffix(version), nullsOffset(wire, version), version, "1 = NULL, lowest bit first");
            wire.columns().stream().filter(column -> column.offset() >= 0 && column.version() == version)
                .sorted(Comparator.comparingInt(SbeLayout.Column::offset))
                .forEach(column -> appendField(xml, identifiers.get(column.column().index()),
                    column.column().index() + FIRST_COLUMN_ID, typeOf(column.column().type()), column.offset(),
                    version, describe(wire, column)));
        }
        wire.columns().stream().filter(column -> column.column().varIndex() >= 0)
            .forEach(column -> xml.append("        <data name=\"").append(identifiers.get(column.column().index()))
                .append("\" id=\"").append(column.column().index() + FIRST_COLUMN_ID).append("\" type=\"Text\"")
                .append(since(column.version())).append(" description=\"").append(escape(describe(wire, column)))
                .append("\"/>\n"));
    }

    private static void appendField(final StringBuilder xml, final String name, final int id, final String type,
        final int offset, final int version, final String description)
    {
        xml.append("        <field name=\"").append(name).append("\" id=\"").append(id).append("\" type=\"")
            .append(type).append("\" offset=\"").append(offset).append('"').append(since(version))
            .append(" description=\"").append(escape(description)).append("\"/>\n");
    }

    private static String since(final int version)
    {
        return version == 0 ? "" : " sinceVersion=\"" + version + '"';
    }

    private static String suffix(final int version)
    {
        return version == 0 ? "" : Integer.toString(version);
    }

    private static int nullsOffset(final SbeLayout wire, final int version)
    {
        return version == 0 ? RowLayout.NULLS_OFFSET : wire.blockLength(version - 1);
    }

    private static int nullBytes(final SbeLayout wire, final int version)
    {
        final long columns = wire.columns().stream().filter(column -> column.version() == version).count();
        return (int)((columns + 7) / 8);
    }

    /** The type, and where the NULL bit is: its number counts from the bitmap's beginning. */
    private static String describe(final SbeLayout wire, final SbeLayout.Column column)
    {
        final int bit = (column.nullOffset() - nullsOffset(wire, column.version())) * 8 +
            Integer.numberOfTrailingZeros(column.nullMask());
        return column.column().path() + " " + column.column().type() + ", NULL bit " + bit +
            (column.version() == 0 ? "" : " of nulls" + column.version());
    }

    private static String typeOf(final SqlType type)
    {
        return switch (type.kind())
        {
            case BOOLEAN -> "uint8";
            case TINYINT -> "int8";
            case SMALLINT -> "int16";
            case INT, DATE, INTERVAL_MONTH -> "int32";
            case BIGINT, INTERVAL_DAY -> "int64";
            case FLOAT -> "float";
            case DOUBLE -> "double";
            case DECIMAL -> type.isCompactDecimal() ? "int64" : "Decimal128";
            case TIMESTAMP -> type.isCompactTimestamp() ? "int64" : "FineTimestamp";
            case CHAR, VARCHAR, ROW, NULL -> throw new IllegalArgumentException(type + " has no fixed bytes");
        };
    }

    /** A name that every language takes and that is not among {@code taken}, to which it is added. */
    private static String identifier(final String path, final Set<String> taken)
    {
        final StringBuilder name = new StringBuilder();
        path.chars().forEach(c -> name.append(c < 0x80 && Character.isLetterOrDigit(c) ? (char)c : '_'));
        if (name.isEmpty() || Character.isDigit(name.charAt(0)))
        {
            name.insert(0, '_');
        }
        final boolean isReserved =
            RESERVED.contains(name.toString().toLowerCase(Locale.ROOT)) || name.toString().startsWith("sbe");
        final String stem = name.append(isReserved || name.toString().equals("_") ? "_" : "").toString();
        String unique = stem;
        for (int i = 2; !taken.add(unique.toLowerCase(Locale.ROOT)); i++)
        {
            unique = stem + '_' + i;
        }
        return unique;
    }

    private static String escape(final String text)
    {
        final StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> escaped.append(switch (c)
        {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '"' -> "&quot;";
            default -> c < ' ' ? " " : String.valueOf((char)c);
        }));
        return escaped.toString();
    }
}
