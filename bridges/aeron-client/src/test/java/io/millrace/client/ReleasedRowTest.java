package io.millrace.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Rows as the client of each release has written them, a row a line in hexadecimal digits: the first of a sender that
 * knows the older columns alone. {@code -Dmillrace.frames=VERSION} adds a release's, where it has none.
 */
class ReleasedRowTest
{
    private static final Path FIXTURES = Path.of("src/test/resources/frames");
    private static final String OLDER = "id BIGINT NOT NULL, p ROW<`url` STRING, `n` INT>, d DECIMAL(20, 2), " +
        "f DECIMAL(5, 1), b BOOLEAN, s SMALLINT, t TINYINT, r FLOAT, e DOUBLE, day DATE, at TIMESTAMP(3), " +
        "fine TIMESTAMP(9), c CHAR(3), v VARCHAR(9), missing INT";
    private static final RowSchema SCHEMA = RowSchema.of("orders", OLDER + " | later STRING, `more` INT");

    @Test
    void shouldReadWhatEveryReleaseHasWritten() throws IOException
    {
        final String release = System.getProperty("millrace.frames", "");
        if (!release.isEmpty())
        {
            final Path file = FIXTURES.resolve(release + ".hex");
            assertFalse(Files.exists(file), () -> file + " is there: what a release wrote is never written again");
            Files.createDirectories(FIXTURES);
            Files.write(file, List.of(write(RowSchema.of("orders", OLDER)), write(SCHEMA)));
        }
        final List<Path> kept;
        try (Stream<Path> files = Files.list(FIXTURES))
        {
            kept = files.sorted().toList();
        }
        assertFalse(kept.isEmpty());
        for (final Path file : kept)
        {
            final List<String> rows = Files.readAllLines(file);
            check(rows.get(0), false, file.toString());
            check(rows.get(1), true, file.toString());
        }
    }

    private static String write(final RowSchema schema)
    {
        final RowWriter row = new RowWriter(schema, 256);
        row.begin();
        row.setLong(schema.column("id"), Long.MIN_VALUE + 1).setText(schema.column("p.url"), "/ä€😀")
            .setInt(schema.column("p.n"), -4).setDecimal(schema.column("d"), -1, -7)
            .setLong(schema.column("f"), 99_999).setBoolean(schema.column("b"), true)
            .setShort(schema.column("s"), (short)-300).setByte(schema.column("t"), (byte)-3)
            .setFloat(schema.column("r"), 0.5f).setDouble(schema.column("e"), -1e300)
            .setInt(schema.column("day"), 20_000).setLong(schema.column("at"), 1_767_225_600_123L)
            .setTimestamp(schema.column("fine"), -5, 999_999).setText(schema.column("c"), "abc")
            .setText(schema.column("v"), "");
        if (schema == SCHEMA)
        {
            row.setText(schema.column("later"), "zuletzt").setInt(schema.column("more"), 7);
        }
        final byte[] bytes = new byte[row.length()];
        row.putInto(new UnsafeBuffer(bytes), 0);
        return HexFormat.of().formatHex(bytes);
    }

    private static void check(final String line, final boolean isNewer, final String what)
    {
        final byte[] bytes = HexFormat.of().parseHex(line);
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        final RowReader row = new RowReader(SCHEMA, buffer);
        assertTrue(row.wrap(buffer, 0, bytes.length), what);
        assertEquals(Long.MIN_VALUE + 1, row.getLong(SCHEMA.column("id")), what);
        assertEquals("/ä€😀", row.getText(SCHEMA.column("p.url")), what);
        assertEquals(-4, row.getInt(SCHEMA.column("p.n")), what);
        assertEquals(-7, row.getLong(SCHEMA.column("d")), what);
        assertEquals(-1, row.getHigh(SCHEMA.column("d")), what);
        assertEquals(99_999, row.getLong(SCHEMA.column("f")), what);
        assertTrue(row.getBoolean(SCHEMA.column("b")), what);
        assertEquals(-300, row.getShort(SCHEMA.column("s")), what);
        assertEquals(-3, row.getByte(SCHEMA.column("t")), what);
        assertEquals(0.5f, row.getFloat(SCHEMA.column("r")), what);
        assertEquals(-1e300, row.getDouble(SCHEMA.column("e")), what);
        assertEquals(20_000, row.getInt(SCHEMA.column("day")), what);
        assertEquals(1_767_225_600_123L, row.getLong(SCHEMA.column("at")), what);
        assertEquals(-5, row.getLong(SCHEMA.column("fine")), what);
        assertEquals(999_999, row.getNanoseconds(SCHEMA.column("fine")), what);
        assertEquals("abc", row.getText(SCHEMA.column("c")), what);
        assertEquals("", row.getText(SCHEMA.column("v")), what);
        assertTrue(row.isNull(SCHEMA.column("missing")), what);
        assertEquals(!isNewer, row.isNull(SCHEMA.column("later")), what);
        assertEquals(!isNewer, row.isNull(SCHEMA.column("more")), what);
        if (isNewer)
        {
            assertEquals("zuletzt", row.getText(SCHEMA.column("later")), what);
            assertEquals(7, row.getInt(SCHEMA.column("more")), what);
        }
    }
}
