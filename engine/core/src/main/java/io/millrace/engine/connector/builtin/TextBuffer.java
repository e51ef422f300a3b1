package io.millrace.engine.connector.builtin;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;

/** Bytes of text under construction, and the text of a row's values. <b>Threading:</b> one thread. */
final class TextBuffer
{
    private static final int FIRST_CAPACITY = 8192;
    private static final long DAY_MS = 86_400_000L;

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int length;

    byte[] bytes()
    {
        return bytes;
    }

    int length()
    {
        return length;
    }

    void clear()
    {
        length = 0;
    }

    TextBuffer add(final char ascii)
    {
        room(1);
        bytes[length++] = (byte)ascii;
        return this;
    }

    TextBuffer add(final String text)
    {
        final byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        room(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
        return this;
    }

    TextBuffer repeat(final char ascii, final int count)
    {
        room(Math.max(0, count));
        for (int i = 0; i < count; i++)
        {
            bytes[length++] = (byte)ascii;
        }
        return this;
    }

    TextBuffer add(final byte[] from, final int index, final int count)
    {
        room(count);
        System.arraycopy(from, index, bytes, length, count);
        length += count;
        return this;
    }

    /** The bytes of a string value, at its address. */
    private void add(final long address, final int count)
    {
        room(count);
        Memory.copy(address, bytes, length, count);
        length += count;
    }

    private void room(final int wanted)
    {
        if (bytes.length - length < wanted)
        {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + wanted));
        }
    }

    /** Appends a column's value as Flink's clients show it; the caller has dealt with NULL. */
    void value(final RowLayout layout, final RowLayout.Column column, final long row)
    {
        final SqlType type = column.type();
        final long at = row + column.fixedOffset();
        switch (type.kind())
        {
            case BOOLEAN -> add(Memory.getByte(at) != 0 ? "TRUE" : "FALSE");
            case TINYINT -> number(Memory.getByte(at));
            case SMALLINT -> number(Memory.getShort(at));
            case INT -> number(Memory.getInt(at));
            case BIGINT -> number(Memory.getLong(at));
            case FLOAT -> add(Float.toString(Memory.getFloat(at)));
            case DOUBLE -> add(Double.toString(Memory.getDouble(at)));
            case DECIMAL -> add(decimal(type, at).toPlainString());
            case DATE -> date(Memory.getInt(at));
            case TIMESTAMP -> timestamp(type, at);
            case CHAR, VARCHAR ->
            {
                final long string = layout.varAddress(row, column.varIndex());
                add(string + RowLayout.VAR_HEADER_LENGTH, Memory.getInt(string));
            }
            default -> throw new IllegalStateException("no text for " + type);
        }
    }

    private static BigDecimal decimal(final SqlType type, final long at)
    {
        final long low = Memory.getLong(at);
        if (type.isCompactDecimal())
        {
            return BigDecimal.valueOf(low, type.scale());
        }
        final BigInteger unsigned = BigInteger.valueOf(low).and(BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE));
        return new BigDecimal(BigInteger.valueOf(Memory.getLong(at + 8)).shiftLeft(64).add(unsigned), type.scale());
    }

    private void number(final long value)
    {
        if (value == Long.MIN_VALUE)
        {
            add("-9223372036854775808");
            return;
        }
        if (value < 0)
        {
            add('-');
        }
        long rest = Math.abs(value);
        int digits = 1;
        for (long left = rest / 10; left != 0; left /= 10)
        {
            digits++;
        }
        padded(rest, digits);
    }

    /** {@code value} ≥ 0 in exactly {@code digits} digits. */
    private void padded(final long value, final int digits)
    {
        room(digits);
        long rest = value;
        for (int i = digits - 1; i >= 0; i--)
        {
            bytes[length + i] = (byte)('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    private void date(final int epochDay)
    {
        final LocalDate date = LocalDate.ofEpochDay(epochDay);
        if (date.getYear() < 0 || date.getYear() > 9999)
        {
            add(date.toString());
            return;
        }
        padded(date.getYear(), 4);
        add('-');
        padded(date.getMonthValue(), 2);
        add('-');
        padded(date.getDayOfMonth(), 2);
    }

    private void timestamp(final SqlType type, final long at)
    {
        final long epochMs = Memory.getLong(at);
        final long ofDay = Math.floorMod(epochMs, DAY_MS);
        date((int)Math.floorDiv(epochMs, DAY_MS));
        add(' ');
        padded(ofDay / 3_600_000, 2);
        add(':');
        padded(ofDay / 60_000 % 60, 2);
        add(':');
        padded(ofDay / 1000 % 60, 2);
        if (type.precision() > 0)
        {
            final long nanos = ofDay % 1000 * 1_000_000 + (type.isCompactTimestamp() ? 0 : Memory.getInt(at + 8));
            long shown = nanos;
            for (int i = type.precision(); i < 9; i++)
            {
                shown /= 10;
            }
            add('.');
            padded(shown, type.precision());
        }
    }
}
