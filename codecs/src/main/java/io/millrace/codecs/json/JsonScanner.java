package io.millrace.codecs.json;

import io.millrace.codecs.Memory;

/**
 * Walks a record once, checks all of it and notes in {@link JsonSlots} where each column's value stands. Of a repeated
 * key the last value counts; what no column reads is checked and skipped.
 *
 * <p><b>Errors:</b> methods that walk return the address behind what they read, or {@link #MALFORMED} or
 * {@link #LIMIT}; every caller must hand a negative address on.
 */
final class JsonScanner
{
    /** Not JSON, or not an object. */
    static final long MALFORMED = JsonText.MALFORMED;
    /** Deeper or longer than {@link JsonOptions} allow. */
    static final long LIMIT = -2;

    private static final int TRUE_WORD = 't' | 'r' << 8 | 'u' << 16 | 'e' << 24;
    private static final int ALSE_WORD = 'a' | 'l' << 8 | 's' << 16 | 'e' << 24;
    private static final int NULL_WORD = 'n' | 'u' << 8 | 'l' << 16 | 'l' << 24;

    private final JsonSlots slots;
    private final JsonFields root;
    private final JsonOptions options;
    private final JsonDigits digits;
    private final long[] isObjectBits;
    private final long key;

    JsonScanner(final JsonFields root, final JsonSlots slots, final JsonOptions options)
    {
        this.root = root;
        this.slots = slots;
        this.options = options;
        digits = new JsonDigits(slots, options);
        isObjectBits = new long[options.maxDepth() / 64 + 1];
        key = Memory.allocate(options.maxKey());
    }

    /** Scans an object that begins at {@code brace}. */
    long scan(final long brace, final long end)
    {
        return scanObject(root, brace + 1, end, 1);
    }

    private long scanObject(final JsonFields fields, final long at, final long end, final int depth)
    {
        if (depth > options.maxDepth())
        {
            return LIMIT;
        }
        long p = skipSpace(at, end);
        if (isAt(p, end, '}'))
        {
            return p + 1;
        }
        while (isAt(p, end, '"'))
        {
            final long quote = closingQuote(p + 1, end);
            if (quote < 0)
            {
                return quote;
            }
            final int member = find(fields, p + 1, quote);
            p = skipSpace(quote + 1, end);
            if (!isAt(p, end, ':'))
            {
                return MALFORMED;
            }
            p = scanMember(fields, member, skipSpace(p + 1, end), end, depth);
            if (p < 0)
            {
                return p;
            }
            p = skipSpace(p, end);
            if (isAt(p, end, '}'))
            {
                return p + 1;
            }
            if (!isAt(p, end, ','))
            {
                return MALFORMED;
            }
            p = skipSpace(p + 1, end);
        }
        return MALFORMED;
    }

    private long scanMember(final JsonFields fields, final int member, final long p, final long end, final int depth)
    {
        if (member == JsonFields.UNKNOWN)
        {
            return scanValue(p, end, slots.discard(), depth);
        }
        final JsonFields row = fields.rowAt(member);
        final long slot = slots.slot(fields.columnAt(member));
        if (row == null || !isAt(p, end, '{'))
        {
            return scanValue(p, end, slot, depth);
        }
        if (slots.kind(slot) != JsonSlots.MISSING)
        {
            slots.forget(row.column() + 1, row.end());
        }
        slots.put(slot, JsonSlots.ROW, p, p);
        return scanObject(row, p + 1, end, depth + 1);
    }

    /** Member of the key between {@code from} and {@code quote}, escaped or not. */
    private int find(final JsonFields fields, final long from, final long quote)
    {
        final int length = (int)(quote - from);
        for (long p = JsonText.findSpecial(from, quote); p < quote; p++)
        {
            if (Memory.getByte(p) == '\\')
            {
                return fields.find(key, JsonText.unescape(from, length, key));
            }
        }
        return fields.find(from, length);
    }

    /** Address of the quote that ends a key. */
    private long closingQuote(final long from, final long end)
    {
        final long special = JsonText.findSpecial(from, end);
        final long quote = isAt(special, end, '"') ? special : Math.abs(JsonText.findQuote(special, end));
        if (quote == -JsonText.MALFORMED)
        {
            return MALFORMED;
        }
        return quote - from > options.maxKey() ? LIMIT : quote;
    }

    /** Scans any value and notes it in {@code slot}; {@code depth} objects and arrays are open around it. */
    long scanValue(final long p, final long end, final long slot, final int depth)
    {
        if (p >= end)
        {
            return MALFORMED;
        }
        switch (Memory.getByte(p))
        {
            case '"':
                return scanString(p + 1, end, slot);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
                return digits.scan(p, end, slot);
            case 't':
                return scanWord(p, p, 4, TRUE_WORD, JsonSlots.TRUE, end, slot);
            case 'f':
                return scanWord(p, p + 1, 5, ALSE_WORD, JsonSlots.FALSE, end, slot);
            case 'n':
                return scanWord(p, p, 4, NULL_WORD, JsonSlots.NULL, end, slot);
            case '{', '[':
                return scanContainer(p, end, slot, depth);
            default:
                return MALFORMED;
        }
    }

    private long scanWord(final long p, final long tail, final int length, final int word, final int kind,
        final long end, final long slot)
    {
        if (p + length > end || Memory.getInt(tail) != word)
        {
            return MALFORMED;
        }
        slots.put(slot, kind, p, p + length);
        return p + length;
    }

    /** Scans a string from behind its quote. */
    long scanString(final long from, final long end, final long slot)
    {
        final long special = JsonText.findSpecial(from, end);
        if (isAt(special, end, '"'))
        {
            slots.put(slot, JsonSlots.TEXT, from, special);
            return special + 1;
        }
        final long quote = JsonText.findQuote(special, end);
        if (quote == JsonText.MALFORMED)
        {
            return MALFORMED;
        }
        slots.put(slot, quote < 0 ? JsonSlots.ESCAPED : JsonSlots.TEXT, from, Math.abs(quote));
        return Math.abs(quote) + 1;
    }

    /** Scans an object or array that has no columns of its own, without recursion. */
    private long scanContainer(final long from, final long end, final long slot, final int outerDepth)
    {
        final int kind = Memory.getByte(from) == '{' ? JsonSlots.OBJECT : JsonSlots.ARRAY;
        int depth = 0;
        long p = from;
        boolean isFirst = false;
        do
        {
            final boolean isOpening = isFirst || depth == 0;
            p = depth == 0 ? p : scanSeparator(p, end, isObject(depth), isOpening);
            if (p < 0)
            {
                return p;
            }
            isFirst = false;
            if (isAt(p, end, '{') || isAt(p, end, '['))
            {
                if (outerDepth + ++depth > options.maxDepth())
                {
                    return LIMIT;
                }
                setObject(depth, Memory.getByte(p) == '{');
                p++;
                isFirst = true;
            }
            else if (isAt(p, end, '}') || isAt(p, end, ']'))
            {
                depth--;
                p++;
            }
            else
            {
                p = scanValue(p, end, slots.discard(), outerDepth + depth);
                if (p < 0)
                {
                    return p;
                }
            }
        }
        while (depth > 0);
        slots.put(slot, kind, from, p);
        return p;
    }

    /**
     * Walks what stands before the next value of an object or array.
     *
     * @return address of the value, or of the bracket that rightly closes the container.
     */
    private long scanSeparator(final long at, final long end, final boolean isObject, final boolean isFirst)
    {
        long p = skipSpace(at, end);
        if (isAt(p, end, isObject ? '}' : ']'))
        {
            return p;
        }
        if (!isFirst)
        {
            if (!isAt(p, end, ','))
            {
                return MALFORMED;
            }
            p = skipSpace(p + 1, end);
        }
        if (isObject)
        {
            if (!isAt(p, end, '"'))
            {
                return MALFORMED;
            }
            final long quote = closingQuote(p + 1, end);
            if (quote < 0)
            {
                return quote;
            }
            p = skipSpace(quote + 1, end);
            if (!isAt(p, end, ':'))
            {
                return MALFORMED;
            }
            p = skipSpace(p + 1, end);
        }
        return isAt(p, end, '}') || isAt(p, end, ']') ? MALFORMED : p;
    }

    private boolean isObject(final int depth)
    {
        return (isObjectBits[depth >> 6] & 1L << depth) != 0;
    }

    private void setObject(final int depth, final boolean isObject)
    {
        final long bit = 1L << depth;
        isObjectBits[depth >> 6] = isObject ? isObjectBits[depth >> 6] | bit : isObjectBits[depth >> 6] & ~bit;
    }

    static boolean isAt(final long p, final long end, final char c)
    {
        return p < end && Memory.getByte(p) == c;
    }

    /** Address of the first byte that is not white space. */
    static long skipSpace(final long at, final long end)
    {
        long p = at;
        while (p < end)
        {
            final byte b = Memory.getByte(p);
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t')
            {
                break;
            }
            p++;
        }
        return p;
    }

    void close()
    {
        Memory.free(key);
    }
}
