package io.millrace.codecs.json;

import static io.millrace.codecs.json.JsonHarness.field;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import java.util.List;
import java.util.Map;
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
            assertEquals(1, json.decoder.fieldErrors(3));
            assertEquals(1, json.decoder.fieldErrors(6));
        }
    }
}
