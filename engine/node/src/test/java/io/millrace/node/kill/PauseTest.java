package io.millrace.node.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node that is stopped and continued again and again by signals gives the same answer.
 *
 * <p>{@code -Dmillrace.pauses=N} pauses N times.
 */
final class PauseTest
{
    private static final int PAUSES = Integer.getInteger("millrace.pauses", 10);
    private static final int ROWS = Integer.getInteger("millrace.rows", 60_000);
    private static final long SEED = Long.getLong("millrace.seed", 20_261_123L);
    private static final int LONGEST_NS = 15_000_000;

    @TempDir
    Path folder;
    private final Random random = new Random(SEED);

    @Test
    void shouldAnswerAlikeWhenPaused() throws IOException
    {
        final Path input = folder.toRealPath().resolve("input.jsonl");
        KillInput.write(input, SEED, ROWS);
        final String job = KillJob.SET.text(input);
        final Rows whole = new NodeFolder(folder.resolve("plain"), job, Map.of()).runPlain();
        int pauses = 0;
        for (int round = 0; pauses < PAUSES; round++)
        {
            final NodeFolder of = new NodeFolder(folder.resolve("round-" + round), job, NodeFolder.settings(random));
            try (NodeProcess node = of.start())
            {
                node.await(() -> node.position(input) >= 0);
                while (pauses < PAUSES && pause(node))
                {
                    pauses++;
                }
                assertEquals(0, node.exitCode(), node::errors);
            }
            final String said = " -Dmillrace.seed=" + SEED + ", " + of;
            final Rows visible = of.visible();
            assertEquals("", whole.without(visible), () -> "missing" + said);
            assertEquals("", visible.without(whole), () -> "more than there should be" + said);
        }
    }

    /** Lets a node run for a moment, then stops it for a moment: whether it was still there. */
    private boolean pause(final NodeProcess node)
    {
        final long untilNs = node.ageNs() + random.nextInt(LONGEST_NS);
        if (!node.await(() -> node.ageNs() >= untilNs))
        {
            return false;
        }
        node.signal("STOP");
        final long againNs = node.ageNs() + random.nextInt(LONGEST_NS);
        final boolean isAlive = node.await(() -> node.ageNs() >= againNs);
        node.signal("CONT");
        return isAlive;
    }
}
