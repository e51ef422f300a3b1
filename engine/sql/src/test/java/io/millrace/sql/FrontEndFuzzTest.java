package io.millrace.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sql.logical.Compilation;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class FrontEndFuzzTest
{
    private static final int TEXTS = Integer.getInteger("millrace.fuzz.inputs", 2_000);
    private static final long FIRST = Long.getLong("millrace.fuzz.first", 1);
    private static final long LIMIT_MS = 10_000;

    private final SqlFrontEnd frontEnd = ConnectorsFixture.frontEnd();

    @Test
    void shouldGiveAJobOrDiagnosticsWhenTextIsMutated() throws InterruptedException
    {
        try (FrontEndFuzz fuzz = new FrontEndFuzz(text -> frontEnd.compile(text, Map.of()), LIMIT_MS))
        {
            assertEquals(List.of(), fuzz.run(FIRST, TEXTS));
            assertTrue(fuzz.jobs() > TEXTS / 50, "mutations that leave a job: " + fuzz.jobs());
        }
    }

    @Test
    void shouldFindAFrontEndThatThrows() throws InterruptedException
    {
        assertFound("thrown java.lang.IllegalStateException: planted", text ->
        {
            throw new IllegalStateException("planted");
        }, LIMIT_MS);
    }

    @Test
    void shouldFindAFrontEndThatDoesNotEnd() throws InterruptedException
    {
        final CountDownLatch never = new CountDownLatch(1);
        assertFound("no answer within 20 ms", text ->
        {
            try
            {
                never.await();
            }
            catch (final InterruptedException e)
            {
                Thread.currentThread().interrupt();
            }
            return frontEnd.compile(text, Map.of());
        }, 20);
    }

    @Test
    void shouldFindADiagnosticThatSpeaksOfTheInside() throws InterruptedException
    {
        assertFound("not a user's words", text ->
            frontEnd.compile("INSERT INTO NullPointerException SELECT 1", Map.of()), LIMIT_MS);
    }

    @Test
    void shouldFindADiagnosticThatHasItsPlaceElsewhere() throws InterruptedException
    {
        assertFound("not a place of the text", text ->
            frontEnd.compile("\n".repeat(1_000) + "SELEC", Map.of()), LIMIT_MS);
    }

    @Test
    void shouldMakeTheSameTextOfTheSameSeed()
    {
        assertEquals(new MutatedJobs().text(42), new MutatedJobs().text(42));
    }

    @Test
    void shouldSayThatAStatementIsTooDeep()
    {
        final String deep = "INSERT INTO t SELECT " + "(".repeat(20_000) + "1" + ")".repeat(20_000) + " FROM t";
        final Compilation result = frontEnd.compile(deep, Map.of());

        assertTrue(result.hasErrors());
    }

    private static void assertFound(
        final String finding, final Function<String, Compilation> planted, final long limitMs)
        throws InterruptedException
    {
        try (FrontEndFuzz fuzz = new FrontEndFuzz(planted, limitMs))
        {
            final List<String> findings = fuzz.run(1, 1);
            assertTrue(findings.size() == 1 && findings.get(0).contains(finding), findings::toString);
        }
    }
}
