package io.millrace.engine.connector.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.Source;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class StdinConnectorTest
{
    @Test
    void shouldHandOverEveryLineWhenMoreComesThanTheRingHolds()
    {
        final List<String> lines = new ArrayList<>();
        for (int i = 0; i < 40_000; i++)
        {
            lines.add(i + "-" + "z".repeat(i % 200));
        }
        final byte[] bytes = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        final Source source = open(new ByteArrayInputStream(bytes));
        final Source.Partition partition = source.partitions().get(0);
        assertEquals(lines, RecordsFixture.drain(partition, 1000, 7).texts());
        assertEquals(bytes.length, partition.bytesRead());
        assertFalse(partition.isRereadable());
        assertEquals("stdin:12", partition.describe(0, 12));
    }

    @Test
    void shouldNotWaitWhenNothingIsThere() throws IOException
    {
        final PipedOutputStream writer = new PipedOutputStream();
        try (PipedInputStream reader = new PipedInputStream(writer); Source source = open(reader))
        {
            final RecordsFixture nothing = RecordsFixture.drain(
                new FilePartition(List.of(), 0, 100, LineReader.SMALL_CAPACITY), 1, 0);
            final Source.Partition partition = source.partitions().get(0);
            for (int i = 0; i < 100; i++)
            {
                assertEquals(0, partition.poll(nothing, 10));
            }
            assertFalse(partition.isEnded());
            writer.write("live\nrest".getBytes(StandardCharsets.UTF_8));
            writer.close();
            assertEquals(List.of("live", "rest"), RecordsFixture.drain(partition, 10, 0).texts());
        }
    }

    @Test
    void shouldCloseWhileTheStreamIsBlocked() throws IOException
    {
        final PipedOutputStream writer = new PipedOutputStream();
        try (PipedInputStream reader = new PipedInputStream(writer))
        {
            final Source source = open(reader);
            source.close();
            assertEquals(1, source.partitions().size());
        }
    }

    @Test
    void shouldSayWhyWhenTheStreamFails()
    {
        final Source source = open(new InputStream()
        {
            @Override
            public int read() throws IOException
            {
                throw new IOException("the pipe broke");
            }
        });
        final ConnectorException e = assertThrows(ConnectorException.class,
            () -> RecordsFixture.drain(source.partitions().get(0), 1, 0));
        assertTrue(e.getMessage().contains("the pipe broke"), e.getMessage());
    }

    private static Source open(final InputStream stdin)
    {
        return new StdinConnector().openSource(RecordsFixture.context(Map.of(), 1 << 20, stdin));
    }
}
