package io.millrace.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.sbe.SbeSchema;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Columns from text, and rows written and read by them. */
class RowSchemaTest
{
    private static final String COLUMNS = "id BIGINT NOT NULL, `odd ``name` STRING, p ROW<`url` STRING, `n` INT>, " +
        "d DECIMAL(20, 2), f DECIMAL(5, 1), b BOOLEAN, s SMALLINT, t TINYINT, r FLOAT, e DOUBLE, day DATE, " +
        "at TIMESTAMP(3), fine TIMESTAMP(9), c CHAR(3), v VARCHAR(9) | later STRING, `more` INT";
    private static final String SAID = COLUMNS.replace("`more`", "more");

    @Test
    void shouldReadWhatItSaysWhenColumnsComeFromADdlOrFromTheSchema()
    {
        final RowSchema schema = RowSchema.of("orders", COLUMNS);
        assertEquals(SAID, schema.describe());
        final RowSchema again = RowSchema.ofXml(SbeSchema.of("orders", schema.id(), schema.wire()));
        assertEquals(SAID, again.describe());
        assertEquals("orders", again.table());
        assertEquals(SbeSchema.idOf("orders"), again.id());
        assertEquals(1, again.wire().version());
        assertEquals("orders", RowSchema.ofXml(SbeSchema.of("orders", 3, schema.wire())).table());
    }

    @Test
    void shouldSayWhereWhenATextIsNotUnderstood()
    {
        final IllegalArgumentException type =
            assertThrows(IllegalArgumentException.class, () -> RowSchema.of("t", "a INT, b MONEY"));
        assertTrue(String.valueOf(type.getMessage()).contains("MONEY"), type::getMessage);
        final IllegalArgumentException comma =
            assertThrows(IllegalArgumentException.class, () -> RowSchema.of("t", "a INT b INT"));
        assertTrue(String.valueOf(comma.getMessage()).contains("character 7"), comma::getMessage);
        assertThrows(IllegalArgumentException.class, () -> RowSchema.ofXml("<x/>"));
    }

    @Test
    void shouldGiveWhatWasSetWhenARowIsWrittenInAnyOrder()
    {
        final RowSchema schema = RowSchema.of("orders", COLUMNS);
        final RowWriter writer = new RowWriter(schema, 256);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1024]);
        writer.begin();
        writer.setText(schema.column("later"), "zuletzt").setText(schema.column("p.url"), "/ä€😀\uD800")
            .setLong(schema.column("id"), Long.MIN_VALUE).setDecimal(schema.column("d"), -1, -7)
            .setBoolean(schema.column("b"), true).setTimestamp(schema.column("fine"), -5, 999_999)
            .setInt(schema.column("p.n"), 4).setNull(schema.column("p.n")).setFloat(schema.column("r"), 0.5f)
            .setText(schema.column("v"), "first").setText(schema.column("v"), "again");
        writer.putInto(buffer, 16);
        final RowReader reader = new RowReader(schema, buffer);
        assertTrue(reader.wrap(buffer, 16, writer.length()));
        assertEquals("zuletzt", reader.getText(schema.column("later")));
        assertEquals("/ä€😀?", reader.getText(schema.column("p.url")));
        assertEquals("again", reader.getText(schema.column("v")));
        assertEquals(Long.MIN_VALUE, reader.getLong(schema.column("id")));
        assertEquals(-7, reader.getLong(schema.column("d")));
        assertEquals(-1, reader.getHigh(schema.column("d")));
        assertEquals(-5, reader.getLong(schema.column("fine")));
        assertEquals(999_999, reader.getNanoseconds(schema.column("fine")));
        assertEquals(0.5f, reader.getFloat(schema.column("r")));
        assertTrue(reader.getBoolean(schema.column("b")));
        assertTrue(reader.isNull(schema.column("p.n")));
        assertFalse(reader.isNull(schema.column("p")));
        assertTrue(reader.isNull(schema.column("more")));
        for (int length = 0; length < writer.length(); length++)
        {
            assertFalse(reader.wrap(buffer, 16, length), "cut to " + length);
        }
        assertThrows(IllegalArgumentException.class, () -> writer.setInt(schema.column("id"), 1));
        assertThrows(IllegalArgumentException.class, () -> writer.setText(schema.column("id"), "1"));
    }
}
