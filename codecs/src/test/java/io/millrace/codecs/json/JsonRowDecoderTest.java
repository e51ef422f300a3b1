package io.millrace.codecs.json;

import static io.millrace.codecs.json.JsonHarness.field;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowDecoder;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonRowDecoderTest
{
    private static final JsonOptions LENIENT = JsonOptions.of(Map.of(JsonOptions.IGNORE_PARSE_ERRORS, "true"));

    private static JsonHarness events(final JsonOptions options)
    {
        return new JsonHarness(
            options, field("event_id", SqlType.string()), field("user_id", SqlType.string()),
            field("timestamp_col", SqlType.timestamp(3)),
            field("payload", SqlType.row(List.of(
                field("page_url", SqlType.string()), field("session_id", SqlType.string())))),
            field("duration_ms", Kind.BIGINT), field("amount", SqlType.decimal(10, 2)));
    }

    @Test
    void shouldDecodeNestedRecordWhenKeysStandInOrder()
    {
        try (JsonHarness json = events(LENIENT))
        {
            assertEquals(
                "{\"event_id\":\"e6\",\"user_id\":\"пользователь-7\",\"timestamp_col\":\"2024-01-01 00:00:06.25\"," +
                "\"payload\":{\"page_url\":\"/a?b=\\\"1\\\"\",\"session_id\":\"s0-0\"},\"duration_ms\":26908," +
                "\"amount\":134.9}",
                json.convert(
                    "{\"event_id\":\"e6\",\"user_id\":\"пользователь-7\",\"event_type\":\"purchase\"," +
                    "\"timestamp_col\":\"2024-01-01 00:00:06.250\",\"payload\":{\"page_url\":\"/a?b=\\\"1\\\"\"," +
                    "\"session_id\":\"s0-0\"},\"duration_ms\":26908,\"amount\":134.90}"));
        }
    }

    @Test
    void shouldNullAWholeRowWhenItIsNotAnObject()
    {
        try (JsonHarness json = events(LENIENT))
        {
            assertEquals(
                "{\"event_id\":\"1\",\"user_id\":null,\"timestamp_col\":null,\"payload\":null,\"duration_ms\":null," +
                "\"amount\":-0.01}",
                json.convert(" { \"amount\" : -0.005 , \"payload\" : \"text\", \"duration_ms\":\"n/a\"," +
                    "\"event_id\":1, \"timestamp_col\":{\"a\":[1,{}, []]}} trailing"));
            assertEquals(List.of(2, 3, 6), nulled(json.decoder));
            json.convert("{\"event_id\":\"1\",\"duration_ms\":null}");
            assertEquals(List.of(), nulled(json.decoder));
        }
    }

    @Test
    void shouldRefuseWithLimitWhenARecordIsTooDeepOrTooLong()
    {
        final JsonOptions few = new JsonOptions(true, false, JsonOptions.Timestamps.SQL, 200, 4, 8, 6, false);
        try (JsonHarness json = new JsonHarness(few, field("a", SqlType.string())))
        {
            assertEquals("{\"a\":\"[[[]]]\"}", json.convert("{\"a\":[[[]]]}"));
            assertEquals("LIMIT", json.convert("{\"a\":[[[[]]]]}"));
            assertEquals("LIMIT", json.convert("{\"x\":{\"x\":{\"x\":{\"x\":{}}}}}"));
            assertEquals("LIMIT", json.convert("{\"a\":1e10000}"));
            assertEquals("LIMIT", json.convert("{\"123456789\":1}"));
            assertEquals("LIMIT", json.convert("{\"a\":1}" + " ".repeat(200)));
            assertEquals("{\"a\":\"1\"}", json.convert("{\"a\":1}"));
        }
    }

    @Test
    void shouldReadADateForItselfWhenTheOneBeforeWasEqualOrNearlySo()
    {
        try (JsonHarness json =
            new JsonHarness(LENIENT, field("t", SqlType.timestamp(3)), field("d", SqlType.of(Kind.DATE))))
        {
            for (final String[] pair : List.of(
                // No date at all comes first: bytes of zero are not what is remembered.
                dates("\\u0000".repeat(10), null, null), dates("\0".repeat(10), null, null),
                dates("2023-12-31", "2023-12-31", "2023-12-31"), dates("2023-12-31", "2023-12-31", "2023-12-31"),
                dates("2024-12-31", "2024-12-31", "2024-12-31"), dates("2024-12-30", "2024-12-30", "2024-12-30"),
                dates("2024-02-29", "2024-02-29", "2024-02-29"), dates("2024-02-30", "2024-02-29", null),
                dates("2024-02-30", "2024-02-29", null), dates("2024-02-29", "2024-02-29", "2024-02-29"),
                dates("2023-02-29", "2023-02-28", null), dates("2023-02-29", "2023-02-28", null),
                dates("2024-13-01", null, null), dates("2024-02-2x", null, null)))
            {
                assertEquals(pair[1], json.convert(pair[0]), pair[0]);
            }
        }
    }

    private static List<Integer> nulled(final RowDecoder decoder)
    {
        return IntStream.range(0, decoder.nulledValues()).mapToObj(decoder::nulledColumn).toList();
    }

    /** A record of a date, as a part of a time and alone, and what becomes of it. */
    private static String[] dates(final String text, final @Nullable String ofTime, final @Nullable String alone)
    {
        return new String[] {
            "{\"t\":\"" + text + " 12:00:00\",\"d\":\"" + text + "\"}",
            "{\"t\":" + (ofTime == null ? "null" : "\"" + ofTime + " 12:00:00\"") +
                ",\"d\":" + (alone == null ? "null" : "\"" + alone + "\"") + "}"
        };
    }

    @Test
    void shouldAskForRoomWhenTheRowDoesNotFit()
    {
        try (JsonHarness json = events(LENIENT))
        {
            final byte[] record = "{\"event_id\":\"0123456789\",\"duration_ms\":\"n/a\"}".getBytes(UTF_8);
            final int length = json.decode(record);
            final long text = Memory.allocate(record.length);
            Memory.copy(record, 0, text, record.length);
            for (int capacity = 0; capacity < length; capacity++)
            {
                final long row = Memory.allocate(capacity);
                Memory.fill(row + capacity, Memory.SLACK, (byte)0x33);
                assertEquals(RowDecoder.FULL, json.decoder.decode(text, record.length, row, capacity));
                assertEquals(0x3333333333333333L, Memory.getLong(row + capacity), "capacity " + capacity);
                Memory.free(row);
            }
            assertEquals(length, json.decoder.decode(text, record.length, json.row, length));
            assertEquals(List.of(6), nulled(json.decoder));
            Memory.free(text);
        }
    }

    @Test
    void shouldLeaveComputedColumnsToOthersWhenFewerAreDecoded()
    {
        final RowLayout layout = RowLayout.of(List.of(
            field("a", SqlType.string()), field("n", Kind.INT), field("computed", SqlType.string()),
            field("c", Kind.BIGINT)));
        final JsonRowDecoder decoder = new JsonRowDecoder(layout, 2, LENIENT);
        final byte[] record = "{\"a\":\"xyz\",\"n\":5,\"computed\":\"no\",\"c\":9}".getBytes(UTF_8);
        final long text = Memory.allocate(record.length);
        final long row = Memory.allocate(256);
        Memory.copy(record, 0, text, record.length);
        assertEquals(layout.blockLength() + 4 + 3, decoder.decode(text, record.length, row, 256));
        assertEquals(0, Memory.getLong(row + layout.column("c").fixedOffset()));
        assertFalse(RowLayout.isNull(row, layout.column("computed")));
        decoder.close();
        Memory.free(text);
        Memory.free(row);
    }

    @Test
    void shouldDecodeAlikeWhenShapesChangeFromRecordToRecord()
    {
        final long seed = 99;
        final List<byte[]> records = JsonTimingHarness.make(true);
        final Random random = new Random(seed);
        try (JsonHarness warm = events(LENIENT))
        {
            for (int i = 0; i < 3000; i++)
            {
                final byte[] record = records.get(random.nextInt(200));
                warm.decode(record);
                final String known = warm.encode();
                try (JsonHarness fresh = events(LENIENT))
                {
                    fresh.decode(record);
                    assertEquals(fresh.encode(), known, "seed " + seed);
                }
            }
        }
    }
}
