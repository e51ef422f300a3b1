package io.millrace.node.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node that is stopped and continued by signals gives the same answer: again and again for a moment, and for longer
 * than any time that it waits for something.
 *
 * <p>{@code -Dmillrace.pauses=N} pauses N times for a moment, {@code -Dmillrace.pause.ms=15000,15000} for so long.
 */
final class PauseTest
{
    private static final int PAUSES = Integer.getInteger("millrace.pauses", 10);
    private static final int ROWS = Integer.getInteger("millrace.rows", 60_000);
    private static final long SEED = Long.getLong("millrace.seed", 20_261_123L);
    private static final int LONGEST_NS = 15_000_000;
    private static final long[] PAUSE_MS =
        Arrays.stream(System.getProperty("millrace.pause.ms", "5000").split(",")).mapToLong(Long::parseLong).toArray();
    /** By default shorter than the pause: all that is counted in seconds. */
    private static final Map<String, String> TIMES = Map.of("millrace.sink.end-timeout", "1 s",
        "table.exec.source.idle-timeout", "1 s");

    @TempDir
    Path folder;
    private final Random random = new Random(SEED);
    private Path input;
    private String job;
    private Rows whole;

    @BeforeEach
    void answer() throws IOException
    {
        input = folder.toRealPath().resolve("input.jsonl");
        KillInput.write(input, SEED, ROWS);
        job = KillJob.SET.text(input);
        whole = new NodeFolder(folder.resolve("plain"), job, Map.of()).runPlain();
    }

    @Test
    void shouldAnswerAlikeWhenPaused() throws IOException
    {
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
            requireSame(of);
        }
    }

    /** Stopped with windows open, and results that are not shown. */
    @Test
    void shouldAnswerAlikeWhenPausedForLongerThanAnyTimeout() throws IOException
    {
        int pauses = 0;
        for (int round = 0; pauses < PAUSE_MS.length; round++)
        {
            final Map<String, String> settings = new LinkedHashMap<>(NodeFolder.settings(random));
            settings.putAll(TIMES);
            final NodeFolder of = new NodeFolder(folder.resolve("long-" + round), job, settings);
            try (NodeProcess node = of.start())
            {
                if (node.await(() -> of.files() > 0))
                {
                    node.signal("STOP");
                    if (of.visible().count() < whole.count() && pass(node, PAUSE_MS[pauses] * 1_000_000))
                    {
                        pauses++;
                    }
                    node.signal("CONT");
                }
                assertEquals(0, node.exitCode(), node::errors);
            }
            requireSame(of);
        }
    }

    private void requireSame(final NodeFolder of)
    {
        final String said = " -Dmillrace.seed=" + SEED + ", " + of;
        final Rows visible = of.visible();
        assertEquals("", whole.without(visible), () -> "missing" + said);
        assertEquals("", visible.without(whole), () -> "more than there should be" + said);
    }

    /** Lets a node run for a moment, then stops it for a moment: whether it was still there. */
    private boolean pause(final NodeProcess node)
    {
        if (!pass(node, random.nextInt(LONGEST_NS)))
        {
            return false;
        }
        node.signal("STOP");
        final boolean isAlive = pass(node, random.nextInt(LONGEST_NS));
        node.signal("CONT");
        return isAlive;
    }

    /** Lets time pass: whether the node is still there. */
    private static boolean pass(final NodeProcess node, final long forNs)
    {
        final long untilNs = node.ageNs() + forNs;
        return node.await(() -> node.ageNs() >= untilNs);
    }
}
