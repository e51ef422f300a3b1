package io.millrace.sql.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Scratch;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a row may ask of functions beyond all measure. */
final class LimitsTest
{
    private static final int LENGTH = 255;

    private final Scratch scratch = new Scratch();
    private final long text = Memory.allocate(LENGTH + Memory.SLACK);

    @AfterEach
    void free()
    {
        Memory.free(text);
        scratch.close();
    }

    private int put(final String value)
    {
        final byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
        Memory.copy(bytes, 0, text, bytes.length);
        return bytes.length;
    }

    @Test
    void shouldRefuseRepetitionsWhoseLengthNoLongHolds()
    {
        // 255 times the first is 2 to the power of 64 less 1, 2 times the second 2 to the power of 63.
        assertEquals(Scratch.REFUSED, Padding.repeat(scratch, text, LENGTH, 0x0101010101010101L));
        assertEquals(Scratch.REFUSED, Padding.repeat(scratch, text, 2, 1L << 62));
        Padding.repeat(scratch, text, 2, 3);
        assertEquals(6, scratch.length);
    }

    @Test
    void shouldRoundToAnyNumberOfDigits()
    {
        for (final int digits : new int[]{Integer.MIN_VALUE, -2_000_000_000, -400, Integer.MAX_VALUE})
        {
            final double expected = digits < 0 ? 0 : 12.5;
            assertEquals(expected, Rounding.truncate(12.5, digits));
            assertEquals(expected, Rounding.round(12.5, digits));
            assertEquals((float)expected, Rounding.round(12.5F, digits));
            final Decimals decimals = new Decimals(scratch);
            assertEquals(digits < 0 ? 0 : 1234, decimals.truncate(1234, 0, 2, digits, 10, 2));
            assertEquals(digits < 0 ? 0 : 1234, decimals.round(1234, 0, 2, digits, 10, 2));
        }
    }

    @Test
    void shouldForgetTheTimeZoneOfTheTextBefore()
    {
        final DateFormats formats = new DateFormats(scratch);
        final int length = put("2024-01-01 00:00:00 PST");
        final long pattern = text + length;
        final byte[] zoned = "yyyy-MM-dd HH:mm:ss z".getBytes(StandardCharsets.US_ASCII);
        Memory.copy(zoned, 0, pattern, zoned.length);
        assertEquals(1_704_096_000L, formats.unixTime(text, length, pattern, zoned.length));
        final long out = formats.text(0, pattern, zoned.length);
        assertEquals("1970-01-01 00:00:00 UTC", Utf8.toString(out, scratch.length));
    }
}
