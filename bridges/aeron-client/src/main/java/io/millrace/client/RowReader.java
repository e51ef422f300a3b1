package io.millrace.client;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.codecs.sbe.SbeLayout;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * A flyweight over one row that was received; it owns nothing and is valid until the handler returns. Columns that an
 * older sender does not know are NULL.
 *
 * <p><b>Threading:</b> one thread. <b>Allocation:</b> none, but for {@link #getText(int)}. <b>Errors:</b> a getter of
 * another width than the column's gives bytes of no meaning; {@link IndexOutOfBoundsException} beyond the message.
 */
public final class RowReader
{
    private static final int LENGTH_BYTES = 4;

    private final RowSchema schema;
    private final SbeLayout wire;
    private final SbeLayout.Column[] columns;
    private final int[] texts;
    private DirectBuffer buffer;
    private int body;
    private int version;

    RowReader(final RowSchema schema, final DirectBuffer empty)
    {
        this.schema = schema;
        wire = schema.wire();
        final List<SbeLayout.Column> all = wire.columns();
        columns = all.toArray(SbeLayout.Column[]::new);
        texts = new int[wire.varCount(wire.version())];
        buffer = empty;
    }

    /** Reads another message: false where it is none of this schema. */
    boolean wrap(final DirectBuffer from, final int offset, final int length)
    {
        if (length < SbeLayout.HEADER_LENGTH ||
            unsignedShort(from, offset + SbeLayout.TEMPLATE_ID_OFFSET) != schema.id() ||
            unsignedShort(from, offset + SbeLayout.SCHEMA_ID_OFFSET) != schema.id())
        {
            return false;
        }
        final int blockLength = unsignedShort(from, offset);
        final int sent = unsignedShort(from, offset + SbeLayout.VERSION_OFFSET);
        version = Math.min(sent, wire.version());
        final int least = wire.blockLength(version);
        final int end = offset + length;
        body = offset + SbeLayout.HEADER_LENGTH;
        int at = body + blockLength;
        if (at > end || (sent == version ? blockLength != least : blockLength < least))
        {
            return false;
        }
        final int count = wire.varCount(version);
        for (int i = 0; i < count; i++)
        {
            if (end - at < LENGTH_BYTES)
            {
                return false;
            }
            final int textLength = from.getInt(at, LITTLE_ENDIAN);
            if (textLength < 0 || textLength > end - at - LENGTH_BYTES)
            {
                return false;
            }
            texts[i] = at;
            at += LENGTH_BYTES + textLength;
        }
        buffer = from;
        return true;
    }

    private static int unsignedShort(final DirectBuffer from, final int index)
    {
        return from.getShort(index, LITTLE_ENDIAN) & 0xFFFF;
    }

    /** What the row does to its table: 0 +I, 1 -U, 2 +U, 3 -D. */
    public int kind()
    {
        return buffer.getByte(body);
    }

    public boolean isNull(final int column)
    {
        final SbeLayout.Column of = columns[column];
        return of.version() > version || (buffer.getByte(body + of.nullOffset()) & of.nullMask()) != 0;
    }

    private int at(final int column)
    {
        return body + columns[column].offset();
    }

    /** BIGINT, DECIMAL of up to 18 digits (unscaled), TIMESTAMP in milliseconds since 1970. */
    public long getLong(final int column)
    {
        return isNull(column) ? 0 : buffer.getLong(at(column), LITTLE_ENDIAN);
    }

    /** INT, or DATE in days since 1970-01-01. */
    public int getInt(final int column)
    {
        return isNull(column) ? 0 : buffer.getInt(at(column), LITTLE_ENDIAN);
    }

    public short getShort(final int column)
    {
        return isNull(column) ? 0 : buffer.getShort(at(column), LITTLE_ENDIAN);
    }

    public byte getByte(final int column)
    {
        return isNull(column) ? 0 : buffer.getByte(at(column));
    }

    public boolean getBoolean(final int column)
    {
        return getByte(column) != 0;
    }

    public float getFloat(final int column)
    {
        return isNull(column) ? 0 : buffer.getFloat(at(column), LITTLE_ENDIAN);
    }

    public double getDouble(final int column)
    {
        return isNull(column) ? 0 : buffer.getDouble(at(column), LITTLE_ENDIAN);
    }

    /** High half of a DECIMAL of more than 18 digits; {@link #getLong} gives the low one. */
    public long getHigh(final int column)
    {
        return isNull(column) ? 0 : buffer.getLong(at(column) + 8, LITTLE_ENDIAN);
    }

    /** Nanoseconds of the millisecond of a TIMESTAMP of more than 3 digits. */
    public int getNanoseconds(final int column)
    {
        return isNull(column) ? 0 : buffer.getInt(at(column) + 8, LITTLE_ENDIAN);
    }

    /** Bytes of a text, 0 for NULL. */
    public int textLength(final int column)
    {
        return isNull(column) ? 0 : buffer.getInt(texts[columns[column].column().varIndex()], LITTLE_ENDIAN);
    }

    /** Where a text's bytes begin in {@link #buffer()}. */
    public int textOffset(final int column)
    {
        return texts[columns[column].column().varIndex()] + LENGTH_BYTES;
    }

    /** The memory that the row lies in. */
    public DirectBuffer buffer()
    {
        return buffer;
    }

    /** A text as a new string, empty for NULL. */
    public String getText(final int column)
    {
        final int length = textLength(column);
        return length == 0 ? "" : buffer.getStringWithoutLengthUtf8(textOffset(column), length);
    }
}
