package io.millrace.codecs.json;

import static io.millrace.codecs.json.JsonHarness.field;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.codecs.RowDecoder;
import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Holds decoder and encoder against what Flink 2.3.0 did with the same records: {@code json/flink-coercions.tsv}. */
class JsonFlinkFixtureTest
{
    private static final ObjectMapper MAPPER =
        new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final Map<String, JsonHarness> harnesses = new HashMap<>();

    @Test
    void shouldAgreeWithFlinkWhenRecordsAreOfAnyKind() throws IOException
    {
        final List<String> differences = new ArrayList<>();
        int count = 0;
        for (final String line : lines("/json/flink-coercions.tsv"))
        {
            final String[] cells = line.split("\t", -1);
            final String ours = convert(cells[0], cells[1], cells[2], unescape(cells[3]));
            final String expected = cells[cells.length > 5 ? 5 : 4];
            count++;
            if (!isSame(cells[0], expected, ours))
            {
                differences.add(line + "\n    ours: " + ours);
            }
        }
        harnesses.values().forEach(JsonHarness::close);
        assertTrue(count > 1000, "records: " + count);
        assertEquals("", String.join("\n", differences));
    }

    private String convert(final String type, final String mode, final String standard, final byte[] record)
    {
        final JsonHarness json = harnesses.computeIfAbsent(type + mode + standard, key -> new JsonHarness(
            JsonOptions.of(Map.of(
                JsonOptions.IGNORE_PARSE_ERRORS, String.valueOf(mode.equals("ignore")),
                JsonOptions.FAIL_ON_MISSING_FIELD, String.valueOf(mode.equals("missing")),
                JsonOptions.TIMESTAMP_FORMAT, standard.equals("ISO") ? "ISO-8601" : standard)),
            field("f", typeOf(type)), field("z", Kind.INT)));
        final int result = json.decode(record);
        if (result == RowDecoder.BLANK)
        {
            return "SKIP";
        }
        return result >= 0 ? json.encode() : mode.equals("ignore") ? "SKIP" : "ERROR";
    }

    private static SqlType typeOf(final String text)
    {
        final String[] words = text.split("[^A-Z0-9]+");
        final int precision = words.length > 1 && words[1].matches("\\d+") ? Integer.parseInt(words[1]) : 0;
        return switch (words[0])
        {
            case "STRING" -> SqlType.string();
            case "CHAR" -> SqlType.character(precision);
            case "VARCHAR" -> SqlType.varchar(precision);
            case "DECIMAL" -> SqlType.decimal(precision, Integer.parseInt(words[2]));
            case "TIMESTAMP" -> SqlType.timestamp(precision);
            case "ROW" -> SqlType.row(List.of(field("a", Kind.INT), field("b", SqlType.string())));
            default -> SqlType.of(Kind.valueOf(words[0])).withNullable(!text.endsWith("NOT NULL"));
        };
    }

    private static boolean isSame(final String type, final String expected, final String ours) throws IOException
    {
        final byte[] bytes = unescape(expected);
        final String text = new String(bytes, StandardCharsets.UTF_8);
        return text.equals(ours) || text.startsWith("{") && ours.startsWith("{") && !text.contains(" ; ") &&
            MAPPER.readTree(text).equals((a, b) -> compare(type, a, b), MAPPER.readTree(ours));
    }

    private static int compare(final String type, final JsonNode a, final JsonNode b)
    {
        // From Java 19 on the shortest digits are printed that give the same value; Flink answered on Java 17.
        if (type.startsWith("FLOAT") && a.isNumber() && b.isNumber())
        {
            return Float.compare(a.floatValue(), b.floatValue());
        }
        if (type.startsWith("DOUBLE") && a.isNumber() && b.isNumber())
        {
            return Double.compare(a.doubleValue(), b.doubleValue());
        }
        return a.equals(b) || a.isNumber() && b.isNumber() && a.decimalValue().compareTo(b.decimalValue()) == 0 ? 0 : 1;
    }

    static List<String> lines(final String resource) throws IOException
    {
        try (InputStream in = Objects.requireNonNull(JsonFlinkFixtureTest.class.getResourceAsStream(resource));
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII)))
        {
            return reader.lines().filter(line -> !line.startsWith("#")).toList();
        }
    }

    /** Bytes of a cell, in which {@code %41} stands for a byte. */
    static byte[] unescape(final String cell)
    {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < cell.length(); i++)
        {
            final boolean isEscape = cell.charAt(i) == '%';
            bytes.write(isEscape ? Integer.parseInt(cell.substring(i + 1, i + 3), 16) : cell.charAt(i));
            i += isEscape ? 2 : 0;
        }
        return bytes.toByteArray();
    }
}
