package io.millrace.codecs.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class JsonQuotesTest
{
    @Test
    void shouldBeReadAsItWas() throws JsonProcessingException
    {
        final StringBuilder all = new StringBuilder();
        for (char c = 0; c < 0x250; c++)
        {
            all.append(c);
        }
        all.append("\u2028\uD83D\uDE80");

        final String quoted = JsonQuotes.of(all.toString());

        assertEquals(all.toString(), new ObjectMapper().readValue(quoted, String.class));
        assertEquals("\"a\\\"\\\\\\u001F\"", JsonQuotes.of("a\"\\\u001f"));
        assertEquals("\"\\b\\t\\n\\f\\r\"", JsonQuotes.of("\b\t\n\f\r"));
        assertEquals("{\"n\"", JsonQuotes.append(new StringBuilder("{"), "n").toString());
    }
}
