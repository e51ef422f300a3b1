package io.millrace.node.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small disk is filled up under a running node and emptied again, over and over: the node waits, goes on by itself,
 * and loses nothing. Where no file system can be mounted there is no such disk, and nothing is tested.
 *
 * <p>{@code -Dmillrace.full=N} fills it N times.
 */
final class FullDiskTest
{
    private static final int FULL = Integer.getInteger("millrace.full", 3);
    private static final int ROWS = Integer.getInteger("millrace.rows", 60_000);
    private static final long SEED = Long.getLong("millrace.seed", 20_261_123L);
    private static final int LONGEST_NS = 40_000_000;

    @TempDir
    Path folder;
    private final Random random = new Random(SEED);
    private Path disk;
    private Path input;
    private Rows whole;

    @BeforeEach
    void mount() throws IOException
    {
        disk = Files.createDirectory(folder.toRealPath().resolve("disk"));
        assumeTrue(command("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", disk.toString()) == 0,
            "no file system can be mounted here");
        input = folder.toRealPath().resolve("input.jsonl");
        KillInput.write(input, SEED, ROWS);
        whole = new NodeFolder(folder.resolve("plain"), KillJob.SET.text(input), Map.of()).runPlain();
    }

    @AfterEach
    void unmount()
    {
        command("umount", "-l", disk.toString());
    }

    private static int command(final String... words)
    {
        try
        {
            return new ProcessBuilder(words).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        }
        catch (final IOException e)
        {
            return -1;
        }
        catch (final InterruptedException e)
        {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** State, side tables and results are on the disk. */
    @Test
    void shouldWaitForRoomAndGoOn() throws IOException
    {
        int filled = 0;
        for (int round = 0; filled < FULL; round++)
        {
            final Map<String, String> settings = new LinkedHashMap<>(NodeFolder.settings(random));
            settings.put("millrace.segment.bytes", "131072");
            settings.put("millrace.max-row-bytes", "16kb");
            final NodeFolder of =
                new NodeFolder(disk.resolve("round-" + round), KillJob.SET.text(input), settings);
            final String said = " -Dmillrace.seed=" + SEED + ", " + of;
            try (NodeProcess node = NodeProcess.start(of.path(), folder, of.arguments()))
            {
                node.await(() -> node.position(input) >= 0);
                while (filled < FULL && fill(node))
                {
                    filled++;
                }
                assertEquals(0, node.exitCode(), () -> node.errors() + said);
            }
            final Rows visible = of.visible();
            assertEquals("", whole.without(visible), () -> "missing" + said);
            assertEquals("", visible.without(whole), () -> "more than there should be" + said);
            NodeBuild.delete(of.path());
        }
    }

    /** Fills the disk, waits a moment, makes room again and waits a moment: whether the node was still there. */
    private boolean fill(final NodeProcess node) throws IOException
    {
        final Path ballast = disk.resolve("ballast");
        try (OutputStream out = Files.newOutputStream(ballast))
        {
            final byte[] block = new byte[4096];
            while (node.isAlive())
            {
                out.write(block);
            }
        }
        catch (final IOException e)
        {
            assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e.toString());
        }
        final boolean wasThere = pass(node);
        Files.delete(ballast);
        return wasThere && pass(node);
    }

    private boolean pass(final NodeProcess node)
    {
        final long untilNs = node.ageNs() + random.nextInt(LONGEST_NS);
        return node.await(() -> node.ageNs() >= untilNs);
    }
}
