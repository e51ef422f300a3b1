package io.millrace.perf.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PeersTest
{
    private static final int POOL = 2_000;

    @Test
    void shouldAgreeByWindowWhenBothEnginesReadTheSameRows() throws IOException, InterruptedException
    {
        final Assignment assignment = new Assignment("seed", "", false, POOL, 1, 300);
        final Outcome flink = PeerProcess.flink("written").run(assignment, 0);
        final Outcome millrace = PeerProcess.millrace("written").run(assignment, 0);
        assertTrue(flink.windows().size() > 3, flink.text());
        assertTrue(millrace.windows().size() > 3, "windows " + millrace.windows().size());
        final Map<Long, Outcome.Answer> expected = complete(flink, millrace);
        assertEquals(expected, complete(millrace, flink));
    }

    private static Map<Long, Outcome.Answer> complete(final Outcome one, final Outcome other)
    {
        final Map<Long, Outcome.Answer> windows = new TreeMap<>();
        one.windows().entrySet().stream().limit(Math.min(one.windows().size(), other.windows().size()) - 2)
            .forEach(entry -> windows.put(entry.getKey(), entry.getValue()));
        return windows;
    }

    @Test
    void shouldReadAnOutcomeBackWhenItWasWrittenAsText()
    {
        final Outcome outcome = new Outcome(10, 5, 1_000, 900, 3, 77,
            new TreeMap<>(Map.of(0L, new Outcome.Answer(2, -9), 3_600_000L, new Outcome.Answer(1, 8))));
        assertEquals(outcome, Outcome.parse(outcome.text().lines().toList()));
    }

    @Test
    void shouldSumToTheSameTallyWhenResultsComeInAnotherOrder()
    {
        final Tally one = new Tally();
        final Tally other = new Tally();
        for (final int[] order : List.of(new int[] {1, 2, 3, 4}, new int[] {4, 1, 3, 2}))
        {
            for (final int value : order)
            {
                (order[0] == 1 ? one : other).add(value % 2, ResultHash.add(ResultHash.SEED, value), 10);
            }
        }
        assertEquals(one.windows(), other.windows());
        other.add(1, ResultHash.add(ResultHash.SEED, 5), 10);
        assertNotEquals(one.windows(), other.windows());
    }

    @Test
    void shouldHashApartWhenTextDiffersInItsLastByteOrLength()
    {
        final byte[] text = "user_10012345\0\0\0".getBytes(StandardCharsets.US_ASCII);
        final long hash = ResultHash.add(ResultHash.SEED, text, 13);
        assertNotEquals(hash, ResultHash.add(ResultHash.SEED, text, 14));
        text[12] = '6';
        assertNotEquals(hash, ResultHash.add(ResultHash.SEED, text, 13));
    }
}
