package io.millrace.codecs;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The SBE XML of a row layout, from which other programs generate a codec: one message per table, whose block and
 * strings are exactly {@link RowLayout}'s bytes. A row carries no message header of its own.
 *
 * <p>Fields stand in the order of their offsets, each with its offset; the id of a column is its index + 10, so it
 * stays when columns are appended. SBE has no notion of the NULL bitmap: readers test the bit that a field's
 * description names. A path such as {@code payload.page_url} becomes {@code payload_page_url}.
 *
 * <p><b>Source:</b> Simple Binary Encoding 1.0 (FIX Trading Community).
 */
public final class SbeSchema
{
    private static final int ROW_KIND_ID = 1;
    private static final int NULLS_ID = 2;
    private static final int FIRST_COLUMN_ID = 10;

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
     * The schema of one table's rows.
     *
     * @param name table, which names the message.
     * @param id   schema and template id, which the tables of a job must not share; 1 to 65534.
     */
    public static String of(final String name, final int id, final RowLayout layout)
    {
        final String message = identifier(name, new HashSet<>());
        final int nullBytes = (layout.columns().size() + 7) / 8;
        final StringBuilder xml = new StringBuilder();
        xml.append("""
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="io.millrace.rows.%s" id="%d" \
            version="0" semanticVersion="%d" description="Rows of %s" byteOrder="littleEndian">
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
                    <type name="NullBits" primitiveType="uint8" length="%d"/>
                </types>
            """.formatted(message.toLowerCase(Locale.ROOT), id, BlockDescriptor.VERSION, escape(name), nullBytes));
        xml.append("    <sbe:message name=\"").append(message).append("\" id=\"").append(id).append("\" blockLength=\"")
            .append(layout.blockLength()).append("\">\n");
        appendField(xml, "rowKind", ROW_KIND_ID, "uint8", RowLayout.KIND_OFFSET, "0 +I, 1 -U, 2 +U, 3 -D");
        appendField(xml, "nulls", NULLS_ID, "NullBits", RowLayout.NULLS_OFFSET, "1 = NULL, lowest bit first");
        appendColumns(xml, layout);
        return xml.append("    </sbe:message>\n</sbe:messageSchema>\n").toString();
    }

    private static void appendColumns(final StringBuilder xml, final RowLayout layout)
    {
        final Set<String> names = new HashSet<>();
        final List<String> identifiers =
            layout.columns().stream().map(column -> identifier(column.path(), names)).toList();
        layout.columns().stream().filter(column -> column.fixedOffset() >= 0)
            .sorted(Comparator.comparingInt(RowLayout.Column::fixedOffset))
            .forEach(column -> appendField(xml, identifiers.get(column.index()), column.index() + FIRST_COLUMN_ID,
                typeOf(column.type()), column.fixedOffset(), describe(column)));
        layout.columns().stream().filter(column -> column.varIndex() >= 0)
            .forEach(column -> xml.append("        <data name=\"").append(identifiers.get(column.index()))
                .append("\" id=\"").append(column.index() + FIRST_COLUMN_ID).append("\" type=\"Text\" description=\"")
                .append(escape(describe(column))).append("\"/>\n"));
    }

    private static void appendField(final StringBuilder xml, final String name, final int id, final String type,
        final int offset, final String description)
    {
        xml.append("        <field name=\"").append(name).append("\" id=\"").append(id).append("\" type=\"")
            .append(type).append("\" offset=\"").append(offset).append("\" description=\"").append(escape(description))
            .append("\"/>\n");
    }

    private static String describe(final RowLayout.Column column)
    {
        return column.path() + " " + column.type() + ", NULL bit " + column.index();
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
