package io.millrace.engine.connector.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.SinkContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PrintConnectorTest
{
    private static final RowLayout LAYOUT = RowLayout.of(List.of(
        new SqlType.Field("name", SqlType.string()),
        new SqlType.Field("count", SqlType.of(SqlType.Kind.BIGINT)),
        new SqlType.Field("mean", SqlType.decimal(30, 3)),
        new SqlType.Field("at", SqlType.timestamp(3))));

    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();

    @Test
    void shouldAlignColumnsWhenPrintingATable()
    {
        final Sink sink = open("table", Map.of());
        write(sink, "ada", 1L);
        write(sink, "日本", 23_456L);
        write(sink, null, Long.MIN_VALUE);
        sink.flush();
        write(sink, "a much longer\tname", -5L);
        sink.end();
        final String[] lines = stdout.toString(StandardCharsets.UTF_8).split("\n");
        assertEquals("name                 count      mean  at", lines[0]);
        assertEquals("────  ────────────────────  ────────  ───────────────────────", lines[1]);
        assertEquals("ada                      1  -123.456  2024-02-29 23:59:59.007", lines[2]);
        assertEquals("日本                 23456  -123.456  2024-02-29 23:59:59.007", lines[3]);
        assertEquals("NULL  -9223372036854775808  -123.456  2024-02-29 23:59:59.007", lines[4]);
        assertEquals("a much longer\\tname                    -5  -123.456  2024-02-29 23:59:59.007", lines[5]);
        assertEquals(6, lines.length);
    }

    @Test
    void shouldQuoteWhatCsvNeedsQuoted()
    {
        final Sink sink = open("csv", Map.of());
        write(sink, "plain", 1L);
        write(sink, "say \"hi\", twice\n", 2L);
        write(sink, "", 3L);
        write(sink, null, null);
        sink.end();
        final String rest = ",-123.456,2024-02-29 23:59:59.007\r\n";
        assertEquals("name,count,mean,at\r\nplain,1" + rest + "\"say \"\"hi\"\", twice\n\",2" + rest +
            "\"\",3" + rest + "," + rest, stdout.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldPrintTheHeaderWhenThereAreNoRows()
    {
        open("csv", Map.of("print-identifier", "hourly")).end();
        assertEquals("table,name,count,mean,at\r\n", stdout.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldSayWhenStandardOutputIsGone()
    {
        final OutputStream broken = new OutputStream()
        {
            @Override
            public void write(final int b) throws IOException
            {
                throw new IOException("Broken pipe");
            }
        };
        final Sink sink = new PrintConnector().openSink(new SinkContext("t", Map.of(), LAYOUT, "csv", broken));
        write(sink, "x", 1L);
        final ConnectorException e = assertThrows(ConnectorException.class, sink::flush);
        assertTrue(e.getMessage().contains("Broken pipe"), e.getMessage());
        assertThrows(ConnectorException.class, () -> open("xml", Map.of()));
    }

    private Sink open(final String output, final Map<String, String> options)
    {
        return new PrintConnector().openSink(new SinkContext("t", options, LAYOUT, output, stdout));
    }

    private static void write(final Sink sink, final @Nullable String name, final @Nullable Long count)
    {
        final byte[] text = name == null ? new byte[0] : name.getBytes(StandardCharsets.UTF_8);
        final int length = LAYOUT.minRowLength() + text.length;
        final long row = Memory.allocate(length);
        Memory.fill(row, length, (byte)0);
        if (name == null)
        {
            RowLayout.setNull(row, LAYOUT.column("name"));
        }
        if (count == null)
        {
            RowLayout.setNull(row, LAYOUT.column("count"));
        }
        else
        {
            Memory.putLong(row + LAYOUT.column("count").fixedOffset(), count);
        }
        final long mean = row + LAYOUT.column("mean").fixedOffset();
        Memory.putLong(mean, -123_456);
        Memory.putLong(mean + 8, -1);
        Memory.putLong(row + LAYOUT.column("at").fixedOffset(), 1_709_251_199_007L);
        final long string = LAYOUT.varAddress(row, 0);
        Memory.putInt(string, text.length);
        Memory.copy(text, 0, string + RowLayout.VAR_HEADER_LENGTH, text.length);
        sink.write(row, length);
        Memory.free(row);
    }
}
