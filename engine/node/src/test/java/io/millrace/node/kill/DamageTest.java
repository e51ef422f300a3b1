package io.millrace.node.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.InProcessNode;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One byte of what a killed node has left is changed, in every region of every file. The next start refuses and names
 * the file, or goes on from what is whole and gives the same answer; it never gives another one, and never a trace.
 *
 * <p>{@code -Dmillrace.flips=N} changes N bytes of each file.
 */
final class DamageTest
{
    private static final int FLIPS = Integer.getInteger("millrace.flips", 2);
    private static final int ROWS = Integer.getInteger("millrace.rows", 40_000);
    private static final long SEED = Long.getLong("millrace.seed", 20_261_123L);

    @TempDir
    Path folder;
    private final Random random = new Random(SEED);
    private final Map<String, Integer> outcomes = new TreeMap<>();
    /** What the last node said. */
    private String words = "";
    private Path input;
    private Path left;
    private NodeFolder node;
    private Rows whole;

    /** What a node leaves that is killed after its second checkpoint. */
    @BeforeEach
    void killNode() throws IOException
    {
        final Path real = folder.toRealPath();
        input = real.resolve("input.jsonl");
        KillInput.write(input, SEED, ROWS);
        node = new NodeFolder(real.resolve("node"), KillJob.SET.text(input).replace("'out/", "'" + real + "/node/out/"),
            Map.of("execution.checkpointing.interval", "10 ms", "millrace.max-row-bytes", "8kb",
                "millrace.segment.bytes", "65536", "millrace.log.bytes", "65536",
                "millrace.block.bytes", "4kb", "millrace.memory.state", "64mb",
                "parallelism.default", "2", "millrace.placement", "fused"));
        whole = node.runPlain();
        NodeBuild.delete(node.out());
        int tries = 0;
        while (newest() < 2 || node.visible().count() == whole.count())
        {
            assertTrue(tries++ < 20, "no node left two checkpoints before its end");
            final long before = newest();
            try (NodeProcess process = node.start())
            {
                if (!process.await(() -> newest() > before))
                {
                    NodeBuild.delete(node.out());
                    NodeBuild.delete(node.state());
                }
            }
        }
        left = real.resolve("left");
        copy(real.resolve("node"), left);
    }

    @Test
    void shouldSayWhereADamagedByteIsOrGoOnWithoutIt() throws IOException
    {
        assertEquals("the same", outcome(""), "without damage");
        for (final Path file : files(left))
        {
            for (final long offset : offsets(file))
            {
                check(left.relativize(file), offset);
            }
        }
        System.out.println(outcomes);
        assertTrue(outcomes.keySet().stream().anyMatch((key) -> key.startsWith("refused")), outcomes.toString());
        assertTrue(outcomes.containsKey("passed over checkpoints"), outcomes.toString());
    }

    private void check(final Path file, final long offset) throws IOException
    {
        final Path at = node.state().getParent();
        NodeBuild.delete(at);
        copy(left, at);
        final byte[] bytes = Files.readAllBytes(at.resolve(file));
        bytes[(int)offset] ^= (byte)(1 << random.nextInt(8));
        Files.write(at.resolve(file), bytes);
        final String said = file + ":" + offset + ", -Dmillrace.seed=" + SEED;
        final String outcome = outcome(said);
        outcomes.merge(outcome + " " + kind(file), 1, Integer::sum);
        if (outcome.equals("refused"))
        {
            assertTrue(words.contains(file.getFileName().toString()), () -> said + ": " + words);
        }
    }

    /** Goes on with what is there: what came of it. */
    private String outcome(final String said)
    {
        final InProcessNode next = new InProcessNode(folder.resolve("defects"));
        final List<String> arguments = new ArrayList<>(node.arguments());
        arguments.replaceAll((argument) -> argument.equals("job.sql") || argument.equals("state") ?
            node.state().resolveSibling(argument).toString() :
            argument.replaceFirst("(checkpointing.interval)=.*", "$1=1 min"));
        final int exitCode = next.run(arguments.toArray(String[]::new));
        words = next.errors();
        assertFalse(words.contains("defect") || words.contains("\tat ") || words.contains("Exception"),
            () -> said + ": " + words);
        final Rows visible = node.visible();
        assertEquals("", visible.without(whole), () -> "more than there should be, " + said + ": " + words);
        if (exitCode == InProcessNode.STATE || exitCode == InProcessNode.ENVIRONMENT)
        {
            return "refused";
        }
        assertEquals(InProcessNode.OK, exitCode, () -> said + ": " + words);
        assertEquals("", whole.without(visible), () -> "missing, " + said + ": " + words);
        return words.contains("passed over") ? "passed over" : words.contains("cut off") ? "cut" : "the same";
    }

    private static String kind(final Path file)
    {
        return file.startsWith("state") && file.getNameCount() > 2 ? file.getName(1).toString() :
            file.getFileName().toString();
    }

    /** Of the state folder, without late and dead rows: like results they are lines that anyone may change. */
    private static List<Path> files(final Path root) throws IOException
    {
        final Path state = root.resolve("state");
        try (Stream<Path> all = Files.walk(state))
        {
            return all.filter(Files::isRegularFile).filter((file) -> !file.startsWith(state.resolve("tables")))
                .sorted().toList();
        }
    }

    /** Both ends, the first words, and any in between up to the last byte that is not zero. */
    private List<Long> offsets(final Path file) throws IOException
    {
        final byte[] bytes = Files.readAllBytes(file);
        int used = bytes.length;
        while (used > 0 && bytes[used - 1] == 0)
        {
            used--;
        }
        final TreeSet<Long> offsets = new TreeSet<>();
        if (used == 0)
        {
            return List.of();
        }
        offsets.add((long)used - 1);
        offsets.add((long)random.nextInt(Math.min(32, used)));
        while (offsets.size() < Math.min(FLIPS + 2, used))
        {
            offsets.add((long)random.nextInt(used));
        }
        if (used < bytes.length)
        {
            offsets.add((long)used + random.nextInt(bytes.length - used));
        }
        final List<Long> some = new ArrayList<>(offsets);
        Collections.shuffle(some, random);
        return some.subList(0, Math.min(FLIPS, some.size()));
    }

    /** Id of the newest checkpoint that is whole, 0 without one. */
    private long newest()
    {
        try (Stream<Path> manifests = Files.walk(node.state().resolve("checkpoints"), 2))
        {
            return manifests.filter((file) -> file.endsWith("MANIFEST"))
                .mapToLong((file) -> Long.parseLong(file.getParent().getFileName().toString())).max().orElse(0);
        }
        catch (final IOException | java.io.UncheckedIOException e)
        {
            return 0;
        }
    }

    private static void copy(final Path from, final Path to) throws IOException
    {
        Files.walkFileTree(from, new SimpleFileVisitor<>()
        {
            @Override
            public FileVisitResult preVisitDirectory(final Path of, final BasicFileAttributes with) throws IOException
            {
                Files.createDirectories(to.resolve(from.relativize(of)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes of) throws IOException
            {
                Files.copy(file, to.resolve(from.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
