package io.millrace.codecs.sbe;

import static io.millrace.codecs.sbe.GeneratedCodecFixture.call;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowKind;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The XML of rows, and that codecs made of it have the names and places that it promises. */
class SbeSchemaTest
{
    private static final RowLayout LAYOUT = RowLayout.of(List.of(
        new SqlType.Field("user_id", SqlType.string()), new SqlType.Field("class", SqlType.of(SqlType.Kind.INT)),
        new SqlType.Field("payload", SqlType.row(List.of(
            new SqlType.Field("page_url", SqlType.string()),
            new SqlType.Field("n", SqlType.of(SqlType.Kind.SMALLINT))))),
        new SqlType.Field("wide", SqlType.decimal(38, 2)), new SqlType.Field("fine", SqlType.timestamp(9)),
        new SqlType.Field("rate", SqlType.of(SqlType.Kind.DOUBLE)),
        new SqlType.Field("share", SqlType.of(SqlType.Kind.FLOAT)),
        new SqlType.Field("ok", SqlType.of(SqlType.Kind.BOOLEAN)), new SqlType.Field("amount", SqlType.decimal(10, 2)),
        new SqlType.Field("Größe & \"more\"", SqlType.of(SqlType.Kind.TINYINT)),
        new SqlType.Field("offset", SqlType.of(SqlType.Kind.BIGINT))));

    @Test
    void shouldSayTheSameTextWhenAskedAgain()
    {
        final String xml = SbeSchema.of("user_events", 7, LAYOUT);
        assertEquals(xml, SbeSchema.of("user_events", 7, RowLayout.of(LAYOUT.fields())));
        assertTrue(xml.contains("<data name=\"payload_page_url\" id=\"13\""), xml);
        assertTrue(xml.contains("blockLength=\"" + LAYOUT.blockLength() + '"'), xml);
    }

    @Test
    void shouldExchangeRowsWithGeneratedCodecsBothWays() throws Exception
    {
        final String xml = SbeSchema.of("user_events", 7, LAYOUT);
        try (GeneratedCodecFixture codec = new GeneratedCodecFixture("user_events", xml))
        {
            final long row = Memory.allocate(1024);
            Memory.fill(row, 1024, (byte)0);
            write(codec.encoder(), new UnsafeBuffer(row, 1024));
            assertEquals("user_1", text(row, "user_id"));
            assertEquals("/ä", text(row, "payload.page_url"));
            assertEquals(-5, Memory.getInt(at(row, "class")));
            assertEquals(-1, Memory.getLong(at(row, "wide") + 8));
            assertEquals(999_999, Memory.getInt(at(row, "fine") + 8));
            assertEquals(Long.MIN_VALUE, Memory.getLong(at(row, "offset")));
            assertTrue(RowLayout.isNull(row, LAYOUT.column("ok")));

            Memory.putDouble(at(row, "rate"), 0.5);
            Memory.putShort(at(row, "payload.n"), (short)-300);
            final Object decoder = codec.decoder();
            call(decoder, "wrap", new UnsafeBuffer(row, 1024), 0, LAYOUT.blockLength(), 0);
            assertEquals(0.5, call(decoder, "rate"));
            assertEquals((short)-300, call(decoder, "payload_n"));
            assertEquals((short)1, call(decoder, "rowKind"));
            assertEquals("user_1", call(decoder, "user_id"));
            assertEquals("/ä", call(decoder, "payload_page_url"));
            assertEquals(LAYOUT.rowLength(row), call(decoder, "encodedLength"));
            Memory.free(row);
        }
    }

    private static void write(final Object encoder, final UnsafeBuffer buffer)
    {
        call(encoder, "wrap", buffer, 0);
        call(encoder, "rowKind", (short)RowKind.UPDATE_BEFORE.ordinal());
        final RowLayout.Column ok = LAYOUT.column("ok");
        call(encoder, "nulls", ok.index() >> 3, (short)ok.nullMask());
        call(encoder, "class_", -5);
        call(encoder, "offset_", Long.MIN_VALUE);
        final Object wide = call(encoder, "wide");
        call(wide, "low", -1L);
        call(wide, "high", -1L);
        call(call(encoder, "fine"), "nanosecondsOfMillisecond", 999_999);
        call(encoder, "user_id", "user_1");
        call(encoder, "payload_page_url", "/ä");
    }

    private static long at(final long row, final String path)
    {
        return row + LAYOUT.column(path).fixedOffset();
    }

    private static String text(final long row, final String path)
    {
        final long at = LAYOUT.varAddress(row, LAYOUT.column(path).varIndex());
        final byte[] bytes = new byte[Memory.getInt(at)];
        Memory.copy(at + RowLayout.VAR_HEADER_LENGTH, bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
