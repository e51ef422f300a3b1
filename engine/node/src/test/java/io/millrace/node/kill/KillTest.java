package io.millrace.node.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes under load are killed at random points, while they start, recover, read and commit the last rows, and are
 * started again until they end, now and then with another number of shards. What they show is at each kill a part of,
 * and in the end exactly, what a node shows that nobody killed.
 *
 * <p>{@code -Dmillrace.kills=N} kills N times, {@code -Dmillrace.seed=N} repeats a run's choices.
 */
final class KillTest
{
    private static final int KILLS = Integer.getInteger("millrace.kills", 30);
    private static final int ROWS = Integer.getInteger("millrace.rows", 150_000);
    private static final long SEED = Long.getLong("millrace.seed", 20_261_123L);
    /** Of one job, before it is left alone. */
    private static final int MOST_KILLS = 7;

    @TempDir
    Path folder;
    private final Random random = new Random(SEED);
    private final Map<KillJob, Rows> expected = new EnumMap<>(KillJob.class);
    private Path input;
    private int kills;
    private int whileReading;
    private int lives;
    private String lastWords = "";

    @Test
    void shouldAnswerAsIfNeverKilled() throws IOException
    {
        input = folder.toRealPath().resolve("input.jsonl");
        KillInput.write(input, SEED, ROWS);
        for (int round = 0; kills < KILLS || whileReading * 2 < kills && kills < 2 * KILLS; round++)
        {
            final KillJob job = KillJob.values()[round % KillJob.values().length];
            final Rows whole = expected(job);
            final Path at = folder.resolve("round-" + round);
            final NodeFolder node = new NodeFolder(at, job.text(input), NodeFolder.settings(random));
            final int before = kills;
            final int most = before + Math.min(3 + random.nextInt(MOST_KILLS - 2), Math.max(1, KILLS - before));
            boolean isEnded = false;
            while (!isEnded && kills < most)
            {
                isEnded = live(node);
                check(node, "more than there should be", node.visible().without(whole));
            }
            finish(node, whole);
            NodeBuild.delete(at);
        }
        System.out.println(kills + " kills in " + lives + " lives, " + whileReading + " of them while rows were read");
        assertTrue(whileReading * 2 >= kills, whileReading + " of " + kills + " kills came while rows were read");
    }

    private Rows expected(final KillJob job) throws IOException
    {
        Rows rows = expected.get(job);
        if (rows == null)
        {
            rows = new NodeFolder(folder.resolve(job.name()), job.text(input), Map.of()).runPlain();
            assertTrue(rows.count() > ROWS / 10, "only " + rows.count() + " rows of " + job);
            assertTrue(rows.count("dlq$user_events") > ROWS / 2000, rows.tables().keySet().toString());
            expected.put(job, rows);
        }
        return rows;
    }

    /** One life that ends with a kill, unless the job ends first: whether it did. */
    private boolean live(final NodeFolder folderOfNode)
    {
        lives++;
        // What chance owes is made up for: most kills are to come while rows are read.
        final KillMoment moment = whileReading * 3 < kills * 2 ? KillMoment.READING : KillMoment.any(random);
        try (NodeProcess node =
            random.nextInt(3) == 0 ? folderOfNode.start(1 + random.nextInt(4)) : folderOfNode.start())
        {
            final BooleanSupplier isDue = moment.of(node, input, random);
            if (!node.await(isDue))
            {
                checkEnd(folderOfNode, node);
                return true;
            }
            final boolean isReading = node.position(input) > 0;
            node.kill();
            kills++;
            whileReading += isReading ? 1 : 0;
            return false;
        }
    }

    /** Lets the job come to its end, and then asks it to go on once more, which must change nothing. */
    private void finish(final NodeFolder folderOfNode, final Rows whole)
    {
        for (int run = 0; run < 2; run++)
        {
            lives++;
            try (NodeProcess node = folderOfNode.start())
            {
                checkEnd(folderOfNode, node);
            }
            final Rows visible = folderOfNode.visible();
            check(folderOfNode, "missing", whole.without(visible));
            check(folderOfNode, "more than there should be", visible.without(whole));
        }
    }

    private void checkEnd(final NodeFolder folderOfNode, final NodeProcess node)
    {
        node.await(() -> false);
        lastWords = node.errors();
        assertEquals(0, node.exitCode(), () -> said(folderOfNode) + ": " + node.errors());
        assertFalse(node.errors().contains("error"), () -> said(folderOfNode) + ": " + node.errors());
    }

    private void check(final NodeFolder folderOfNode, final String what, final String difference)
    {
        assertEquals("", difference, () -> what + " " + said(folderOfNode) + "\n" + lastWords);
    }

    private String said(final NodeFolder folderOfNode)
    {
        return "after " + kills + " kills, -Dmillrace.seed=" + SEED + ", " + folderOfNode;
    }
}
