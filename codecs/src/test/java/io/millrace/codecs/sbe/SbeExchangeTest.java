package io.millrace.codecs.sbe;

import static io.millrace.codecs.sbe.GeneratedCodecFixture.call;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random rows of every type, with NULLs, kinds and nested ROWs, are the same to a generated codec, both ways. */
class SbeExchangeTest
{
    private static final int ID = 7;
    private static final int ROWS = 300;
    private static final int ROOM = 1 << 16;
    private static final long MAX_TIME = (Long.MAX_VALUE / 86_400_000 - 1) * 86_400_000;
    private static final int NANOS_OF_MILLI = 1_000_000;

    private final Random random = new Random();
    private final long row = Memory.allocate(ROOM);
    private final long message = Memory.allocate(ROOM);
    private final long out = Memory.allocate(ROOM);
    private final UnsafeBuffer buffer = new UnsafeBuffer(message, ROOM);
    private RowLayout layout = RowLayout.of(List.of());

    @AfterEach
    void free()
    {
        Memory.free(row);
        Memory.free(message);
        Memory.free(out);
    }

    /** Every type that a column can have, each twice, where the first may not be NULL. */
    private static List<SqlType> types()
    {
        final List<SqlType> types = new ArrayList<>(List.of(SqlType.decimal(1, 0), SqlType.decimal(10, 2),
            SqlType.decimal(18, 18), SqlType.decimal(19, 0), SqlType.decimal(38, 0), SqlType.decimal(38, 38),
            SqlType.character(1), SqlType.character(3), SqlType.varchar(5), SqlType.string()));
        for (final Kind kind : List.of(Kind.BOOLEAN, Kind.TINYINT, Kind.SMALLINT, Kind.INT, Kind.BIGINT, Kind.FLOAT,
            Kind.DOUBLE, Kind.DATE))
        {
            types.add(SqlType.of(kind));
        }
        for (int precision = 0; precision <= 9; precision++)
        {
            types.add(SqlType.timestamp(precision));
        }
        final List<SqlType> all = new ArrayList<>();
        types.forEach(type -> all.addAll(List.of(type.withNullable(false), type)));
        return all;
    }

    /** Columns in their order, each eighth of them or so a ROW of those behind it. */
    private List<SqlType.Field> fields(final List<SqlType> types, final int depth)
    {
        final List<SqlType.Field> fields = new ArrayList<>();
        for (int i = 0; i < types.size(); i++)
        {
            if (depth < 4 && random.nextInt(8) == 0)
            {
                final int end = i + random.nextInt(types.size() - i) / 2 + 1;
                fields.add(new SqlType.Field("r" + i, SqlType.row(fields(types.subList(i, end), depth + 1))
                    .withNullable(random.nextBoolean())));
                i = end - 1;
            }
            else
            {
                fields.add(new SqlType.Field("c" + i, types.get(i)));
            }
        }
        return fields;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldExchangeRandomRowsWithGeneratedCodecsBothWays(final int number) throws Exception
    {
        final long seed = Long.getLong("millrace.seed", 20_261_124L) + number;
        random.setSeed(seed);
        final List<SqlType> types = types();
        Collections.shuffle(types, random);
        layout = RowLayout.of(fields(types, 0));
        assertTrue(layout.columns().stream().anyMatch(column -> column.path().matches("r.*r.*c.*")), "seed " + seed);
        final SbeLayout wire = SbeLayout.of(layout.fields());
        final SbeRowEncoder ours = new SbeRowEncoder(wire, ID);
        final SbeRowDecoder ourDecoder = new SbeRowDecoder(wire, ID, layout, layout.columns().size());
        final String table = "rows" + number;
        try (GeneratedCodecFixture codec = new GeneratedCodecFixture(table, SbeSchema.of(table, ID, wire)))
        {
            final Object encoder = codec.encoder();
            final Object decoder = codec.decoder();
            final Object header = codec.instance("MessageHeaderEncoder");
            for (int i = 0; i < ROWS; i++)
            {
                final String at = "seed " + seed + " row " + i;
                final List<@Nullable Object> values = values(i % 3 == 0 ? 0 : i % 3 == 1 ? 20 : 95);
                final int kind = i % 2 == 0 ? 0 : random.nextInt(4);
                final int length = put(values, kind);
                assertEquals(length, layout.rowLength(row), at);

                assertEquals(length + SbeLayout.HEADER_LENGTH, ours.encode(row, message, ROOM), at);
                call(decoder, "wrap", buffer, SbeLayout.HEADER_LENGTH, layout.blockLength(), 0);
                assertEquals((short)kind, call(decoder, "rowKind"), at);
                assertEquals(values, read(decoder), at);
                assertEquals(length, call(decoder, "encodedLength"), at);

                Memory.fill(message, ROOM, (byte)0);
                call(encoder, "wrapAndApplyHeader", buffer, 0, header);
                write(encoder, values, kind);
                assertEquals(length, call(encoder, "encodedLength"), at);
                assertTrue(Memory.isEqual(row, message + SbeLayout.HEADER_LENGTH, length), at);
                final int decoded = ourDecoder.decode(message, length + SbeLayout.HEADER_LENGTH, out, ROOM);
                assertEquals(kind == 0 ? length : SbeRowDecoder.MALFORMED, decoded, at + " of kind " + kind);
                assertTrue(kind != 0 || Memory.isEqual(row, out, length), at);
            }
        }
    }

    /** A value for each column; of what may be NULL, {@code nullPercent} are, and all within. */
    private List<@Nullable Object> values(final int nullPercent)
    {
        final List<@Nullable Object> values = new ArrayList<>();
        values(layout.fields(), nullPercent, false, values);
        return values;
    }

    private void values(final List<SqlType.Field> fields, final int nullPercent, final boolean isInNull,
        final List<@Nullable Object> values)
    {
        for (final SqlType.Field field : fields)
        {
            final SqlType type = field.type();
            final boolean isNull = isInNull || type.isNullable() && random.nextInt(100) < nullPercent;
            values.add(isNull ? null : type.kind() == Kind.ROW ? "ROW" : value(type));
            values(type.fields(), nullPercent, isNull, values);
        }
    }

    /** As the generated codec takes it; of two parts where a list. */
    private Object value(final SqlType type)
    {
        final boolean isExtreme = random.nextInt(4) == 0;
        final boolean isLow = random.nextBoolean();
        return switch (type.kind())
        {
            case BOOLEAN -> (short)random.nextInt(2);
            case TINYINT -> isExtreme ? isLow ? Byte.MIN_VALUE : Byte.MAX_VALUE : (byte)random.nextInt();
            case SMALLINT -> isExtreme ? isLow ? Short.MIN_VALUE : Short.MAX_VALUE : (short)random.nextInt();
            case INT, DATE -> isExtreme ? isLow ? Integer.MIN_VALUE : Integer.MAX_VALUE : random.nextInt();
            case BIGINT -> isExtreme ? isLow ? Long.MIN_VALUE : Long.MAX_VALUE : random.nextLong();
            case FLOAT -> isExtreme ? isLow ? -0.0f : Float.MIN_VALUE : Float.intBitsToFloat(random.nextInt());
            case DOUBLE -> isExtreme ? isLow ? Double.NEGATIVE_INFINITY : Double.MAX_VALUE :
                Double.longBitsToDouble(random.nextLong());
            case DECIMAL -> decimal(type, isExtreme);
            case TIMESTAMP ->
            {
                final long ms = isExtreme ? isLow ? -MAX_TIME : MAX_TIME : random.nextLong() % MAX_TIME;
                yield type.isCompactTimestamp() ? ms :
                    List.of(ms, isExtreme ? NANOS_OF_MILLI - 1 : random.nextInt(NANOS_OF_MILLI));
            }
            case CHAR -> text(type.precision());
            case VARCHAR -> text(random.nextInt(
                Math.min(type.precision(), isExtreme ? 2000 : 20) + 1));
            default -> throw new IllegalArgumentException(type.toString());
        };
    }

    private Object decimal(final SqlType type, final boolean isExtreme)
    {
        final BigInteger end = BigInteger.TEN.pow(type.precision());
        final BigInteger size =
            isExtreme ? end.subtract(BigInteger.ONE) : new BigInteger(random.nextInt(128), random).mod(end);
        final BigInteger unscaled = random.nextBoolean() ? size : size.negate();
        return type.isCompactDecimal() ? unscaled.longValueExact() :
            List.of(unscaled.longValue(), unscaled.shiftRight(64).longValueExact());
    }

    private String text(final int length)
    {
        final int[] bounds = {0x80, 0x800, 0xD800, 0x110000};
        final int bound = bounds[random.nextInt(bounds.length)];
        final StringBuilder text = new StringBuilder();
        random.ints(length, 0, bound).map(c -> c >= 0xD800 && c < 0xE000 ? '"' : c).forEach(text::appendCodePoint);
        return text.toString();
    }

    /** Writes our row byte for byte as its layout is drawn; its length. */
    private int put(final List<@Nullable Object> values, final int kind)
    {
        Memory.fill(row, ROOM, (byte)0);
        Memory.putByte(row, (byte)kind);
        long end = row + layout.blockLength();
        for (final RowLayout.Column column : layout.columns())
        {
            final Object value = values.get(column.index());
            final long at = row + column.fixedOffset();
            if (value == null)
            {
                RowLayout.setNull(row, column);
            }
            if (column.varIndex() >= 0)
            {
                final byte[] bytes = value == null ? new byte[0] : value.toString().getBytes(UTF_8);
                Memory.putInt(end, bytes.length);
                Memory.copy(bytes, 0, end + RowLayout.VAR_HEADER_LENGTH, bytes.length);
                end += RowLayout.VAR_HEADER_LENGTH + bytes.length;
            }
            else if (column.fixedOffset() >= 0 && value instanceof final List<?> parts)
            {
                putFixed(at, parts.get(0));
                putFixed(at + 8, parts.get(1));
            }
            else if (column.fixedOffset() >= 0 && value != null)
            {
                putFixed(at, column.type().kind() == Kind.BOOLEAN ? ((Short)value).byteValue() : value);
            }
        }
        return (int)(end - row);
    }

    private static void putFixed(final long at, final Object value)
    {
        if (value instanceof final Byte number)
        {
            Memory.putByte(at, number);
        }
        else if (value instanceof final Short number)
        {
            Memory.putShort(at, number);
        }
        else if (value instanceof final Integer number)
        {
            Memory.putInt(at, number);
        }
        else if (value instanceof final Long number)
        {
            Memory.putLong(at, number);
        }
        else if (value instanceof final Float number)
        {
            Memory.putFloat(at, number);
        }
        else
        {
            Memory.putDouble(at, (Double)value);
        }
    }

    private static String name(final RowLayout.Column column)
    {
        return column.path().replace('.', '_');
    }

    private static List<String> parts(final RowLayout.Column column)
    {
        return column.type().kind() == Kind.DECIMAL ? List.of("low", "high") :
            List.of("milliseconds", "nanosecondsOfMillisecond");
    }

    private void write(final Object encoder, final List<@Nullable Object> values, final int kind)
    {
        call(encoder, "rowKind", (short)kind);
        final int[] nulls = new int[(values.size() + 7) / 8];
        for (int i = 0; i < values.size(); i++)
        {
            nulls[i >> 3] |= values.get(i) == null ? 1 << (i & 7) : 0;
        }
        for (int i = 0; i < nulls.length; i++)
        {
            call(encoder, "nulls", i, (short)nulls[i]);
        }
        for (final RowLayout.Column column : layout.columns())
        {
            final Object value = values.get(column.index());
            if (column.varIndex() >= 0)
            {
                call(encoder, name(column), value == null ? "" : value);
            }
            else if (value instanceof final List<?> two)
            {
                final Object composite = call(encoder, name(column));
                call(composite, parts(column).get(0), two.get(0));
                call(composite, parts(column).get(1), two.get(1));
            }
            else if (value != null && column.fixedOffset() >= 0)
            {
                call(encoder, name(column), value);
            }
        }
    }

    private List<@Nullable Object> read(final Object decoder)
    {
        final @Nullable Object[] values = new Object[layout.columns().size()];
        for (final RowLayout.Column column : layout.columns())
        {
            final boolean hasBytes = column.varIndex() >= 0 || column.fixedOffset() >= 0;
            Object value = hasBytes ? call(decoder, name(column)) : "ROW";
            if (column.type().fixedWidth() > 8)
            {
                value = List.of(call(value, parts(column).get(0)), call(value, parts(column).get(1)));
            }
            final boolean isNull = ((Short)call(decoder, "nulls", column.index() >> 3) & column.nullMask()) != 0;
            values[column.index()] = isNull ? null : value;
        }
        return Arrays.asList(values);
    }
}
