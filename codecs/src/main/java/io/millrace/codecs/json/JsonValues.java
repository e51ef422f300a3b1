package io.millrace.codecs.json;

import io.millrace.codecs.Memory;
import io.millrace.codecs.SqlType;

/**
 * Turns noted values into the bytes of their column, with Flink's coercions: a string may hold a number, a number
 * becomes its text, an object or array in a string column becomes compact JSON.
 */
final class JsonValues
{
    /** Nothing was written: the value does not fit its column. */
    static final int MISFIT = -1;
    /** Nothing was written: the value is NULL even where misfits are errors, as a DECIMAL out of range is in Flink. */
    static final int NULLED = -2;
    /** The text is longer than the room for it. */
    static final int FULL = -3;

    private static final double LONG_BOUND = 9.223372036854775807E18;

    private final JsonSlots slots;
    private final JsonOptions options;
    private final JsonNumber number = new JsonNumber();
    private final JsonTime time = new JsonTime();
    private final JsonContainer container;
    private long scratch;
    private int scratchLength;
    private long from;
    private long to;

    JsonValues(final JsonSlots slots, final JsonOptions options, final boolean hasDecimals)
    {
        this.slots = slots;
        this.options = options;
        container = new JsonContainer(hasDecimals);
        scratchLength = 256;
        scratch = Memory.allocate(scratchLength);
    }

    /** Length of the text written, or {@link #FULL}. */
    int writeText(final long slot, final int kind, final long out, final int room)
    {
        final long start = slots.start(slot);
        final int length = slots.length(slot);
        if (kind == JsonSlots.OBJECT || kind == JsonSlots.ARRAY)
        {
            return container.write(start, start + length, out, room);
        }
        if (kind == JsonSlots.ESCAPED)
        {
            if (length <= room)
            {
                return JsonText.unescape(start, length, out);
            }
            readText(slot, kind);
            final int unescaped = (int)(to - from);
            if (unescaped <= room)
            {
                Memory.copy(from, out, unescaped);
            }
            return unescaped <= room ? unescaped : FULL;
        }
        if (length > room)
        {
            return FULL;
        }
        Memory.copy(start, out, length);
        return length;
    }

    /** 0, {@link #MISFIT} or {@link #NULLED}. */
    int writeFixed(final SqlType type, final long slot, final int kind, final long out)
    {
        return switch (type.kind())
        {
            case ROW -> kind == JsonSlots.ROW ? 0 : MISFIT;
            case BOOLEAN -> writeBoolean(slot, kind, out);
            case TINYINT -> writeInteger(slot, kind, out, 1);
            case SMALLINT -> writeInteger(slot, kind, out, 2);
            case INT -> writeInteger(slot, kind, out, 4);
            case BIGINT -> writeInteger(slot, kind, out, 8);
            case FLOAT -> writeFloat(slot, kind, out);
            case DOUBLE -> writeDouble(slot, kind, out);
            case DECIMAL -> writeDecimal(type, slot, kind, out);
            case DATE -> writeDate(slot, kind, out);
            case TIMESTAMP -> writeTimestamp(type, slot, kind, out);
            default -> MISFIT;
        };
    }

    private int writeDate(final long slot, final int kind, final long out)
    {
        readText(slot, kind);
        final long day = time.parseDate(from, to);
        if (day == JsonTime.INVALID)
        {
            return MISFIT;
        }
        Memory.putInt(out, (int)day);
        return 0;
    }

    private int writeBoolean(final long slot, final int kind, final long out)
    {
        boolean value = kind == JsonSlots.TRUE;
        if (!value && kind != JsonSlots.FALSE)
        {
            readTrimmed(slot, kind);
            value = to - from == 4 && (Memory.getInt(from) | 0x20202020) == 0x65757274;
        }
        Memory.putByte(out, (byte)(value ? 1 : 0));
        return 0;
    }

    private int writeInteger(final long slot, final int kind, final long out, final int width)
    {
        if (kind == JsonSlots.INTEGER)
        {
            return putInteger(slots.value(slot), out, width);
        }
        if (width >= 4 && (kind == JsonSlots.FRACTION || kind == JsonSlots.LONG_FRACTION))
        {
            final double wide = doubleOf(slot, kind);
            final double bound = width == 8 ? LONG_BOUND : Integer.MAX_VALUE;
            final boolean isInside = wide >= -bound - (width == 8 ? 0 : 1) && wide <= bound;
            return isInside ? putInteger((long)wide, out, width) : MISFIT;
        }
        readTrimmed(slot, kind);
        return parseLong() ? putInteger(number.low(), out, width) : MISFIT;
    }

    private static int putInteger(final long value, final long out, final int width)
    {
        final int unused = 64 - width * 8;
        if (value << unused >> unused != value)
        {
            return MISFIT;
        }
        switch (width)
        {
            case 1 -> Memory.putByte(out, (byte)value);
            case 2 -> Memory.putShort(out, (short)value);
            case 4 -> Memory.putInt(out, (int)value);
            default -> Memory.putLong(out, value);
        }
        return 0;
    }

    /** Whether the text is an integer of a long, then in {@code number}. */
    private boolean parseLong()
    {
        for (long p = from; p < to; p++)
        {
            final byte b = Memory.getByte(p);
            if ((b < '0' || b > '9') && (p > from || b != '-' && b != '+'))
            {
                return false;
            }
        }
        return number.parse(from, to) && number.toDecimal(19, 0) && number.high() == number.low() >> 63;
    }

    private int writeDouble(final long slot, final int kind, final long out)
    {
        final double value = doubleOf(slot, kind);
        if (Double.isNaN(value) && !JsonNumber.isNaN(from, to))
        {
            return MISFIT;
        }
        Memory.putDouble(out, value);
        return 0;
    }

    private double doubleOf(final long slot, final int kind)
    {
        if ((kind == JsonSlots.INTEGER || kind == JsonSlots.FRACTION) &&
            JsonNumber.isExactDouble(slots.value(slot), slots.scale(slot)))
        {
            return JsonNumber.exactDouble(slots.value(slot), slots.scale(slot));
        }
        readTrimmed(slot, kind);
        return JsonNumber.doubleOf(from, to);
    }

    private int writeFloat(final long slot, final int kind, final long out)
    {
        if ((kind == JsonSlots.INTEGER || kind == JsonSlots.FRACTION) &&
            JsonNumber.isExactFloat(slots.value(slot), slots.scale(slot)))
        {
            Memory.putFloat(out, JsonNumber.exactFloat(slots.value(slot), slots.scale(slot)));
            return 0;
        }
        readTrimmed(slot, kind);
        final float value = JsonNumber.floatOf(from, to);
        if (Double.isNaN(value) && !JsonNumber.isNaN(from, to))
        {
            return MISFIT;
        }
        Memory.putFloat(out, value);
        return 0;
    }

    private int writeDecimal(final SqlType type, final long slot, final int kind, final long out)
    {
        if (kind == JsonSlots.INTEGER || kind == JsonSlots.FRACTION)
        {
            final long value =
                JsonNumber.rescale(slots.value(slot), slots.scale(slot), type.precision(), type.scale());
            if (value != Long.MIN_VALUE)
            {
                putDecimal(type, value, value >> 63, out);
                return 0;
            }
        }
        readTrimmed(slot, kind);
        if (!number.parse(from, to))
        {
            return MISFIT;
        }
        if (!number.toDecimal(type.precision(), type.scale()))
        {
            return NULLED;
        }
        putDecimal(type, number.low(), number.high(), out);
        return 0;
    }

    private static void putDecimal(final SqlType type, final long low, final long high, final long out)
    {
        Memory.putLong(out, low);
        if (!type.isCompactDecimal())
        {
            Memory.putLong(out + 8, high);
        }
    }

    private int writeTimestamp(final SqlType type, final long slot, final int kind, final long out)
    {
        final long ms;
        if (kind == JsonSlots.TEXT)
        {
            final long start = slots.start(slot);
            ms = time.parseTimestamp(start, start + slots.length(slot), options.timestamps());
        }
        else
        {
            readText(slot, kind);
            ms = time.parseTimestamp(from, to, options.timestamps());
        }
        if (ms == JsonTime.INVALID)
        {
            return MISFIT;
        }
        Memory.putLong(out, ms);
        if (!type.isCompactTimestamp())
        {
            Memory.putInt(out + 8, time.nanos());
        }
        return 0;
    }

    /** Sets {@code from} and {@code to} to the text of a scalar without its escapes. */
    private void readText(final long slot, final int kind)
    {
        from = slots.start(slot);
        int length = slots.length(slot);
        if (kind == JsonSlots.OBJECT || kind == JsonSlots.ARRAY)
        {
            length = 1;
        }
        else if (kind == JsonSlots.ESCAPED)
        {
            if (length > scratchLength)
            {
                Memory.free(scratch);
                scratchLength = length;
                scratch = Memory.allocate(length);
            }
            length = JsonText.unescape(from, length, scratch);
            from = scratch;
        }
        to = from + length;
    }

    /** As {@link #readText}, without characters up to a space at both ends, like {@link String#trim}. */
    private void readTrimmed(final long slot, final int kind)
    {
        readText(slot, kind);
        while (from < to && isBlank(Memory.getByte(from)))
        {
            from++;
        }
        while (from < to && isBlank(Memory.getByte(to - 1)))
        {
            to--;
        }
    }

    private static boolean isBlank(final byte b)
    {
        return b >= 0 && b <= ' ';
    }

    void close()
    {
        Memory.free(scratch);
        container.close();
    }
}
