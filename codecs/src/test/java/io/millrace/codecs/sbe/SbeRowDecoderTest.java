package io.millrace.codecs.sbe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowDecoder;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a sender may send: its own bytes come out again, and nothing that it lies about goes in. */
class SbeRowDecoderTest
{
    private static final int ID = 77;
    private static final int ROOM = 4096;
    private static final List<SqlType.Field> FIELDS = List.of(
        new SqlType.Field("user_id", SqlType.string()),
        new SqlType.Field("n", SqlType.of(SqlType.Kind.INT)),
        new SqlType.Field("payload", SqlType.row(List.of(
            new SqlType.Field("url", SqlType.string()), new SqlType.Field("ok", SqlType.of(SqlType.Kind.BOOLEAN))))),
        new SqlType.Field("amount", SqlType.decimal(6, 2)),
        new SqlType.Field("wide", SqlType.decimal(20, 2)),
        new SqlType.Field("at", SqlType.timestamp(3)),
        new SqlType.Field("fine", SqlType.timestamp(9)));
    private static final RowLayout LAYOUT = RowLayout.of(FIELDS);

    private final long row = Memory.allocate(ROOM);
    private final long message = Memory.allocate(ROOM);
    private final long out = Memory.allocate(ROOM);
    private final SbeLayout wire = SbeLayout.of(FIELDS);
    private final SbeRowDecoder decoder = new SbeRowDecoder(wire, ID, LAYOUT, LAYOUT.columns().size());

    @AfterEach
    void free()
    {
        Memory.free(row);
        Memory.free(message);
        Memory.free(out);
    }

    @Test
    void shouldGiveTheBytesThatWereSentWhenARowIsRight()
    {
        final int rowLength = putRow("user_1", "/ä");
        final int length = new SbeRowEncoder(wire, ID).encode(row, message, ROOM);
        assertEquals(rowLength + SbeLayout.HEADER_LENGTH, length);
        assertEquals(RowDecoder.FULL, decoder.decode(message, length, out, rowLength - 1));
        assertEquals(rowLength, decoder.decode(message, length, out, rowLength));
        assertTrue(Memory.isEqual(row, out, rowLength));
    }

    @Test
    void shouldGiveTheReadColumnsWhenTheOthersWerePruned()
    {
        putRow("user_1", "/ä");
        final int length = new SbeRowEncoder(wire, ID).encode(row, message, ROOM);
        final RowLayout pruned = RowLayout.of(List.of(
            new SqlType.Field("payload", SqlType.row(List.of(new SqlType.Field("url", SqlType.string())))),
            FIELDS.get(5), new SqlType.Field("computed", SqlType.of(SqlType.Kind.BIGINT))));
        final SbeRowDecoder projecting = new SbeRowDecoder(wire, ID, pruned, 3);
        final int decoded = projecting.decode(message, length, out, ROOM);
        assertEquals(pruned.rowLength(out), decoded);
        assertEquals("/ä", text(pruned, "payload.url"));
        assertEquals(1_700_000_000_123L, Memory.getLong(out + pruned.column("at").fixedOffset()));
        assertEquals(0, Memory.getLong(out + pruned.column("computed").fixedOffset()));
    }

    @Test
    void shouldZeroTheBytesOfNullsAndPaddingWhenASenderLeftSomeThere()
    {
        putRow("user_1", "/ä");
        RowLayout.setNull(row, LAYOUT.column("payload"));
        RowLayout.setNull(row, LAYOUT.column("n"));
        Memory.putByte(row + RowLayout.NULLS_OFFSET + 1, (byte)(Memory.getByte(row + 2) | 0x80));
        Memory.putByte(row + 7, (byte)-1);
        final int length = new SbeRowEncoder(wire, ID).encode(row, message, ROOM);
        final int decoded = decoder.decode(message, length, out, ROOM);
        assertEquals(LAYOUT.rowLength(out), decoded);
        assertEquals(0, Memory.getInt(out + LAYOUT.column("n").fixedOffset()));
        assertEquals("", text(LAYOUT, "payload.url"));
        assertTrue(RowLayout.isNull(out, LAYOUT.column("payload.url")));
        assertTrue(RowLayout.isNull(out, LAYOUT.column("payload.ok")));
        assertEquals(0, Memory.getByte(out + 7));
        assertEquals("user_1", text(LAYOUT, "user_id"));
        assertEquals(LAYOUT.columns().size(), 9, "the bitmap's second byte has one bit of a meaning");
        assertEquals(0, Memory.getByte(out + 2) & 0x80);
    }

    @Test
    void shouldRefuseWhenAnyLengthOrValueLies()
    {
        putRow("user_1", "/ä");
        final int length = new SbeRowEncoder(wire, ID).encode(row, message, ROOM);
        for (int cut = 0; cut < length; cut++)
        {
            assertEquals(RowDecoder.MALFORMED, decoder.decode(message, cut, out, ROOM), "cut to " + cut);
        }
        assertEquals(RowDecoder.MALFORMED, decoder.decode(message, length + 1, out, ROOM));
        for (int offset = 0; offset < SbeLayout.HEADER_LENGTH; offset += 2)
        {
            final short was = Memory.getShort(message + offset);
            Memory.putShort(message + offset, (short)(was + 8));
            final int decoded = decoder.decode(message, length, out, ROOM);
            // A newer version with the block of this one has appended strings alone.
            assertEquals(offset == SbeLayout.VERSION_OFFSET, decoded >= 0, "header at " + offset);
            Memory.putShort(message + offset, was);
        }
        refuse(length, 0, (byte)3, "a deletion");
        refuse(length, LAYOUT.column("payload.ok").fixedOffset(), (byte)2, "a BOOLEAN of 2");
        refuse(length, LAYOUT.column("amount").fixedOffset() + 5, (byte)1, "seven digits");
        refuse(length, LAYOUT.column("wide").fixedOffset() + 15, (byte)0x40, "39 digits");
        refuse(length, LAYOUT.column("fine").fixedOffset() + 11, (byte)0x7F, "nanoseconds of years");
        refuse(length, LAYOUT.blockLength() + 3, (byte)0x80, "a negative length");
        refuse(length, LAYOUT.blockLength() + 4, (byte)0x80, "text that is no UTF-8");
    }

    @Test
    void shouldRefuseWhenATimeIsBeyondAllWindows()
    {
        putRow("user_1", "");
        Memory.putLong(row + LAYOUT.column("at").fixedOffset(), Long.MAX_VALUE);
        final int length = new SbeRowEncoder(wire, ID).encode(row, message, ROOM);
        assertEquals(RowDecoder.MALFORMED, decoder.decode(message, length, out, ROOM));
        assertEquals(RowDecoder.Problem.FIELD_TYPE, decoder.failure());
        assertEquals(LAYOUT.column("at").index(), decoder.failureColumn());
    }

    private void refuse(final int length, final int offset, final byte value, final String what)
    {
        final long at = message + SbeLayout.HEADER_LENGTH + offset;
        final byte was = Memory.getByte(at);
        Memory.putByte(at, value);
        assertEquals(RowDecoder.MALFORMED, decoder.decode(message, length, out, ROOM), what);
        Memory.putByte(at, was);
        assertTrue(decoder.decode(message, length, out, ROOM) > 0, what);
    }

    @Test
    void shouldReadEachOtherWhenOneSideIsOlder()
    {
        final List<SqlType.Field> grown = new ArrayList<>(FIELDS);
        grown.add(new SqlType.Field("extra", SqlType.string()));
        grown.add(new SqlType.Field("more", SqlType.of(SqlType.Kind.BIGINT)));
        final SbeLayout newer = SbeLayout.of(grown, new int[]{7, 9});
        final RowLayout newLayout = RowLayout.of(grown);
        final int newColumns = newLayout.columns().size();

        final int oldLength = putRow("user_1", "/ä");
        int length = new SbeRowEncoder(wire, ID).encode(row, message, ROOM);
        final int read = new SbeRowDecoder(newer, ID, newLayout, newColumns).decode(message, length, out, ROOM);
        assertEquals(newLayout.rowLength(out), read);
        assertEquals("user_1", text(newLayout, "user_id"));
        assertTrue(RowLayout.isNull(out, newLayout.column("extra")));
        assertTrue(RowLayout.isNull(out, newLayout.column("more")));
        assertFalse(RowLayout.isNull(out, newLayout.column("fine")));

        Memory.copy(out, row, read);
        length = new SbeRowEncoder(newer, ID).encode(row, message, ROOM);
        assertEquals(oldLength, decoder.decode(message, length, out, ROOM));
        assertEquals("/ä", text(LAYOUT, "payload.url"));

        assertTrue(SbeLayout.isCompatible(wire.describe(), newer.describe()));
        assertFalse(SbeLayout.isCompatible(SbeLayout.of(grown).describe(), wire.describe()));
        assertThrows(IllegalArgumentException.class, () -> SbeLayout.of(grown, new int[]{7}));
    }

    @Test
    void shouldGiveARowOrARefusalWhenBytesAreRandom()
    {
        final long seed = Long.getLong("millrace.seed", 20_261_123L);
        final SplittableRandom random = new SplittableRandom(seed);
        final int rowLength = putRow("user_1", "/a/long/enough/page");
        final int length = new SbeRowEncoder(wire, ID).encode(row, message, ROOM);
        final byte[] right = new byte[length];
        Memory.copy(message, right, 0, length);
        int decodedRows = 0;
        for (int i = 0; i < Integer.getInteger("millrace.frames", 100_000); i++)
        {
            Memory.copy(right, 0, message, length);
            for (int changes = random.nextInt(4); changes >= 0; changes--)
            {
                Memory.putByte(message + random.nextInt(length), (byte)random.nextInt());
            }
            final int given = random.nextInt(4) == 0 ? random.nextInt(length + 8) : length;
            final int decoded = decoder.decode(message, given, out, ROOM);
            if (decoded >= 0)
            {
                decodedRows++;
                assertEquals(LAYOUT.rowLength(out), decoded, "seed " + seed);
                assertTrue(decoded <= rowLength + 8, "seed " + seed);
            }
            else
            {
                assertEquals(RowDecoder.MALFORMED, decoded, "seed " + seed);
            }
        }
        assertTrue(decodedRows > 0, "seed " + seed);
    }

    private int putRow(final String user, final String url)
    {
        Memory.fill(row, LAYOUT.blockLength(), (byte)0);
        Memory.putInt(row + LAYOUT.column("n").fixedOffset(), 42);
        Memory.putByte(row + LAYOUT.column("payload.ok").fixedOffset(), (byte)1);
        Memory.putLong(row + LAYOUT.column("amount").fixedOffset(), -999_999);
        Memory.putLong(row + LAYOUT.column("wide").fixedOffset(), -5);
        Memory.putLong(row + LAYOUT.column("wide").fixedOffset() + 8, -1);
        Memory.putLong(row + LAYOUT.column("at").fixedOffset(), 1_700_000_000_123L);
        Memory.putLong(row + LAYOUT.column("fine").fixedOffset(), -1);
        Memory.putInt(row + LAYOUT.column("fine").fixedOffset() + 8, 999_999);
        int at = LAYOUT.blockLength();
        for (final String text : List.of(user, url))
        {
            final byte[] bytes = text.getBytes(UTF_8);
            Memory.putInt(row + at, bytes.length);
            Memory.copy(bytes, 0, row + at + 4, bytes.length);
            at += 4 + bytes.length;
        }
        return at;
    }

    private String text(final RowLayout layout, final String path)
    {
        final long at = layout.varAddress(out, layout.column(path).varIndex());
        final byte[] bytes = new byte[Memory.getInt(at)];
        Memory.copy(at + RowLayout.VAR_HEADER_LENGTH, bytes, 0, bytes.length);
        return new String(bytes, UTF_8);
    }
}
