package io.millrace.codecs.json;

import io.millrace.codecs.Memory;
import java.math.BigDecimal;

/**
 * An object or array as the text of a string column: without white space, escapes and fractions in their usual form,
 * as Flink gets by printing a Jackson tree. A repeated key is kept, which a tree would drop.
 *
 * <p><b>Allocation:</b> for numbers with a fraction or an exponent, since the platform prints them.
 */
final class JsonContainer
{
    private final JsonWriter writer = new JsonWriter();
    private final boolean hasDecimals;
    private long scratch;
    private int scratchLength;

    /** @param hasDecimals whether the table has a DECIMAL column, which makes Flink read all fractions exactly. */
    JsonContainer(final boolean hasDecimals)
    {
        this.hasDecimals = hasDecimals;
    }

    /** Writes a container that was found whole: length, or {@link JsonValues#FULL}. */
    int write(final long from, final long to, final long out, final int room)
    {
        writer.wrap(out, room);
        long p = JsonScanner.skipSpace(from, to);
        while (p < to)
        {
            final byte b = Memory.getByte(p);
            if (b == '"')
            {
                p = writeString(p + 1, to);
            }
            else if (b == '-' || b >= '0' && b <= '9')
            {
                p = writeNumber(p, to);
            }
            else
            {
                writer.put((char)b);
                p++;
            }
            p = JsonScanner.skipSpace(p, to);
        }
        return writer.isFull() ? JsonValues.FULL : writer.length();
    }

    private long writeString(final long from, final long to)
    {
        final long quote = JsonText.findQuote(from, to);
        final int length = (int)(Math.abs(quote) - from);
        if (quote > 0)
        {
            writer.putQuoted(from, length);
            return quote + 1;
        }
        if (length > scratchLength)
        {
            close();
            scratch = Memory.allocate(length);
            scratchLength = length;
        }
        writer.putQuoted(scratch, JsonText.unescape(from, length, scratch));
        return 1 - quote;
    }

    private long writeNumber(final long from, final long to)
    {
        long p = from;
        boolean isInteger = true;
        for (; p < to; p++)
        {
            final byte b = Memory.getByte(p);
            if (b != '-' && b != '+' && b != '.' && (b | 0x20) != 'e' && (b < '0' || b > '9'))
            {
                break;
            }
            isInteger &= b != '.' && (b | 0x20) != 'e';
        }
        if (isInteger)
        {
            final boolean isMinusZero = p - from == 2 && Memory.getShort(from) == ('-' | '0' << 8);
            writer.put(isMinusZero ? from + 1 : from, isMinusZero ? 1 : (int)(p - from));
        }
        else
        {
            writer.put(fraction(JsonNumber.textOf(from, p)));
        }
        return p;
    }

    private String fraction(final String text)
    {
        try
        {
            final double number = hasDecimals ? 0 : Double.parseDouble(text);
            return hasDecimals ? new BigDecimal(text).stripTrailingZeros().toString() :
                Double.isInfinite(number) ? '"' + Double.toString(number) + '"' : Double.toString(number);
        }
        catch (final NumberFormatException ex)
        {
            return text;
        }
    }

    void close()
    {
        if (scratchLength > 0)
        {
            Memory.free(scratch);
            scratchLength = 0;
        }
    }
}
