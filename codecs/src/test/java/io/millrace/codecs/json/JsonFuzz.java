package io.millrace.codecs.json;

import static io.millrace.codecs.json.JsonHarness.field;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowDecoder;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Holds the decoder against {@link JsonOracle} on made and mangled records. Each record stands at the end of its
 * allocation. {@code main} takes a count and a seed.
 */
final class JsonFuzz implements AutoCloseable
{
    private static final RowLayout LAYOUT = RowLayout.of(List.of(
        field("id", Kind.BIGINT), field("name", SqlType.string()), field("t", Kind.TINYINT), field("s", Kind.SMALLINT),
        field("nested_object", SqlType.row(List.of(
            field("id", Kind.INT), field("name", SqlType.string()),
            field("deep", SqlType.row(List.of(field("x", Kind.DOUBLE), field("y", SqlType.string()))))))),
        field("f", Kind.FLOAT), field("d", Kind.DOUBLE), field("amount", SqlType.decimal(10, 2)),
        field("wide", SqlType.decimal(38, 10)), field("b", Kind.BOOLEAN), field("day", Kind.DATE),
        field("at_time", SqlType.timestamp(3)), field("at_nano", SqlType.timestamp(9)), field("tail",
            SqlType.varchar(10))));
    private static final List<String> NUMBERS = List.of(
        "0", "-0", "1", "-1", "127", "128", "32768", "2147483647", "2147483648", "9223372036854775807",
        "9223372036854775808", "1.5", "0.005", "-0.005", "99999999.994", "99999999.995", "1e3", "1E-3", "123456789.125",
        "1e400", "1234567890123456789012345678", "0.1", "3.4028236e38", "1.", ".5", "01", "+1", "1e", "12345678",
        "1234567.12345678", "00", "-", "9007199254740993", "0.30000001192092896");
    private static final List<String> STRINGS = List.of(
        "", " ", "abc", "пользователь-7", "a\\\"b", "\\u00e9\\n", "\\ud83d\\ude00", "\\ud800", "\uD83D\uDE00", "true",
        "TRUE", " 12 ", "1.5", "-7", "NaN", "1e2", "2024-02-29", "2024-02-30", "2024-01-01 00:00:09.620",
        "2024-01-01 24:00:00", "2023-02-29 12:00:00.5", "1969-12-31 23:59:59.123456789", "2024-01-01 00:00",
        "0123456789abcdef0123456789", "tab\there", "\\x", "\\u12", "exactly8", "exactly_sixteen_");
    private static final List<String> KEYS = List.of(
        "id", "name", "t", "s", "nested_object", "f", "d", "amount", "wide", "b", "day", "at_time", "at_nano", "tail",
        "x", "y", "deep", "unread", "\\u0069d", "", "nested_objecT", "long key that nobody reads");

    private final JsonHarness lenient = new JsonHarness(LAYOUT, options(JsonOptions.IGNORE_PARSE_ERRORS));
    private final JsonHarness strict = new JsonHarness(LAYOUT, options("none"));
    private final JsonHarness complete = new JsonHarness(LAYOUT, options(JsonOptions.FAIL_ON_MISSING_FIELD));
    private final JsonOracle oracle;
    private final Random random;

    JsonFuzz(final long seed, final JsonOracle oracle)
    {
        random = new Random(seed);
        this.oracle = oracle;
    }

    static JsonOracle oracle(final boolean isFirstKeyKept)
    {
        return new JsonOracle(LAYOUT, isFirstKeyKept);
    }

    private static JsonOptions options(final String key)
    {
        return JsonOptions.of(Map.of(key, "true"));
    }

    public static void main(final String[] args) throws IOException
    {
        final int count = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        final long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
        try (JsonFuzz fuzz = new JsonFuzz(seed, oracle(false)))
        {
            System.out.println("seed " + seed + ", " + count + " records: " + fuzz.run(count));
        }
    }

    /** Runs {@code count} records: the first difference found, or "". */
    String run(final int count) throws IOException
    {
        for (int i = 0; i < count; i++)
        {
            byte[] record = object(KEYS, 0).getBytes(StandardCharsets.UTF_8);
            record = random.nextInt(3) == 0 ? mangle(record) : record;
            final JsonHarness json = random.nextInt(3) > 0 ? lenient : random.nextInt(3) > 0 ? strict : complete;
            final String difference = check(json, record);
            if (!difference.isEmpty())
            {
                return "record " + i + ": " + difference + " in " + new String(record, StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private String object(final List<String> keys, final int depth)
    {
        final StringBuilder text = new StringBuilder("{");
        final int style = random.nextInt(4);
        final boolean isOrdered = depth == 0 ? random.nextBoolean() : random.nextInt(8) == 0;
        final int members = isOrdered ? keys.size() : random.nextInt(depth == 0 ? 12 : 5);
        for (int i = 0; i < members; i++)
        {
            if (isOrdered && random.nextInt(8) == 0)
            {
                continue;
            }
            final String key = isOrdered ? keys.get(i) : keys.get(random.nextInt(keys.size()));
            text.append(text.length() > 1 ? style == 1 ? ", " : "," : style == 2 ? "\n " : "").append('"').append(key)
                .append(style == 1 ? "\": " : style == 2 ? "\"\t:\r" : "\":").append(value(key, depth));
        }
        return text.append(style == 2 ? " }" : "}").append(random.nextInt(20) == 0 ? " trailing" : "").toString();
    }

    private String value(final String key, final int depth)
    {
        final boolean isRow = key.equals("nested_object") || key.equals("deep");
        switch (isRow && depth < 3 && random.nextInt(4) > 0 ? 9 : random.nextInt(10))
        {
            case 0:
                return "null";
            case 1:
                return random.nextBoolean() ? "true" : "false";
            case 2, 3, 4:
                return random.nextBoolean() ? NUMBERS.get(random.nextInt(20)) : random.nextInt(30) == 0 ?
                    NUMBERS.get(random.nextInt(NUMBERS.size())) : number();
            case 5, 6, 7:
                return '"' + STRINGS.get(random.nextInt(random.nextInt(9) == 0 ? STRINGS.size() : 25)) + '"';
            case 8:
                return depth > 1 ? "[]" : '[' + value("", depth + 1) + " , " + value("", depth + 1) + ']';
            default:
                return depth > 1 ? "{}" : object(KEYS.subList(0, 20), depth + 1).replace(" trailing", "");
        }
    }

    private String number()
    {
        final long digits = random.nextLong() >> random.nextInt(64);
        final int scale = random.nextInt(20);
        return random.nextBoolean() ? Long.toString(digits) :
            new BigDecimal(BigInteger.valueOf(digits), scale).toPlainString() +
                (random.nextInt(5) == 0 ? "e" + (random.nextInt(60) - 30) : "");
    }

    private byte[] mangle(final byte[] record)
    {
        final byte[] mangled = record.clone();
        for (int i = random.nextInt(4); i >= 0; i--)
        {
            final int at = random.nextInt(mangled.length);
            mangled[at] = switch (random.nextInt(5))
            {
                case 0 -> (byte)random.nextInt();
                case 1 -> (byte)"{}[]\",:\\ 0e.-u".charAt(random.nextInt(14));
                case 2 -> mangled[random.nextInt(mangled.length)];
                default -> mangled[at];
            };
        }
        return random.nextInt(3) == 0 ? Arrays.copyOf(mangled, random.nextInt(mangled.length) + 1) : mangled;
    }

    private String check(final JsonHarness json, final byte[] record) throws IOException
    {
        final int result = json.decode(record);
        final JsonOracle.Value object = oracle.parse(record);
        if (object == null)
        {
            return result == RowDecoder.MALFORMED && json.decoder.failure() == RowDecoder.Problem.MALFORMED ||
                result == RowDecoder.BLANK || record[0] == '[' ? "" : "accepted what is malformed";
        }
        final List<Integer> missing = new ArrayList<>();
        final List<@Nullable Object> expected = oracle.columns(object, missing);
        final int failure = failure(json, expected, missing);
        if (failure >= 0)
        {
            return result == RowDecoder.MALFORMED && json.decoder.failureColumn() == failure ? "" :
                "no failure of column " + failure + " but " + result + " " + json.decoder.failureColumn();
        }
        if (result < 0)
        {
            return "refused as " + result + " " + json.decoder.failure() + " " + json.decoder.failureColumn();
        }
        return compare(json, expected, result);
    }

    /** First column that makes the record dead, or −1. */
    private int failure(final JsonHarness json, final List<@Nullable Object> expected, final List<Integer> missing)
    {
        final int misfit = json == lenient ? -1 : expected.indexOf(JsonOracle.MISFIT);
        final int absent = json != complete || missing.isEmpty() ? -1 : missing.get(0);
        return misfit < 0 ? absent : absent < 0 ? misfit : Math.min(misfit, absent);
    }

    private String compare(final JsonHarness json, final List<@Nullable Object> expected, final int length)
        throws IOException
    {
        for (final RowLayout.Column column : LAYOUT.columns())
        {
            final Object value = expected.get(column.index());
            final boolean isNull = value == null || value == JsonOracle.MISFIT || value == JsonOracle.OUT_OF_RANGE;
            if (isNull != RowLayout.isNull(json.row, column))
            {
                return column.path() + " should be " + value;
            }
            final Object ours = read(json, column);
            final boolean isSame = value instanceof JsonOracle.Value text && ours != null ?
                JsonOracle.isText(text, (String)ours) : Objects.equals(isNull ? null : value, ours);
            if (!isSame)
            {
                return column.path() + " should be " + value + " but is " + ours;
            }
        }
        if (LAYOUT.rowLength(json.row) != length)
        {
            return "length " + length;
        }
        final byte[] encoded = json.encode().getBytes(StandardCharsets.UTF_8);
        final byte[] row = bytes(json.row, length);
        json.decode(encoded);
        return Arrays.equals(row, bytes(json.row, length)) ? "" : "row changed by " + new String(encoded,
            StandardCharsets.UTF_8);
    }

    private static byte[] bytes(final long address, final int length)
    {
        final byte[] bytes = new byte[length];
        Memory.copy(address, bytes, 0, length);
        return bytes;
    }

    private static @Nullable Object read(final JsonHarness json, final RowLayout.Column column)
    {
        final long at = json.row + Math.max(0, column.fixedOffset());
        if (RowLayout.isNull(json.row, column))
        {
            return null;
        }
        return switch (column.type().kind())
        {
            case ROW -> true;
            case BOOLEAN -> Memory.getByte(at) != 0;
            case TINYINT -> (long)Memory.getByte(at);
            case SMALLINT -> (long)Memory.getShort(at);
            case INT -> (long)Memory.getInt(at);
            case BIGINT -> Memory.getLong(at);
            case FLOAT -> Memory.getFloat(at);
            case DOUBLE -> Memory.getDouble(at);
            case DECIMAL -> decimal(column.type(), at);
            case DATE -> LocalDate.ofEpochDay(Memory.getInt(at));
            case TIMESTAMP -> LocalDateTime.ofEpochSecond(
                Math.floorDiv(Memory.getLong(at), 1000L), Math.floorMod(Memory.getLong(at), 1000) * 1_000_000 +
                    (column.type().isCompactTimestamp() ? 0 : Memory.getInt(at + 8)), ZoneOffset.UTC);
            default ->
            {
                final long text = json.layout.varAddress(json.row, column.varIndex());
                yield JsonHarness.text(text + RowLayout.VAR_HEADER_LENGTH, Memory.getInt(text));
            }
        };
    }

    private static BigDecimal decimal(final SqlType type, final long at)
    {
        final BigInteger low = BigInteger.valueOf(Memory.getLong(at));
        return new BigDecimal(type.isCompactDecimal() ? low : low.and(BigInteger.ONE.shiftLeft(64).subtract(
            BigInteger.ONE)).add(BigInteger.valueOf(Memory.getLong(at + 8)).shiftLeft(64)), type.scale());
    }

    @Override
    public void close()
    {
        lenient.close();
        strict.close();
        complete.close();
    }
}
