package io.millrace.engine.connector.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.SourceContext;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DatagenConnectorTest
{
    private static final RowLayout LAYOUT = RowLayout.of(List.of(
        new SqlType.Field("id", SqlType.of(SqlType.Kind.BIGINT)),
        new SqlType.Field("price", SqlType.decimal(20, 2)),
        new SqlType.Field("note", SqlType.string()),
        new SqlType.Field("at", SqlType.timestamp(3)),
        new SqlType.Field("r", SqlType.row(List.of(new SqlType.Field("n", SqlType.of(SqlType.Kind.INT))))),
        new SqlType.Field("tag", SqlType.varchar(5))));

    private final List<String> rows = new ArrayList<>();
    private long nowNs;

    @Test
    void shouldGenerateWhatTheOptionsSay()
    {
        final Map<String, String> options = new HashMap<>(Map.of("number-of-rows", "1000", "seed", "7",
            "fields.id.kind", "sequence", "fields.id.start", "10", "fields.id.end", "5000",
            "fields.price.min", "1.50", "fields.price.max", "2"));
        options.putAll(Map.of("fields.note.length", "4", "fields.note.null-rate", "0.5",
            "fields.r.n.min", "-3", "fields.r.n.max", "3"));
        drain(open(options));
        assertEquals(1000, rows.size());
        int nulls = 0;
        for (int i = 0; i < rows.size(); i++)
        {
            final String[] row = rows.get(i).split(",", -1);
            assertEquals(10 + i, Long.parseLong(row[0]));
            final double price = Double.parseDouble(row[1]);
            assertTrue(price >= 1.5 && price <= 2, row[1]);
            nulls += row[2].equals("NULL") ? 1 : 0;
            assertTrue(row[2].equals("NULL") || row[2].matches("[0-9a-f]{4}"), row[2]);
            assertEquals("1970-01-02 00:00:00.000", row[3]);
            assertTrue(Math.abs(Integer.parseInt(row[4])) <= 3);
            assertEquals(5, row[5].length());
        }
        assertTrue(nulls > 400 && nulls < 600, "NULLs: " + nulls);
    }

    @Test
    void shouldRepeatItselfWhenTheSeedIsTheSame()
    {
        final Map<String, String> options = new HashMap<>(Map.of("number-of-rows", "50", "seed", "1"));
        drain(open(options));
        final List<String> first = List.copyOf(rows);
        drain(open(options));
        assertEquals(first, rows);
        options.put("seed", "2");
        drain(open(options));
        assertNotEquals(first, rows);
    }

    @Test
    void shouldEndWithTheShortestSequence()
    {
        drain(open(Map.of("fields.id.kind", "sequence", "fields.id.start", "1", "fields.id.end", "3")));
        assertEquals(3, rows.size());
    }

    @Test
    void shouldKeepToItsRate()
    {
        final DatagenSource source = open(Map.of("rows-per-second", "100"));
        assertEquals(1, source.poll(handler(), 1000));
        nowNs = 500_000_000;
        assertEquals(50, source.poll(handler(), 1000));
        assertEquals(0, source.poll(handler(), 1000));
        source.close();
    }

    @Test
    void shouldRefuseOptionsThatMakeNoSense()
    {
        for (final Map.Entry<String, String> wrong : Map.of("fields.id.kind", "magic", "fields.id.min", "x",
            "rows-per-second", "0", "fields.note.null-rate", "2", "fields.at.max-past", "5 parsecs",
            "fields.at.kind", "sequence", "fields.r.n.max", "99999999999").entrySet())
        {
            final ConnectorException e =
                assertThrows(ConnectorException.class, () -> open(Map.of(wrong.getKey(), wrong.getValue())));
            assertTrue(e.getMessage().contains(wrong.getKey()), e.getMessage());
        }
        assertTrue(new DatagenConnector().sourceOptions().stream().anyMatch((o) -> o.matches("fields.r.n.max")));
    }

    private DatagenSource open(final Map<String, String> options)
    {
        nowNs = 0;
        rows.clear();
        return new DatagenSource(new SourceContext("t", options, LAYOUT, LAYOUT.columns().size(), 1 << 20,
            InputStream.nullInputStream()), () -> nowNs, () -> 86_400_000L);
    }

    private void drain(final DatagenSource source)
    {
        while (!source.isEnded())
        {
            source.poll(handler(), 17);
            nowNs += 1_000_000_000;
        }
        source.close();
    }

    private RecordHandler handler()
    {
        return new RecordHandler()
        {
            @Override
            public boolean onRecord(final long address, final int length, final long position)
            {
                return false;
            }

            @Override
            public boolean onOversized(
                final long address, final int length, final long fullLength, final long position)
            {
                return false;
            }

            @Override
            public boolean onRow(final long row, final int length, final long position)
            {
                assertEquals(rows.size(), position);
                assertEquals(LAYOUT.rowLength(row), length);
                assertEquals(0, Memory.getByte(row));
                final TextBuffer text = new TextBuffer();
                for (final RowLayout.Column column : LAYOUT.columns())
                {
                    if (column.type().kind() != SqlType.Kind.ROW)
                    {
                        text.add(text.length() > 0 ? "," : "");
                        if (RowLayout.isNull(row, column))
                        {
                            text.add("NULL");
                        }
                        else
                        {
                            text.value(LAYOUT, column, row);
                        }
                    }
                }
                rows.add(new String(text.bytes(), 0, text.length(), StandardCharsets.UTF_8));
                return true;
            }
        };
    }
}
