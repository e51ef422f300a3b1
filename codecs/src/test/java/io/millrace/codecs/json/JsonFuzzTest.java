package io.millrace.codecs.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class JsonFuzzTest
{
    private static final int RECORDS = Integer.getInteger("millrace.fuzz.inputs", 20_000);

    @Test
    void shouldAgreeWithOracleWhenRecordsAreMadeAndMangled() throws IOException
    {
        final long seed = 20_261_122;
        try (JsonFuzz fuzz = new JsonFuzz(seed, JsonFuzz.oracle(false)))
        {
            assertEquals("", fuzz.run(RECORDS), "seed " + seed);
        }
    }

    @Test
    void shouldDisagreeWhenOracleKeepsTheFirstOfRepeatedKeys() throws IOException
    {
        try (JsonFuzz fuzz = new JsonFuzz(1, JsonFuzz.oracle(true)))
        {
            assertNotEquals("", fuzz.run(RECORDS));
        }
    }
}
