package io.millrace.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FrontEndFuzzTest
{
    @Test
    void shouldGiveOnlyDiagnosticsWhenTextIsMutated()
    {
        final FrontEndFuzz fuzz = new FrontEndFuzz();
        for (int seed = 1; seed <= 600; seed++)
        {
            fuzz.round(seed);
        }

        assertTrue(fuzz.jobs() > 20, "mutations that leave a job: " + fuzz.jobs());
        assertTrue(fuzz.internal() < 6, "failures that were not foreseen: " + fuzz.internal());
    }

    @Test
    void shouldMakeTheSameTextOfTheSameSeed()
    {
        assertEquals(new FrontEndFuzz().text(42), new FrontEndFuzz().text(42));
    }

    @Test
    void shouldSayThatAStatementIsTooDeep()
    {
        final String deep = "INSERT INTO t SELECT " + "(".repeat(20_000) + "1" + ")".repeat(20_000) + " FROM t";
        final Compilation result = ConnectorsFixture.frontEnd().compile(deep, Map.of());

        assertTrue(result.hasErrors());
    }
}
