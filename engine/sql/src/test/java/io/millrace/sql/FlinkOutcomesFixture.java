package io.millrace.sql;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.codecs.json.JsonOptions;
import io.millrace.codecs.json.JsonRowDecoder;
import io.millrace.engine.plan.TablePlan;
import io.millrace.sql.runtime.Decimals;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What Flink answered, its input as rows of ours, and our values in the form that the answers are kept in. */
public final class FlinkOutcomesFixture
{
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSSSSS");

    /** One expression with what Flink gave for each row. */
    record Outcome(String expression, String type, List<String> values)
    {
        boolean isPlanned()
        {
            return !type.startsWith("REFUSED") && !type.startsWith("FAILED") && !values.isEmpty() &&
                values.stream().noneMatch(v -> v.startsWith("REFUSED") || v.startsWith("FAILED"));
        }

        boolean hasError()
        {
            return values.stream().anyMatch(v -> v.startsWith("ERROR"));
        }
    }

    private FlinkOutcomesFixture()
    {
    }

    static List<String> lines(final String resource)
    {
        try (InputStream in = Objects.requireNonNull(
            FlinkOutcomesFixture.class.getResourceAsStream("/flink/" + resource), resource))
        {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
        catch (final IOException e)
        {
            throw new UncheckedIOException(e);
        }
    }

    /** Columns of the input table as DDL. */
    static String columns()
    {
        return lines("functions.tsv").get(1).substring(2);
    }

    static List<Outcome> outcomes(final String resource)
    {
        final List<Outcome> outcomes = new ArrayList<>();
        for (final String line : lines(resource))
        {
            if (!line.startsWith("#"))
            {
                final String[] parts = line.split("\t", -1);
                outcomes.add(new Outcome(
                    parts[0], parts.length > 1 ? parts[1] : "", List.of(parts).subList(Math.min(2, parts.length),
                    parts.length)));
            }
        }
        return outcomes;
    }

    /** The input as complete rows of a table; the caller keeps the memory. */
    static List<Long> rows(final TablePlan table)
    {
        return rows(table, lines("function-input.jsonl"));
    }

    /** JSON lines as complete rows of a table; the caller keeps the memory. */
    public static List<Long> rows(final TablePlan table, final List<String> lines)
    {
        final List<Long> rows = new ArrayList<>();
        final var kernel = table.kernel().get();
        try (JsonRowDecoder decoder = new JsonRowDecoder(
            table.layout(), table.decodedColumns(), JsonOptions.of(Map.of())))
        {
            for (final String line : lines)
            {
                final byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
                final long text = Memory.allocate(bytes.length);
                Memory.copy(bytes, 0, text, bytes.length);
                final int capacity = 65_536;
                final long row = Memory.allocate(capacity);
                final int length = decoder.decode(text, bytes.length, row, capacity);
                if (length < 0)
                {
                    throw new IllegalStateException(decoder.failure() + " " + decoder.failureColumn() + ": " + line);
                }
                kernel.complete(row, length, capacity);
                rows.add(row);
                Memory.free(text);
            }
        }
        return rows;
    }

    /** Whether two answers mean the same: numbers by value, times to the digits of their type. */
    static boolean isSame(final String type, final String expected, final String actual)
    {
        if (expected.startsWith("ERROR") || actual.startsWith("ERROR"))
        {
            return expected.startsWith("ERROR") && actual.startsWith("ERROR");
        }
        if (type.startsWith("DECIMAL") && !"null".equals(expected) && !"null".equals(actual))
        {
            return new BigDecimal(expected).compareTo(new BigDecimal(actual)) == 0;
        }
        final boolean areValues = !"null".equals(expected) && !"null".equals(actual);
        // From Java 19 on the shortest digits are printed that give the same value; Flink answered on Java 17.
        if (type.startsWith("FLOAT") && areValues)
        {
            return Float.compare(Float.parseFloat(expected), Float.parseFloat(actual)) == 0;
        }
        if (type.startsWith("DOUBLE") && areValues)
        {
            return Double.compare(Double.parseDouble(expected), Double.parseDouble(actual)) == 0;
        }
        if (type.startsWith("TIMESTAMP(3)") && expected.length() > 6)
        {
            return actual.equals(expected.substring(0, expected.length() - 6) + "000000");
        }
        return expected.equals(actual);
    }

    /** A column's value as the answers are written. */
    public static String value(final RowLayout layout, final RowLayout.Column column, final long row)
    {
        if (RowLayout.isNull(row, column))
        {
            return "null";
        }
        final SqlType type = column.type();
        final long at = row + column.fixedOffset();
        return switch (type.kind())
        {
            case BOOLEAN -> String.valueOf(Memory.getByte(at) != 0);
            case TINYINT -> String.valueOf(Memory.getByte(at));
            case SMALLINT -> String.valueOf(Memory.getShort(at));
            case INT -> String.valueOf(Memory.getInt(at));
            case BIGINT -> String.valueOf(Memory.getLong(at));
            case FLOAT -> String.valueOf(Memory.getFloat(at));
            case DOUBLE -> String.valueOf(Memory.getDouble(at));
            case DECIMAL -> Decimals.bigDecimal(Memory.getLong(at),
                type.isCompactDecimal() ? Memory.getLong(at) >> 63 : Memory.getLong(at + 8), type.scale())
                .toPlainString();
            case DATE -> LocalDate.ofEpochDay(Memory.getInt(at)).toString();
            case TIMESTAMP -> timestamp(Memory.getLong(at), type.isCompactTimestamp() ? 0 : Memory.getInt(at + 8));
            case CHAR, VARCHAR -> string(layout.varAddress(row, column.varIndex()));
            default -> throw new IllegalArgumentException(type.toString());
        };
    }

    private static String timestamp(final long ms, final int nanos)
    {
        return TIME.format(LocalDateTime.ofEpochSecond(Math.floorDiv(ms, 1000L),
            (int)Math.floorMod(ms, 1000L) * 1_000_000 + nanos, ZoneOffset.UTC));
    }

    private static String string(final long at)
    {
        final byte[] bytes = new byte[Memory.getInt(at)];
        Memory.copy(at + 4, bytes, 0, bytes.length);
        return json(new String(bytes, StandardCharsets.UTF_8));
    }

    private static String json(final String text)
    {
        final StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++)
        {
            final char c = text.charAt(i);
            switch (c)
            {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                default -> out.append(c < 0x20 ? String.format("\\u%04x", (int)c) : String.valueOf(c));
            }
        }
        return out.append('"').toString();
    }
}
