package io.millrace.node.release;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.InProcessNode;
import io.millrace.node.job.Version;
import io.millrace.node.kill.NodeProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What nodes of every release have left when they were killed: a copy is looked at, and goes on to the same end as if
 * nobody had killed them. {@code -Dmillrace.fixtures=write} adds this release's files first, where it has none.
 */
final class ReleaseTest
{
    private static final Path FIXTURES = Path.of("src/test/resources/releases");

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> shouldGoOnFromTheFilesOfEveryRelease() throws IOException
    {
        if ("write".equals(System.getProperty("millrace.fixtures")))
        {
            write(FIXTURES.resolve(release()));
        }
        final List<Path> kept;
        try (Stream<Path> files = Files.walk(FIXTURES, 2))
        {
            kept = files.filter(file -> file.toString().endsWith(".zip")).sorted().toList();
        }
        assertTrue(kept.size() >= ReleaseJob.values().length, "files are missing: " + kept);
        return kept.stream().map(zip -> DynamicTest.dynamicTest(
            FIXTURES.relativize(zip).toString(), () -> check(zip)));
    }

    /** The release that this build is, or is to become. */
    private static String release() throws IOException
    {
        final Properties version = new Properties();
        try (InputStream stream = Version.class.getResourceAsStream("version.properties"))
        {
            version.load(Objects.requireNonNull(stream));
        }
        return version.getProperty("version").replace("-SNAPSHOT", "");
    }

    private void write(final Path release) throws IOException
    {
        assertFalse(Files.exists(release), () -> release + " is there: what a release wrote is never written again");
        final InProcessNode node = new InProcessNode(folder);
        final Path key = folder.resolve("key.json");
        assertEquals(InProcessNode.OK, node.run("key", key.toString()), node::errors);
        for (final ReleaseJob job : ReleaseJob.values())
        {
            new ReleaseFiles(job, folder.resolve("made-" + job)).make(key);
        }
        Files.createDirectories(release);
        for (final ReleaseJob job : ReleaseJob.values())
        {
            new ReleaseFiles(job, folder.resolve("made-" + job)).pack(release.resolve(job.fileName()));
        }
    }

    private void check(final Path zip) throws IOException
    {
        final ReleaseJob job = Stream.of(ReleaseJob.values())
            .filter(one -> zip.endsWith(one.fileName())).findFirst().orElseThrow();
        final Path at = Files.createTempDirectory(folder, "release");
        final ReleaseFiles files = new ReleaseFiles(job, at);
        files.unpack(Files.newInputStream(zip));
        assertEquals(job.text(), Files.readString(at.resolve("job.sql")), "another job than its files are of");
        assertEquals("", files.visible().without(files.expected()));
        final long newest = files.newestCheckpoint();
        inspect(job, files);
        try (NodeProcess node = files.start())
        {
            files.feed(node, 3, 3);
            node.input().close();
            assertEquals(0, node.exitCode(), node::errors);
            assertTrue(node.errors().contains(job.hasCheckpoints() ?
                "goes on behind checkpoint " + newest : "goes on "), node::errors);
            assertTrue(node.errors().contains(" rows of the journal again"), node::errors);
        }
        assertEquals("", files.expected().without(files.visible()), "missing");
        assertEquals("", files.visible().without(files.expected()), "more than there should be");
    }

    /** The commands for what a state folder holds. */
    private void inspect(final ReleaseJob job, final ReleaseFiles files)
    {
        final InProcessNode node = new InProcessNode(folder);
        final String state = files.state().toString();
        final List<String> key = job.isEncrypted() ?
            List.of("--key-file", files.state().resolveSibling("key.json").toString()) : List.of();
        final long newest = files.newestCheckpoint();
        if (newest == 0)
        {
            assertFalse(job.hasCheckpoints());
            return;
        }
        assertTrue(said(node, key, "checkpoint", "list", "--state", state).matches(
            "(?s).*\\b" + newest + " .*\\b" + ReleaseInput.FIRST_ROWS + " .*whole.*"), node::output);
        assertTrue(said(node, key, "checkpoint", "inspect", "--state", state).contains("entry = "), node::output);
        assertTrue(said(node, key, "checkpoint", "verify", "--state", state).contains(
            "checkpoint " + newest + ": whole, "), node::output);
        final List<String> none = List.of();
        final String dead = said(node, none, "dlq", "show", "--state", state);
        assertTrue(dead.contains("dlq$events") && dead.contains(ReleaseInput.DEAD_TEXT), dead);
        final String late = said(node, none, "late", "show", "--state", state);
        assertTrue(late.contains("late$events") && late.contains("2026-01-01 00:00:00"), late);
    }

    private static String said(final InProcessNode node, final List<String> more, final String... arguments)
    {
        final List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(more);
        assertEquals(InProcessNode.OK, node.run(all.toArray(String[]::new)), node::errors);
        return node.output();
    }
}
