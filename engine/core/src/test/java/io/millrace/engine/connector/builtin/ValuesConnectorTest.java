package io.millrace.engine.connector.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.Source;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ValuesConnectorTest
{
    private static Source.Partition open(final String rows)
    {
        return new ValuesConnector().openSource(RecordsFixture.context(
            Map.of("rows", rows), 1 << 20, InputStream.nullInputStream())).partitions().get(0);
    }

    @Test
    void shouldHandOverEveryLine()
    {
        final List<String> lines = new ArrayList<>();
        for (int i = 0; i < 40_000; i++)
        {
            lines.add(i + "-é" + "z".repeat(i % 20));
        }
        final String rows = String.join("\n", lines);
        final Source.Partition partition = open(rows);

        assertEquals(lines, RecordsFixture.drain(partition, 1000, 7).texts());
        assertEquals(0, partition.bytesRead());
    }

    @Test
    void shouldGoOnBehindEachRecord()
    {
        final String rows = "one\ntwo\nthree";
        for (final RecordsFixture.Taken record : RecordsFixture.drain(open(rows), 9, 0).records)
        {
            final Source.Partition partition = open(rows);
            partition.expect(0, record.position(), open(rows).identify(0, record.position()));
            partition.resumeAfter(0, record.position());

            final int end = (int)record.position() + record.text().length();
            assertEquals(rows.substring(Math.min(end + 1, rows.length())),
                String.join("\n", RecordsFixture.drain(partition, 9, 0).texts()));
        }
    }

    @Test
    void shouldReadARecordAgain()
    {
        final byte[] bytes = new byte[3];
        open("one\ntwo\nthree").readAgain(0, 4, bytes, 3);

        assertEquals("two", new String(bytes, StandardCharsets.UTF_8));
    }

    @Test
    void shouldRefuseOtherRowsThanAnEarlierRunHadRead()
    {
        final Source.Partition changed = open("one\nTWO");
        final String identity = open("one\ntwo\nthree").identify(0, 4);

        assertTrue(assertThrows(ConnectorException.class, () -> changed.expect(0, 4, identity)).getMessage()
            .startsWith("the rows of table t have changed: an earlier run had read the record at t:4,"));
        assertThrows(ConnectorException.class, () -> changed.readAgain(0, 8, new byte[5], 5));
    }
}
