package io.millrace.client;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.codecs.Memory;
import io.millrace.codecs.SqlType;
import io.millrace.codecs.sbe.SbeLayout;
import io.millrace.codecs.sbe.SbeRowEncoder;
import java.nio.ByteBuffer;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One row being written, its columns in any order. A column that is not set is NULL.
 *
 * <p><b>Threading:</b> one thread. <b>Allocation:</b> none per row. <b>Errors:</b> {@link IllegalArgumentException}
 * where a column has another type, {@link IndexOutOfBoundsException} where texts exceed the row's limit.
 */
public final class RowWriter
{
    private static final int LENGTH_BYTES = 4;

    private final RowSchema schema;
    private final long header;
    private final int blockLength;
    private final UnsafeBuffer blank;
    private final UnsafeBuffer block;
    private final UnsafeBuffer texts;
    private final int[] nullOffsets;
    private final byte[] nullMasks;
    private final int[] offsets;
    private final int[] widths;
    private final int[] varIndexes;
    private final int[] parents;
    private final int[] textBegins;
    private final int[] textLengths;
    private int textUsed;
    private int textSet;
    /** Texts that lie one behind the other as they are sent, each behind its length. */
    private int inOrder;
    private boolean isOrdered;

    /**
     * @param maxTextBytes bytes of all texts of a row together.
     */
    RowWriter(final RowSchema schema, final int maxTextBytes)
    {
        this.schema = schema;
        final SbeLayout wire = schema.wire();
        header = SbeRowEncoder.header(wire, schema.id());
        blockLength = wire.blockLength(wire.version());
        blank = new UnsafeBuffer(ByteBuffer.allocateDirect(blockLength));
        block = new UnsafeBuffer(ByteBuffer.allocateDirect(blockLength));
        texts = new UnsafeBuffer(
            ByteBuffer.allocateDirect(maxTextBytes + LENGTH_BYTES * wire.varCount(wire.version())));
        final List<SbeLayout.Column> columns = wire.columns();
        nullOffsets = new int[columns.size()];
        nullMasks = new byte[columns.size()];
        offsets = new int[columns.size()];
        widths = new int[columns.size()];
        varIndexes = new int[columns.size()];
        parents = new int[columns.size()];
        for (int i = 0; i < columns.size(); i++)
        {
            final SbeLayout.Column column = columns.get(i);
            nullOffsets[i] = column.nullOffset();
            nullMasks[i] = (byte)column.nullMask();
            offsets[i] = column.offset();
            widths[i] = column.column().type().fixedWidth();
            varIndexes[i] = column.column().varIndex();
            parents[i] = column.parent();
            blank.putByte(nullOffsets[i], (byte)(blank.getByte(nullOffsets[i]) | nullMasks[i]));
        }
        textBegins = new int[wire.varCount(wire.version())];
        textLengths = new int[textBegins.length];
    }

    /** Begins a row: every column is NULL. */
    void begin()
    {
        Memory.copy(blank.addressOffset(), block.addressOffset(), blockLength);
        textUsed = 0;
        textSet = 0;
        inOrder = 0;
        isOrdered = true;
        for (int i = 0; i < textLengths.length; i++)
        {
            textLengths[i] = 0;
        }
    }

    /** Bytes of the record: message header, block and texts. */
    int length()
    {
        return SbeLayout.HEADER_LENGTH + blockLength + LENGTH_BYTES * textLengths.length + textSet;
    }

    /** Writes the record. */
    void putInto(final MutableDirectBuffer to, final int index)
    {
        to.putLong(index, header, LITTLE_ENDIAN);
        int at = index + SbeLayout.HEADER_LENGTH;
        to.putBytes(at, block, 0, blockLength);
        at += blockLength;
        if (isOrdered && leaveOut(textLengths.length))
        {
            to.putBytes(at, texts, 0, textUsed);
            return;
        }
        for (int i = 0; i < textLengths.length; i++)
        {
            to.putInt(at, textLengths[i], LITTLE_ENDIAN);
            at += LENGTH_BYTES;
            to.putBytes(at, texts, textBegins[i], textLengths[i]);
            at += textLengths[i];
        }
    }

    /** Puts lengths of nothing for texts before {@code text} that were not set; false where there is no room. */
    private boolean leaveOut(final int text)
    {
        final int bytes = LENGTH_BYTES * (text - inOrder);
        if (textUsed + bytes > texts.capacity())
        {
            return false;
        }
        for (; inOrder < text; inOrder++)
        {
            texts.putInt(textUsed, 0, LITTLE_ENDIAN);
            textUsed += LENGTH_BYTES;
        }
        return true;
    }

    private int present(final int column, final int width)
    {
        if (widths[column] != width || width == 0)
        {
            throw wrongType(column);
        }
        clearNull(column);
        return offsets[column];
    }

    private void clearNull(final int column)
    {
        for (int each = column; each >= 0; each = parents[each])
        {
            block.putByte(nullOffsets[each], (byte)(block.getByte(nullOffsets[each]) & ~nullMasks[each]));
        }
    }

    private IllegalArgumentException wrongType(final int column)
    {
        return new IllegalArgumentException(
            schema.columns().get(column) + " is " + schema.type(column) + ", which this setter does not write");
    }

    /** Bytes on the way: BIGINT, DECIMAL of up to 18 digits (unscaled), TIMESTAMP of up to 3 (ms since 1970). */
    public RowWriter setLong(final int column, final long value)
    {
        block.putLong(present(column, 8), value, LITTLE_ENDIAN);
        return this;
    }

    /** INT, or DATE in days since 1970-01-01. */
    public RowWriter setInt(final int column, final int value)
    {
        block.putInt(present(column, 4), value, LITTLE_ENDIAN);
        return this;
    }

    public RowWriter setShort(final int column, final short value)
    {
        block.putShort(present(column, 2), value, LITTLE_ENDIAN);
        return this;
    }

    public RowWriter setByte(final int column, final byte value)
    {
        block.putByte(present(column, 1), value);
        return this;
    }

    public RowWriter setBoolean(final int column, final boolean value)
    {
        return setByte(column, (byte)(value ? 1 : 0));
    }

    public RowWriter setFloat(final int column, final float value)
    {
        block.putFloat(present(column, 4), value, LITTLE_ENDIAN);
        return this;
    }

    public RowWriter setDouble(final int column, final double value)
    {
        block.putDouble(present(column, 8), value, LITTLE_ENDIAN);
        return this;
    }

    /** DECIMAL of more than 18 digits: the halves of the unscaled value. */
    public RowWriter setDecimal(final int column, final long high, final long low)
    {
        final int at = present(column, 16);
        block.putLong(at, low, LITTLE_ENDIAN);
        block.putLong(at + 8, high, LITTLE_ENDIAN);
        return this;
    }

    /** TIMESTAMP of more than 3 digits: milliseconds since 1970 and nanoseconds of the millisecond. */
    public RowWriter setTimestamp(final int column, final long milliseconds, final int nanoseconds)
    {
        final int at = present(column, 12);
        block.putLong(at, milliseconds, LITTLE_ENDIAN);
        block.putInt(at + 8, nanoseconds, LITTLE_ENDIAN);
        return this;
    }

    /** Text as UTF-8 bytes. */
    public RowWriter setText(final int column, final DirectBuffer utf8, final int index, final int length)
    {
        final int begin = beginText(column, length);
        if (utf8.byteArray() == null)
        {
            utf8.boundsCheck(index, length);
            Memory.copy(utf8.addressOffset() + index, texts.addressOffset() + begin, length);
        }
        else
        {
            texts.putBytes(begin, utf8, index, length);
        }
        return endText(column, begin, length);
    }

    /** Text as UTF-8 bytes. */
    public RowWriter setText(final int column, final byte[] utf8)
    {
        final int begin = beginText(column, utf8.length);
        texts.putBytes(begin, utf8);
        return endText(column, begin, utf8.length);
    }

    /** Text; a lone surrogate becomes a question mark. */
    public RowWriter setText(final int column, final CharSequence text)
    {
        int at = beginText(column, text.length());
        final int begin = at;
        for (int i = 0; i < text.length(); i++)
        {
            final char c = text.charAt(i);
            if (c < 0x80)
            {
                texts.putByte(at++, (byte)c);
            }
            else if (c < 0x800)
            {
                texts.putByte(at++, (byte)(0xC0 | c >> 6));
                texts.putByte(at++, (byte)(0x80 | c & 0x3F));
            }
            else if (!Character.isSurrogate(c))
            {
                texts.putByte(at++, (byte)(0xE0 | c >> 12));
                texts.putByte(at++, (byte)(0x80 | c >> 6 & 0x3F));
                texts.putByte(at++, (byte)(0x80 | c & 0x3F));
            }
            else if (Character.isHighSurrogate(c) && i + 1 < text.length() &&
                Character.isLowSurrogate(text.charAt(i + 1)))
            {
                final int point = Character.toCodePoint(c, text.charAt(++i));
                texts.putByte(at++, (byte)(0xF0 | point >> 18));
                texts.putByte(at++, (byte)(0x80 | point >> 12 & 0x3F));
                texts.putByte(at++, (byte)(0x80 | point >> 6 & 0x3F));
                texts.putByte(at++, (byte)(0x80 | point & 0x3F));
            }
            else
            {
                texts.putByte(at++, (byte)'?');
            }
        }
        return endText(column, begin, at - begin);
    }

    private int beginText(final int column, final int least)
    {
        final int text = varIndexes[column];
        if (text < 0)
        {
            throw wrongType(column);
        }
        if (text < inOrder || !leaveOut(text))
        {
            isOrdered = false;
        }
        final int begin = textUsed + LENGTH_BYTES;
        texts.boundsCheck(begin, least);
        return begin;
    }

    private RowWriter endText(final int column, final int begin, final int length)
    {
        final int text = varIndexes[column];
        texts.putInt(begin - LENGTH_BYTES, length, LITTLE_ENDIAN);
        textSet += length - textLengths[text];
        textBegins[text] = begin;
        textLengths[text] = length;
        textUsed = begin + length;
        inOrder = isOrdered ? text + 1 : inOrder;
        clearNull(column);
        return this;
    }

    /** Takes back what was set. */
    public RowWriter setNull(final int column)
    {
        if (schema.type(column).kind() == SqlType.Kind.ROW)
        {
            throw wrongType(column);
        }
        block.putByte(nullOffsets[column], (byte)(block.getByte(nullOffsets[column]) | nullMasks[column]));
        if (varIndexes[column] >= 0)
        {
            textSet -= textLengths[varIndexes[column]];
            textLengths[varIndexes[column]] = 0;
            isOrdered = false;
        }
        else
        {
            block.setMemory(offsets[column], widths[column], (byte)0);
        }
        return this;
    }
}
