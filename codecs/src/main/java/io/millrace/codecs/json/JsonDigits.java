package io.millrace.codecs.json;

import io.millrace.codecs.Memory;

/** Scans the numbers of a record: their grammar, and the value of those of at most 18 digits without an exponent. */
final class JsonDigits
{
    private static final int MAX_SIMPLE_DIGITS = 18;
    private static final long ZEROS = JsonText.ONES * '0';
    private static final long MORE_THAN_NINE = JsonText.ONES * (0x80 - 10);

    private final JsonSlots slots;
    private final int maxNumber;

    JsonDigits(final JsonSlots slots, final JsonOptions options)
    {
        this.slots = slots;
        maxNumber = options.maxNumber();
    }

    /** A number never ends a record, so digits that reach its end are malformed and bytes behind it do no harm. */
    long scan(final long from, final long end, final long slot)
    {
        final boolean isNegative = Memory.getByte(from) == '-';
        final long first = isNegative ? from + 1 : from;
        long word = Memory.getLong(first) ^ ZEROS;
        int digits = Long.numberOfTrailingZeros((word + MORE_THAN_NINE | word) & JsonText.HIGHS) >>> 3;
        if (digits == 0 || digits == 8)
        {
            return digits == 0 ? JsonScanner.MALFORMED : scanDigits(from, first, end, slot);
        }
        if (digits > 1 && (word & 0xFF) == 0)
        {
            return JsonScanner.MALFORMED;
        }
        long value = valueOf(word, digits);
        long p = first + digits;
        int scale = 0;
        byte next = Memory.getByte(p);
        if (next == '.')
        {
            word = Memory.getLong(p + 1) ^ ZEROS;
            scale = Long.numberOfTrailingZeros((word + MORE_THAN_NINE | word) & JsonText.HIGHS) >>> 3;
            if (scale == 0 || scale == 8)
            {
                return scale == 0 ? JsonScanner.MALFORMED : scanDigits(from, first, end, slot);
            }
            value = value * JsonNumber.power(scale) + valueOf(word, scale);
            p += 1 + scale;
            next = Memory.getByte(p);
        }
        if (p >= end)
        {
            return JsonScanner.MALFORMED;
        }
        if ((next | 0x20) == 'e')
        {
            return scanLongNumber(from, p, scale, end, slot);
        }
        slots.put(slot, scale == 0 ? JsonSlots.INTEGER : JsonSlots.FRACTION, from, p);
        slots.putNumber(slot, isNegative ? -value : value, scale);
        return p;
    }

    /** The number that the lowest {@code digits} bytes, 1 to 7 of them, spell. */
    private static long valueOf(final long word, final int digits)
    {
        long x = word << (8 - digits << 3);
        x = x * (1 + (10 << 8)) >>> 8 & 0x00FF00FF00FF00FFL;
        x = x * (1 + (100 << 16)) >>> 16 & 0x0000FFFF0000FFFFL;
        return x * (1 + (10_000L << 32)) >>> 32;
    }

    /** A number of which a part has eight digits or more. */
    private long scanDigits(final long from, final long first, final long end, final long slot)
    {
        long value = 0;
        long p = first;
        int scale = 0;
        long point = 0;
        for (; p < end; p++)
        {
            final byte b = Memory.getByte(p);
            if (b == '.' && point == 0)
            {
                point = p;
                continue;
            }
            if (b < '0' || b > '9')
            {
                break;
            }
            value = value * 10 + b - '0';
        }
        int digits = (int)(p - first);
        if (point != 0)
        {
            scale = (int)(p - point) - 1;
            digits--;
        }
        final boolean isLed = Memory.getByte(first) == '0' && digits - scale > 1;
        if (isLed || digits == scale || point != 0 && scale == 0 || p == end)
        {
            return JsonScanner.MALFORMED;
        }
        if (digits > MAX_SIMPLE_DIGITS || (Memory.getByte(p) | 0x20) == 'e')
        {
            return scanLongNumber(from, p, scale, end, slot);
        }
        slots.put(slot, scale == 0 ? JsonSlots.INTEGER : JsonSlots.FRACTION, from, p);
        slots.putNumber(slot, first > from ? -value : value, scale);
        return p;
    }

    private long scanLongNumber(final long from, final long at, final int scale, final long end, final long slot)
    {
        long p = at;
        final boolean hasExponent = p < end && (Memory.getByte(p) | 0x20) == 'e';
        if (hasExponent)
        {
            p++;
            if (JsonScanner.isAt(p, end, '+') || JsonScanner.isAt(p, end, '-'))
            {
                p++;
            }
            final long first = p;
            while (p < end && Memory.getByte(p) >= '0' && Memory.getByte(p) <= '9')
            {
                p++;
            }
            if (p == first)
            {
                return JsonScanner.MALFORMED;
            }
        }
        if (p - from > maxNumber)
        {
            return JsonScanner.LIMIT;
        }
        slots.put(slot, scale > 0 || hasExponent ? JsonSlots.LONG_FRACTION : JsonSlots.LONG_INTEGER, from, p);
        return p;
    }
}
