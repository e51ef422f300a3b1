package io.millrace.bridges.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.SourceContext;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.rollcycles.LegacyRollCycles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChronicleSourceTest
{
    private static final RowLayout LAYOUT = RowLayout.of(List.of(new SqlType.Field("a", SqlType.string())));

    @TempDir
    private Path folder;

    /** A queue that is deleted and begun anew counts from the same index on the same day. */
    @Test
    void shouldTellAnExcerptFromOneOfAnotherQueueAtItsIndex()
    {
        final Path old = folder.resolve("old");
        final Path other = folder.resolve("other");
        final long index = append(old, "one", "two");
        assertEquals(index, append(other, "six", "ten"));
        final String identity;
        try (ChronicleSource source = open(old))
        {
            identity = source.identify(0, index);
            assertTrue(source.identify(0, index + 7).isEmpty());
        }
        append(old, "three");
        try (ChronicleSource source = open(old))
        {
            source.expect(0, index, identity);
        }
        try (ChronicleSource source = open(other))
        {
            final ConnectorException e =
                assertThrows(ConnectorException.class, () -> source.expect(0, index, identity));
            assertTrue(e.getMessage().contains("the input has changed"), e.getMessage());
        }
    }

    /** Index of the last. */
    private static long append(final Path queueFolder, final String... texts)
    {
        try (ChronicleQueue queue = ChronicleQueue.singleBuilder(queueFolder.toFile())
            .rollCycle(LegacyRollCycles.DAILY).timeProvider(() -> 1_700_000_000_000L).build())
        {
            final ExcerptAppender appender = queue.createAppender();
            for (final String text : texts)
            {
                appender.writeBytes(Bytes.from(text));
            }
            return queue.lastIndex();
        }
    }

    private static ChronicleSource open(final Path queueFolder)
    {
        return new ChronicleSource(new SourceContext("t", Map.of("path", queueFolder.toString()), LAYOUT, 1, 1 << 20,
            InputStream.nullInputStream()));
    }
}
