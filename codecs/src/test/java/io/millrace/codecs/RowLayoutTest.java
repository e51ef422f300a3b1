package io.millrace.codecs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.SqlType.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RowLayoutTest
{
    private static final RowLayout NESTED = RowLayout.of(List.of(
        new SqlType.Field("a", SqlType.string()), new SqlType.Field("b", SqlType.of(Kind.TINYINT)),
        new SqlType.Field("r", SqlType.row(List.of(
            new SqlType.Field("x", SqlType.of(Kind.BIGINT)), new SqlType.Field("y", SqlType.string())))),
        new SqlType.Field("wide", SqlType.decimal(38, 0)), new SqlType.Field("fine", SqlType.timestamp(6)),
        new SqlType.Field("i", SqlType.of(Kind.INT))));

    @Test
    void shouldPlaceTheWidestFirstWhenColumnsAreMixed()
    {
        assertEquals(
            List.of("a", "b", "r", "r.x", "r.y", "wide", "fine", "i"),
            NESTED.columns().stream().map(RowLayout.Column::path).toList());
        assertEquals(8, NESTED.column("wide").fixedOffset());
        assertEquals(24, NESTED.column("fine").fixedOffset());
        assertEquals(36, NESTED.column("r.x").fixedOffset());
        assertEquals(44, NESTED.column("i").fixedOffset());
        assertEquals(48, NESTED.column("b").fixedOffset());
        assertEquals(-1, NESTED.column("r").fixedOffset());
        assertEquals(-1, NESTED.column("a").fixedOffset());
        assertEquals(1, NESTED.column("r.y").varIndex());
        assertEquals(56, NESTED.blockLength());
        assertEquals(64, NESTED.minRowLength());
        assertThrows(IllegalArgumentException.class, () -> NESTED.column("x"));
    }

    @Test
    void shouldNeverOverlapWhenTypesAreAny()
    {
        final long seed = 42;
        final Random random = new Random(seed);
        final List<SqlType> types = List.of(
            SqlType.string(), SqlType.of(Kind.BOOLEAN), SqlType.of(Kind.SMALLINT), SqlType.of(Kind.INT),
            SqlType.of(Kind.DOUBLE), SqlType.decimal(18, 2), SqlType.decimal(19, 2), SqlType.timestamp(3),
            SqlType.timestamp(4), SqlType.of(Kind.DATE));
        for (int round = 0; round < 200; round++)
        {
            final List<SqlType.Field> fields = new ArrayList<>();
            for (int i = random.nextInt(40); i >= 0; i--)
            {
                fields.add(new SqlType.Field("f" + i, types.get(random.nextInt(types.size()))));
            }
            final RowLayout layout = RowLayout.of(fields);
            final Set<Integer> used = new HashSet<>();
            for (final RowLayout.Column column : layout.columns())
            {
                for (int i = 0; i < column.type().fixedWidth(); i++)
                {
                    final int at = column.fixedOffset() + i;
                    assertTrue(used.add(at), "seed " + seed + ", overlap at " + at);
                    assertTrue(at >= RowLayout.NULLS_OFFSET + (fields.size() + 7) / 8 && at < layout.blockLength());
                }
            }
            assertEquals(0, layout.blockLength() % 8);
        }
    }

    @Test
    void shouldFindStringsAndNullsWhenTheRowIsWritten()
    {
        final long row = Memory.allocate(128);
        Memory.fill(row, 128, (byte)0);
        Memory.putInt(NESTED.varAddress(row, 0), 5);
        Memory.putInt(NESTED.varAddress(row, 1), 3);
        assertEquals(row + 56 + 4 + 5, NESTED.varAddress(row, 1));
        assertEquals(56 + 4 + 5 + 4 + 3, NESTED.rowLength(row));
        final RowLayout.Column last = NESTED.column("i");
        assertFalse(RowLayout.isNull(row, last));
        RowLayout.setNull(row, last);
        assertTrue(RowLayout.isNull(row, last));
        assertFalse(RowLayout.isNull(row, NESTED.column("fine")));
        assertEquals((byte)0x80, Memory.getByte(row + RowLayout.NULLS_OFFSET));
        Memory.free(row);
    }
}
