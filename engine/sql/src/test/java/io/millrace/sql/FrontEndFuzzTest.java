package io.millrace.sql;

import io.millrace.sql.logical.Compilation;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FrontEndFuzzTest
{
    private static final int TEXTS = Integer.getInteger("millrace.fuzz.inputs", 600);

    @Test
    void shouldGiveOnlyDiagnosticsWhenTextIsMutated()
    {
        final FrontEndFuzz fuzz = new FrontEndFuzz();
        for (int seed = 1; seed <= TEXTS; seed++)
        {
            fuzz.round(seed);
        }

        assertTrue(fuzz.jobs() > TEXTS / 30, "mutations that leave a job: " + fuzz.jobs());
        assertTrue(fuzz.internal() < TEXTS / 100, "failures that were not foreseen: " + fuzz.internal());
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
