package io.millrace.persistence.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codecs.Memory;
import io.millrace.engine.checkpoint.CheckpointStore;
import io.millrace.engine.log.Log;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a release has written, every later one reads. */
final class FixtureTest
{
    /** Where the log of the first format ends. */
    private static final long END_OF_V1 = 6104;

    @TempDir
    private Path root;

    private FileStorage copyOf(final String version) throws IOException, URISyntaxException
    {
        final Path from = Path.of(Objects.requireNonNull(getClass().getResource("/fixtures/" + version)).toURI());
        try (Stream<Path> files = Files.walk(from))
        {
            for (final Path file : files.toList())
            {
                final Path to = root.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file))
                {
                    Files.createDirectories(to);
                }
                else
                {
                    Files.copy(file, to);
                }
            }
        }
        return new FileStorage(root);
    }

    private static boolean check(final int i, final long address, final int length)
    {
        assertEquals(FixtureFiles.length(i), length);
        for (int at = 0; at < length; at++)
        {
            assertEquals(i, Memory.getByte(address + at));
        }
        return true;
    }

    @Test
    void shouldReadTheFirstFormatOfALog() throws IOException, URISyntaxException
    {
        try (SegmentLog log = new SegmentLog(copyOf("v1"), FixtureFiles.context()))
        {
            assertEquals(0, log.beginPosition());
            assertEquals(END_OF_V1, log.endPosition());
            assertEquals(0, log.cutBytes());
            final Log.Reader reader = log.newReader(0);
            final int[] next = {0};
            assertEquals(FixtureFiles.RECORDS,
                reader.poll((address, length) -> check(next[0]++, address, length), 100));
        }
    }

    @Test
    void shouldReadTheFirstFormatOfACheckpoint() throws IOException, URISyntaxException
    {
        try (FileCheckpointStore store = new FileCheckpointStore(copyOf("v1"), "checkpoints"))
        {
            assertEquals(List.of(3L), store.ids());
            final CheckpointStore.Checkpoint checkpoint = store.open(3);
            assertEquals(41, checkpoint.manifest().number("entry"));
            assertEquals("SELECT 'ä=1'", checkpoint.manifest().text("job"));
            assertEquals(List.of("shard-0", "shard-1"), checkpoint.parts());
            for (int part = 0; part < 2; part++)
            {
                final int[] next = {part};
                checkpoint.read("shard-" + part, (address, length) ->
                {
                    check(next[0], address, length);
                    next[0] += 2;
                    return true;
                });
                assertEquals(FixtureFiles.RECORDS + part, next[0]);
            }
        }
    }
}
