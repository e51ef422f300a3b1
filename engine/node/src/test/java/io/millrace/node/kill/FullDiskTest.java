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
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small disk is filled up under a running node and stays full until the node has said so, then there is room again,
 * over and over: the node waits, goes on by itself, says that too, and loses nothing. Where no file system can be
 * mounted there is no such disk, and nothing is tested.
 *
 * <p>{@code -Dmillrace.full=N} fills it N times.
 */
final class FullDiskTest
{
    private static final int FULL = Integer.getInteger("millrace.full", 3);
    private static final int ROWS = Integer.getInteger("millrace.rows", 60_000);
    private static final long SEED = Long.getLong("millrace.seed", 20_261_123L);
    private static final int LONGEST_NS = 40_000_000;
    /** Rounds whose node has ended before it met the full disk, at most. */
    private static final int MOST_MISSED = 20;
    private static final Pattern MET = Pattern.compile(
        "(?m)^sink (\\S+) fails and is tried again, .*$|^(checkpoint) \\d+ is given up, .*$");
    private static final Pattern GOES_ON = Pattern.compile(
        "(?m)^sink (\\S+) goes on$|^(checkpoint) \\d+ is whole again$");

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
            "mount is refused here, so that there is no disk to be filled: no full disk was tested");
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
        int missed = 0;
        final Map<String, Integer> outages = new TreeMap<>();
        for (int round = 0; filled < FULL; round++)
        {
            final Map<String, String> settings = new LinkedHashMap<>(NodeFolder.settings(random));
            settings.put("millrace.segment.bytes", "131072");
            settings.put("millrace.max-row-bytes", "16kb");
            final NodeFolder of =
                new NodeFolder(disk.resolve("round-" + round), KillJob.SET.text(input), settings);
            final String said = " -Dmillrace.seed=" + SEED + ", " + of;
            final int before = filled;
            final String words;
            try (NodeProcess node = NodeProcess.start(of.path(), folder, of.arguments()))
            {
                node.await(() -> node.position(input) >= 0);
                while (filled < FULL && fill(node))
                {
                    filled++;
                }
                assertEquals(0, node.exitCode(), () -> node.errors() + said);
                words = node.errors();
            }
            final Map<String, Integer> met = lines(MET, words);
            final Map<String, Integer> again = lines(GOES_ON, words);
            met.forEach((what, times) ->
            {
                outages.merge(what, times, Integer::sum);
                final int open = times - again.getOrDefault(what, 0);
                // No checkpoint follows the last one of a life, which may be given up too.
                assertTrue(open == 0 || open == 1 && what.equals("checkpoint"),
                    () -> what + " does not go on: " + words + said);
            });
            final Rows visible = of.visible();
            assertEquals("", whole.without(visible), () -> "missing" + said);
            assertEquals("", visible.without(whole), () -> "more than there should be" + said);
            NodeBuild.delete(of.path());
            missed += filled == before ? 1 : 0;
            assertTrue(missed <= MOST_MISSED, "nodes end before the disk is full: only " + filled + " have met it");
        }
        System.out.println("full " + filled + " times, each said; what failed, and went on as often: " + outages);
    }

    /** How often each sink, and checkpoints, are named by lines. */
    private static Map<String, Integer> lines(final Pattern pattern, final String words)
    {
        final Map<String, Integer> times = new TreeMap<>();
        pattern.matcher(words).results().forEach(line ->
            times.merge(line.group(1) == null ? line.group(2) : line.group(1), 1, Integer::sum));
        return times;
    }

    private static long count(final Pattern pattern, final NodeProcess node)
    {
        return pattern.matcher(node.errors()).results().count();
    }

    /**
     * Fills the disk until the node has said that it is, and a moment longer, then makes room and waits until something
     * has gone on by itself: whether the node has met the full disk.
     */
    private boolean fill(final NodeProcess node) throws IOException
    {
        // What an earlier filling broke goes on first: the next failure is said again.
        final boolean isThere = node.await(() -> count(MET, node) == count(GOES_ON, node));
        final long before = count(MET, node);
        final Path ballast = disk.resolve("ballast");
        boolean isMet = false;
        try (OutputStream out = Files.newOutputStream(ballast))
        {
            isMet = isThere && node.await(() -> fill(out) && count(MET, node) > before);
        }
        catch (final IOException e)
        {
            requireFull(e);
        }
        isMet &= pass(node);
        Files.deleteIfExists(ballast);
        return isMet && node.await(() -> count(GOES_ON, node) > before) && pass(node);
    }

    /** Takes what room there is, also what the node has given up since the last call. */
    private static boolean fill(final OutputStream out)
    {
        final byte[] block = new byte[4096];
        try
        {
            while (true)
            {
                out.write(block);
            }
        }
        catch (final IOException e)
        {
            requireFull(e);
            return true;
        }
    }

    private static void requireFull(final IOException e)
    {
        assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e.toString());
    }

    private boolean pass(final NodeProcess node)
    {
        final long untilNs = node.ageNs() + random.nextInt(LONGEST_NS);
        return node.await(() -> node.ageNs() >= untilNs);
    }
}
