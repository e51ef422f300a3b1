package io.millrace.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sql.logical.Compilation;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FrontEndFuzzTest
{
    private static final int TEXTS = Integer.getInteger("millrace.fuzz.inputs", 2_000);
    private static final long LIMIT_MS = 10_000;

    @Test
    void shouldGiveAJobOrDiagnosticsWhenTextIsMutated() throws InterruptedException
    {
        final SqlFrontEnd frontEnd = ConnectorsFixture.frontEnd();
        try (FrontEndFuzz fuzz = new FrontEndFuzz(text -> frontEnd.compile(text, Map.of()), LIMIT_MS))
        {
            assertEquals("", fuzz.run(1, TEXTS));
            assertTrue(fuzz.jobs() > TEXTS / 50, "mutations that leave a job: " + fuzz.jobs());
        }
    }
}
