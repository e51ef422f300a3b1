package io.millrace.node.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** A verdict on a planted bug says what happened: found is what a seed has shown. */
final class BugSearchTest
{
    private static final long FOREVER_NS = Long.MAX_VALUE;
    private static final long SHORT_NS = 30_000_000;

    private static BugSearch.Verdict search(
        final LongFunction<String> simulation, final long seedNs, final long searchNs) throws InterruptedException
    {
        return new BugSearch(simulation, seedNs, searchNs).run(5);
    }

    private static BugSearch.Verdict found(final long seeds, final String reason)
    {
        return new BugSearch.Verdict(BugSearch.End.FOUND, seeds, reason);
    }

    @Test
    void shouldFindABugWithTheSeedThatFails() throws InterruptedException
    {
        assertEquals(found(4, "a row is lost"),
            search(seed -> seed == 4 ? "a row\nis lost" : null, FOREVER_NS, FOREVER_NS));
    }

    @Test
    void shouldFindABugWithTheSeedThatHasNoEnd() throws InterruptedException
    {
        final AtomicBoolean isOver = new AtomicBoolean();
        try
        {
            assertEquals(found(3, BugSearch.NO_END), search(seed ->
            {
                while (seed == 3 && !isOver.get())
                {
                    Thread.onSpinWait();
                }
                return null;
            }, SHORT_NS, FOREVER_NS));
        }
        finally
        {
            isOver.set(true);
        }
    }

    @Test
    void shouldNotFindABugThatNoSeedShows() throws InterruptedException
    {
        final BugSearch.Verdict verdict = search(seed -> null, FOREVER_NS, FOREVER_NS);
        assertEquals(BugSearch.End.NOT_FOUND, verdict.end());
        assertEquals(5, verdict.seeds());
    }

    @Test
    void shouldNotFindABugBecauseTheSearchTakesTooLong() throws InterruptedException
    {
        final BugSearch.Verdict verdict = search(seed -> null, FOREVER_NS, -1);
        assertEquals(BugSearch.End.NOT_FOUND, verdict.end());
        assertEquals(1, verdict.seeds());
    }

    @Test
    void shouldFailWhereASeedCanNotBeRun() throws InterruptedException
    {
        final BugSearch.Verdict verdict = search(seed ->
        {
            throw new IllegalStateException("no seed can be run", new OutOfMemoryError("heap"));
        }, FOREVER_NS, FOREVER_NS);
        assertEquals(new BugSearch.Verdict(
            BugSearch.End.FAILED, 1, "seed 1: java.lang.OutOfMemoryError: heap"), verdict);
    }

    private static Map<BugPatch, BugSearch.Verdict> hear(final List<BugPatch> bugs, final String script)
        throws IOException, InterruptedException
    {
        final Map<BugPatch, BugSearch.Verdict> verdicts = new LinkedHashMap<>();
        PlantedBugs.hear(new ProcessBuilder("sh", "-c", script), bugs, verdicts);
        return verdicts;
    }

    @Test
    void shouldFailTheBugWithWhichAProcessDies() throws IOException, InterruptedException
    {
        final List<BugPatch> bugs = PlantedBugs.bugs(Path.of("../.."), 1, "01-,02-,03-");
        final String first = found(7, "a row is lost").line();
        final Map<BugPatch, BugSearch.Verdict> killed =
            hear(bugs, "echo '" + first + "'; echo 'no memory'; kill -9 $$");
        assertEquals(2, killed.size());
        assertEquals(found(7, "a row is lost"), killed.get(bugs.get(0)));
        assertEquals(new BugSearch.Verdict(
            BugSearch.End.FAILED, 0, "its process ended with exit code 137: no memory"), killed.get(bugs.get(1)));
        assertEquals(Map.of(bugs.get(0), found(7, "a row is lost")), hear(bugs, "echo '" + first + "'"));
        assertTrue(hear(bugs, "true").get(bugs.get(0)).reason().startsWith("its process ended with exit code 0"));
    }
}
