package io.millrace.node.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node is killed while numbered rows come in by its standard input, which nobody can read again. The next life gets
 * no input: its results are the first rows, each once and without a gap, at least all that the killed one had shown.
 *
 * <p>{@code -Dmillrace.stdin.kills=N} kills N times.
 */
final class StandardInputKillTest
{
    private static final int KILLS = Integer.getInteger("millrace.stdin.kills", 4);
    private static final long SEED = Long.getLong("millrace.seed", System.nanoTime());
    private static final int MOST_ROWS = 60_000;
    private static final int ROWS_AT_ONCE = 250;
    private static final String JOB = """
        CREATE TABLE events (n BIGINT) WITH ('connector'='stdin', 'format'='json');
        CREATE TABLE results (n BIGINT) WITH ('connector'='filesystem', 'path'='out/rows', 'format'='json');
        INSERT INTO results SELECT n FROM events;
        """;

    @TempDir
    Path folder;
    private final Random random = new Random(SEED);

    @Test
    void shouldKeepEveryRowThatItShowedAndNoneTwice() throws IOException
    {
        final Map<String, String> settings = NodeFolder.settings(random);
        final NodeFolder node = new NodeFolder(folder.resolve("node"), JOB, settings);
        int next = 0;
        int gained = 0;
        for (int kill = 0; kill < KILLS; kill++)
        {
            final String said = "after kill " + kill + ", -Dmillrace.seed=" + SEED + ", " + node;
            final int fed = feedAndKill(node, next);
            final int shown = shown(node, said);
            try (NodeProcess last = node.start())
            {
                last.input().close();
                assertEquals(0, last.exitCode(), () -> said + ": " + last.errors());
            }
            final int kept = shown(node, said);
            assertTrue(kept >= shown && kept >= next && kept <= fed,
                "had " + next + ", shown " + shown + ", kept " + kept + ", fed " + fed + ", " + said);
            gained += kept > next ? 1 : 0;
            next = kept;
        }
        assertTrue(gained * 2 >= KILLS, "rows came through in " + gained + " of " + KILLS + " lives");
    }

    /** Feeds rows from a number on and kills at a random moment: how many rows there are at most. */
    private int feedAndKill(final NodeFolder folderOfNode, final int first)
    {
        final int[] fed = {first};
        final long pauseNs = random.nextInt(4) == 0 ? 1_000_000 : 0;
        try (NodeProcess node = folderOfNode.start())
        {
            final Thread feeder = new Thread(() -> feed(node.input(), first, pauseNs, fed), "feeder");
            feeder.start();
            final long before = folderOfNode.files();
            final int wanted = random.nextInt(6);
            final BooleanSupplier isDue = random.nextInt(4) == 0 ?
                KillMoment.STARTING.of(node, folder, random) : () -> folderOfNode.files() >= before + wanted &&
                    node.ageNs() > 500_000_000L;
            assertTrue(node.await(isDue), () -> "the node ended: " + node.errors());
            node.kill();
            join(feeder);
        }
        return fed[0];
    }

    /** Until nobody reads any more; then, or when enough is written, the stream stays open. */
    private static void feed(final OutputStream into, final int first, final long pauseNs, final int[] fed)
    {
        final StringBuilder lines = new StringBuilder();
        try
        {
            for (int n = first; n < first + MOST_ROWS; n += ROWS_AT_ONCE)
            {
                lines.setLength(0);
                for (int i = n; i < n + ROWS_AT_ONCE; i++)
                {
                    lines.append("{\"n\":").append(i).append("}\n");
                }
                fed[0] = n + ROWS_AT_ONCE;
                into.write(lines.toString().getBytes(StandardCharsets.UTF_8));
                into.flush();
                if (pauseNs > 0)
                {
                    LockSupport.parkNanos(pauseNs);
                }
            }
        }
        catch (final IOException e)
        {
            return;
        }
    }

    private static void join(final Thread thread)
    {
        try
        {
            thread.join();
        }
        catch (final InterruptedException e)
        {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** How many rows are visible, which must be the first ones, each once. */
    private static int shown(final NodeFolder node, final String said)
    {
        final BitSet seen = new BitSet();
        node.visible().tables().values().forEach((lines) -> lines.forEach((line, count) ->
        {
            assertEquals(1, count, () -> line + " more than once " + said);
            seen.set(Integer.parseInt(line.replaceAll("[^0-9]", "")));
        }));
        assertEquals(seen.length(), seen.cardinality(),
            () -> "row " + seen.nextClearBit(0) + " is missing, row " + (seen.length() - 1) + " is there " + said);
        return seen.length();
    }
}
