package io.millrace.node.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node is killed while numbered rows come in by its standard input, which nobody can read again, and again in its
 * next lives. In the end the first rows of each life are in the results, each once and without a gap: all that were
 * visible when it was killed, all that its journal then held, and where that held any, none behind those.
 *
 * <p>{@code -Dmillrace.stdin.kills=N} kills N times.
 */
final class StandardInputKillTest
{
    private static final int KILLS = Integer.getInteger("millrace.stdin.kills", 5);
    private static final long SEED = Long.getLong("millrace.seed", 20_261_123L);
    private static final int MOST_ROWS = 60_000;
    private static final int ROWS_AT_ONCE = 250;
    /** More than a pipe holds: the node has read some of its own. */
    private static final int ROWS_OF_A_PIPE = 10_000;
    private static final long LONGEST_LIFE_NS = 4_000_000_000L;
    private static final String JOB = """
        CREATE TABLE events (life INT, n INT) WITH ('connector'='stdin', 'format'='json');
        CREATE TABLE results (life INT, n INT) WITH ('connector'='filesystem', 'path'='out/rows', 'format'='json');
        INSERT INTO results SELECT life, n FROM events;
        """;

    @TempDir
    Path folder;
    private final Random random = new Random(SEED);
    /** Rows that journals held at a kill, and those of them that were not yet visible. */
    private long journaled;
    private long ahead;

    @Test
    void shouldKeepEveryRowThatItShowedOrJournaledAndNoneTwice() throws IOException
    {
        int kills = 0;
        int gained = 0;
        int wanted = 0;
        for (int round = 0; kills < KILLS; round++)
        {
            final int lives = Math.min(KILLS - kills, 1 + random.nextInt(5));
            final NodeFolder node = new NodeFolder(folder.resolve("round-" + round), JOB, NodeFolder.settings(random));
            final String said = "-Dmillrace.seed=" + SEED + ", " + node;
            final AtomicIntegerArray fed = new AtomicIntegerArray(lives);
            int[] shown = new int[lives];
            final BitSet[] held = new BitSet[lives];
            Arrays.setAll(held, (life) -> new BitSet());
            for (int life = 0; life < lives; life++)
            {
                // The last life of a round is never cut short: each round has rows to look at.
                final boolean isEarly = life < lives - 1 && random.nextInt(5) == 0;
                wanted += isEarly ? 0 : 1;
                feedAndKill(node, life, fed, isEarly);
                hold(node, held);
                shown = shown(node, shown, fed, false, "after " + (life + 1) + " lives, " + said);
            }
            try (NodeProcess last = node.start())
            {
                last.input().close();
                assertEquals(0, last.exitCode(), () -> said + ": " + last.errors());
            }
            shown = shown(node, shown, fed, true, "at the end, " + said);
            for (int life = 0; life < lives; life++)
            {
                // Rows of a life come through without a gap, so that how many there are says which.
                final int of = life;
                final int rows = shown[life];
                assertTrue(held[life].isEmpty() || held[life].length() == rows, () -> "rows of life " + of +
                    " up to " + (held[of].length() - 1) + " were journaled, " + rows + " are there, " + said);
                gained += rows > 0 ? 1 : 0;
            }
            kills += lives;
        }
        System.out.println(kills + " kills, rows of " + gained + " lives came through; journals held " + journaled +
            " rows, " + ahead + " of them not yet visible");
        assertTrue(gained >= wanted, "rows came through in " + gained + " lives, were shown in " + wanted);
        assertTrue(ahead > 0, "all that was journaled had been shown");
    }

    /** Takes note of what the journal of a killed node holds. */
    private void hold(final NodeFolder node, final BitSet[] held) throws IOException
    {
        final Set<String> visible = new HashSet<>();
        node.visible().tables().values().forEach(lines -> visible.addAll(lines.keySet()));
        for (final String row : JournaledRows.of(node.state().resolve("journal")))
        {
            final String[] numbers = numbers(row);
            held[Integer.parseInt(numbers[0])].set(Integer.parseInt(numbers[1]));
            journaled++;
            ahead += visible.contains(row) ? 0 : 1;
        }
    }

    private static String[] numbers(final String row)
    {
        return row.replaceAll("[^0-9,]", "").split(",");
    }

    /** Feeds rows from 0 on and kills at a random moment: once some have been shown, or while the node starts. */
    private void feedAndKill(
        final NodeFolder folderOfNode, final int life, final AtomicIntegerArray fed, final boolean isEarly)
    {
        final long pauseNs = random.nextInt(4) == 0 ? 1_000_000 : 0;
        try (NodeProcess node = folderOfNode.start())
        {
            final Thread feeder = new Thread(() -> feed(node.input(), life, pauseNs, fed), "feeder");
            feeder.start();
            final long before = folderOfNode.files();
            final long wanted = before + 1 + random.nextInt(5);
            final BooleanSupplier isDue = isEarly ?
                KillMoment.STARTING.of(node, folder, random) : () -> fed.get(life) > ROWS_OF_A_PIPE &&
                    (folderOfNode.files() >= wanted || node.ageNs() > LONGEST_LIFE_NS) &&
                    folderOfNode.files() > before && hasShown(folderOfNode, life);
            assertTrue(node.await(isDue), () -> "the node ended with " + node.exitCode() + ": " + node.errors());
            node.kill();
            join(feeder);
        }
    }

    /** Whether rows of a life are visible; what an earlier one left comes first. */
    private static boolean hasShown(final NodeFolder node, final int life)
    {
        final String beginning = "{\"life\":" + life + ",";
        return node.visible().tables().values().stream()
            .anyMatch(lines -> lines.keySet().stream().anyMatch(line -> line.startsWith(beginning)));
    }

    /** Until nobody reads any more; then, or when enough is written, the stream stays open. */
    private static void feed(final OutputStream into, final int life, final long pauseNs, final AtomicIntegerArray fed)
    {
        final StringBuilder lines = new StringBuilder();
        try
        {
            for (int n = 0; n < MOST_ROWS; n += ROWS_AT_ONCE)
            {
                lines.setLength(0);
                for (int i = n; i < n + ROWS_AT_ONCE; i++)
                {
                    lines.append("{\"life\":").append(life).append(",\"n\":").append(i).append("}\n");
                }
                fed.set(life, n + ROWS_AT_ONCE);
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

    /**
     * How many rows of each life are visible, each once, no fewer than before and, where the shards have come to the
     * same place, without a gap.
     */
    private static int[] shown(
        final NodeFolder node, final int[] before, final AtomicIntegerArray fed, final boolean isWhole,
        final String said)
    {
        final BitSet[] seen = new BitSet[fed.length()];
        Arrays.setAll(seen, (life) -> new BitSet());
        node.visible().tables().values().forEach((lines) -> lines.forEach((line, count) ->
        {
            assertEquals(1, count, () -> line + " more than once " + said);
            final String[] numbers = numbers(line);
            seen[Integer.parseInt(numbers[0])].set(Integer.parseInt(numbers[1]));
        }));
        final int[] shown = new int[fed.length()];
        for (int life = 0; life < fed.length(); life++)
        {
            final BitSet rows = seen[life];
            shown[life] = rows.cardinality();
            assertTrue(!isWhole || rows.length() == rows.cardinality(), () -> "row " + rows.nextClearBit(0) +
                " is missing, row " + (rows.length() - 1) + " is there " + said);
            assertTrue(shown[life] >= before[life] && shown[life] <= fed.get(life), shown[life] + " rows of life " +
                life + ", had been " + before[life] + ", fed were " + fed.get(life) + " " + said);
        }
        return shown;
    }
}
