package io.millrace.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State folders with a key file, from the command line. */
final class KeyFileTest
{
    private static final String MARKER = "nobody-may-read-this";
    private static final List<String> ENCRYPTED = List.of("journal", "output", "checkpoints", "plan");

    @TempDir
    Path folder;
    private InProcessNode node;

    @BeforeEach
    void makeKeyAndJob() throws IOException
    {
        node = new InProcessNode(folder.resolve("defects"));
        assertEquals(InProcessNode.OK, node.run("key", key()), node::errors);
        // Compressed, so that it can't be read again: the journal holds its rows.
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("input.jsonl.gz"))))
        {
            for (int i = 0; i < 1000; i++)
            {
                out.write(("{\"k\":\"" + MARKER + "-" + i + "\"}\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        Files.writeString(folder.resolve("job.sql"), """
            CREATE TABLE events (k STRING) WITH ('connector'='filesystem', 'path'='%s/input.jsonl.gz', 'format'='json');
            CREATE TABLE results (k STRING) WITH ('connector'='blackhole');
            INSERT INTO results SELECT k FROM events WHERE k <> '%s';
            """.formatted(folder, MARKER));
    }

    private String key()
    {
        return folder.resolve("key.json").toString();
    }

    private int run(final String state, final String... more)
    {
        final List<String> arguments = Stream.concat(Stream.of("run", folder.resolve("job.sql").toString(),
            "--state", folder.resolve(state).toString()), Stream.of(more)).toList();
        return node.run(arguments.toArray(String[]::new));
    }

    /** Whether any file of a part of a state folder holds the marker. */
    private boolean hasMarker(final String state, final String part) throws IOException
    {
        try (Stream<Path> files = Files.walk(folder.resolve(state).resolve(part)))
        {
            for (final Path file : files.filter(Files::isRegularFile).toList())
            {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(MARKER))
                {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void shouldLeaveNoRowReadableNorTheJob() throws IOException
    {
        assertEquals(InProcessNode.OK, run("plain"), node::errors);
        for (final String part : ENCRYPTED)
        {
            assertTrue(hasMarker("plain", part), part + ": nothing to be hidden");
        }
        assertEquals(InProcessNode.OK, run("sealed", "--set", "millrace.key-file=" + key()), node::errors);
        for (final String part : ENCRYPTED)
        {
            assertFalse(hasMarker("sealed", part), part);
        }
        assertEquals(InProcessNode.OK, run("sealed", "--set", "millrace.key-file=" + key()), node::errors);
    }

    @Test
    void shouldSealThePlanOnceAKeyIsConfigured() throws IOException
    {
        assertEquals(InProcessNode.OK, run("state"), node::errors);
        Files.writeString(folder.resolve("job.sql"),
            "SET 'millrace.key-file' = '" + key() + "';\n" + Files.readString(folder.resolve("job.sql")));
        for (int runs = 0; runs < 2; runs++)
        {
            assertEquals(InProcessNode.OK, run("state"), node::errors);
            assertFalse(hasMarker("state", "plan"));
        }
        assertFalse(node.errors().contains("compiled again"), node::errors);
    }

    /** In the words of docs/operating/recovery.md. */
    @Test
    void shouldRefuseWithoutTheKeyOrWithAnotherAndChangeNothing()
    {
        assertEquals(InProcessNode.OK, run("sealed", "--set", "millrace.key-file=" + key()), node::errors);
        assertNotEquals(InProcessNode.OK, run("sealed"));
        assertTrue(node.errors().contains("is encrypted, and no key is configured: "), node::errors);
        final String lost = folder.resolve("lost.json").toString();
        assertEquals(InProcessNode.ENVIRONMENT, run("sealed", "--set", "millrace.key-file=" + lost));
        assertTrue(node.errors().contains("there is no key file " + lost), node::errors);
        final String other = folder.resolve("other.json").toString();
        assertEquals(InProcessNode.OK, node.run("key", other), node::errors);
        assertNotEquals(InProcessNode.OK, run("sealed", "--set", "millrace.key-file=" + other));
        assertTrue(node.errors().contains("was encrypted with a key that is not in " + other + ": "), node::errors);
        assertEquals(InProcessNode.OK, run("sealed", "--set", "millrace.key-file=" + key()), node::errors);
        final String state = folder.resolve("sealed").toString();
        assertEquals(InProcessNode.OK,
            node.run("checkpoint", "verify", "--state", state, "--key-file", key()), node::errors);
        assertNotEquals(InProcessNode.OK, node.run("checkpoint", "verify", "--state", state));
    }

    @Test
    void shouldNotWriteOverAKeyFile()
    {
        assertEquals(InProcessNode.ENVIRONMENT, node.run("key", key()));
        assertTrue(node.errors().contains("is there already"), node::errors);
    }
}
