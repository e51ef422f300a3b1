package io.millrace.codecs.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonOptionsTest
{
    @Test
    void shouldReadItsKeysAndLeaveOthersWhenOptionsAreATables()
    {
        final JsonOptions options = JsonOptions.of(Map.of(
            "connector", "kafka", "json.ignore-parse-errors", "TRUE", "json.timestamp-format.standard", "ISO-8601"));
        assertTrue(options.ignoreParseErrors());
        assertEquals(JsonOptions.Timestamps.ISO_8601, options.timestamps());
        assertEquals(JsonOptions.of(Map.of()), JsonOptions.defaults());
    }

    @Test
    void shouldSayWhatWasFoundWhenAValueIsWrong()
    {
        for (final Map<String, String> wrong : List.of(
            Map.of("json.ignore-parse-errors", "yes"), Map.of("json.timestamp-format.standard", "RFC"),
            Map.of("json.ignore-parse-errors", "true", "json.fail-on-missing-field", "true")))
        {
            final String message =
                assertThrows(IllegalArgumentException.class, () -> JsonOptions.of(wrong)).toString();
            wrong.forEach((key, value) -> assertTrue(message.contains(key) && message.contains(value), message));
        }
    }

    @Test
    void shouldDescribeEveryKeyThatItReads()
    {
        assertEquals(
            List.of(
                JsonOptions.FAIL_ON_MISSING_FIELD, JsonOptions.IGNORE_PARSE_ERRORS, JsonOptions.TIMESTAMP_FORMAT,
                JsonOptions.IGNORE_NULL_FIELDS, JsonOptions.DECIMAL_AS_PLAIN_NUMBER, JsonOptions.PARSER_ENABLED),
            JsonOptions.KEYS.stream().map(JsonOptions.Key::key).toList());
        JsonOptions.KEYS.forEach(key -> assertThrows(
            IllegalArgumentException.class, () -> JsonOptions.of(Map.of(key.key(), "perhaps"))));
    }
}
