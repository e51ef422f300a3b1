package io.millrace.perf.search;

import io.millrace.perf.search.ExpressionMaker.Family;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A random job: a table of random columns with an event time and a watermark, rows for it out of order and some of
 * them late, views upon it, and queries that filter, project, unite and aggregate by tumbling windows. The same seed
 * makes the same job. Its sinks are not declared: their types are asked of Flink.
 */
public final class JobMaker
{
    private static final int ROWS = 250;
    private static final String[] NAMES = {
        "a", "b1", "`order`", "`from`", "`naïve`", "`a b`", "`User-Id`", "`select`", "`Upper`", "`日`", "_x", "`1st`",
        "`value`", "`dateTime`", "`x.y`", "z9"
    };

    private final Draw draw;
    private final TypedRows values;
    private final Map<Family, List<String>> columns = new EnumMap<>(Family.class);
    private final List<String> declarations = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private final List<Column> fields = new ArrayList<>();
    private final String time;
    private final boolean isLenient;
    private final boolean isComputedTime;
    private final int sizeSeconds;
    private final long startSeconds;

    /** A physical column: its name in JSON and its type. */
    private record Column(String name, String type)
    {
    }

    /**
     * A job without its sinks.
     *
     * @param declarations tables and views, each a statement.
     * @param queries      what is inserted into the sinks.
     * @param rows         the lines of its input.
     */
    public record Made(List<String> declarations, List<String> queries, List<String> rows)
    {
    }

    private JobMaker(final long seed)
    {
        draw = new Draw(seed);
        values = new TypedRows(draw);
        isLenient = draw.once(2);
        isComputedTime = draw.once(3);
        time = draw.of("ts", "`rowtime`", "`event time`", "timestamp_col");
        sizeSeconds = switch (draw.below(5))
        {
            case 0 -> draw.between(1, 90);
            case 1 -> 60 * draw.between(1, 59);
            case 2 -> 3600 * draw.between(1, 23);
            case 3 -> 86400 * draw.between(1, 45);
            default -> draw.of("10", "60", "3600", "86400").length() * 10;
        };
        startSeconds = draw.once(6) ? draw.between(-100_000, 100_000) :
            draw.once(2) ? 1_704_067_200L + draw.between(0, 100_000_000) : draw.between(100_000, 1_800_000_000);
    }

    /**
     * The job of a seed.
     *
     * @param prefix of the names of its tables and views.
     * @param path   of the file that will hold its rows.
     */
    public static Made make(final long seed, final String prefix, final String path)
    {
        return new JobMaker(seed).make(prefix, path);
    }

    private Made make(final String prefix, final String path)
    {
        columns(draw.between(4, 9));
        final List<String> statements = new ArrayList<>();
        statements.add(table(prefix + "t", path));
        final List<Relation> relations = new ArrayList<>();
        relations.add(new Relation(prefix + "t", columns, keys, time));
        for (int i = draw.below(3); i > 0; i--)
        {
            relations.add(view(prefix + "v" + i, draw.from(relations), statements));
        }
        final List<String> queries = new ArrayList<>();
        for (int i = draw.between(1, 3); i > 0; i--)
        {
            queries.add(new QueryMaker(draw, draw.from(relations), sizeSeconds).query());
        }
        return new Made(statements, queries, rows());
    }

    private void columns(final int count)
    {
        final List<String> names = new ArrayList<>(List.of(NAMES));
        final ExpressionMaker types = new ExpressionMaker(draw, Map.of(), false);
        add("key", "STRING", Family.TEXT);
        add("k2", draw.of("INT", "BIGINT", "SMALLINT"), Family.INT);
        add("x", "DOUBLE", Family.REAL);
        keys.addAll(List.of("key", "k2"));
        for (int i = 0; i < count; i++)
        {
            final String name = names.remove(draw.below(names.size()));
            final Family family = Family.values()[draw.below(Family.values().length)];
            add(name, types.typeOf(family), family);
        }
    }

    private void add(final String name, final String type, final Family family)
    {
        fields.add(new Column(name.replace("`", ""), type));
        final String written = name.equals("key") || name.equals("x") ? "`" + name + "`" : name;
        declarations.add(written + " " + type);
        readable(family, written);
    }

    private void readable(final Family family, final String name)
    {
        columns.computeIfAbsent(family, f -> new ArrayList<>()).add(name);
    }

    private String table(final String name, final String path)
    {
        final List<String> all = new ArrayList<>(declarations);
        if (isComputedTime)
        {
            all.add("raw_time STRING");
            all.add(time + " AS TO_TIMESTAMP(raw_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS')");
        }
        else
        {
            all.add(draw.below(all.size()), time + " TIMESTAMP(3)");
        }
        if (draw.once(3))
        {
            all.add("twice AS k2 * 2");
            readable(Family.INT, "twice");
        }
        if (draw.once(3))
        {
            all.add("nested ROW<`key` STRING, inner_row ROW<n BIGINT, d DECIMAL(12, 3)>>");
            readable(Family.TEXT, "nested.`key`");
            readable(Family.INT, "nested.inner_row.n");
            readable(Family.DEC, "nested.inner_row.d");
            fields.add(new Column("nested", "ROW"));
        }
        all.add("WATERMARK FOR " + time + " AS " + time + draw.of("", "", " - INTERVAL '5' SECOND",
            " - INTERVAL '0.001' SECOND", " - INTERVAL '1' SECOND", " - INTERVAL '10' MINUTE",
            " - INTERVAL '" + Math.max(1, Math.min(99, sizeSeconds / 3)) + "' SECOND", " - INTERVAL '1' DAY"));
        return "CREATE TABLE " + name + " (\n  " + String.join(",\n  ", all) + "\n) WITH (\n  'connector' = " +
            "'filesystem',\n  'path' = '" + path + "',\n  'format' = 'json'" +
            (isLenient ? ",\n  'json.ignore-parse-errors' = 'true'" : "") + "\n)";
    }

    private Relation view(final String name, final Relation from, final List<String> statements)
    {
        final ExpressionMaker maker = new ExpressionMaker(draw, from.columns(), false);
        final Map<Family, List<String>> made = new EnumMap<>(Family.class);
        final StringBuilder select = new StringBuilder("SELECT " + from.time() + " AS vt, ");
        for (int i = 0; i < from.keys().size(); i++)
        {
            select.append(from.keys().get(i).replaceAll("^key$", "`key`")).append(" AS w").append(i).append(", ");
        }
        int count = 0;
        for (final Family family : Family.values())
        {
            for (int i = draw.between(0, 2); i > 0; i--)
            {
                final String column = "c" + count++;
                select.append(maker.of(family, draw.between(0, 2))).append(" AS ").append(column).append(", ");
                made.computeIfAbsent(family, f -> new ArrayList<>()).add(column);
            }
        }
        select.setLength(select.length() - 2);
        select.append(" FROM ").append(from.name());
        if (draw.once(2))
        {
            select.append(" WHERE ").append(maker.of(Family.BOOL, draw.between(1, 2)));
        }
        statements.add("CREATE VIEW " + name + " AS " + select);
        return new Relation(name, made, List.of("w0", "w1"), "vt");
    }

    private List<String> rows()
    {
        final List<String> rows = new ArrayList<>();
        final long stepMs = Math.max(1, sizeSeconds * 1000L / draw.between(10, 60));
        for (int i = 0; i < ROWS; i++)
        {
            final long back = draw.once(8) ? draw.between(0, 60) : draw.between(0, 3);
            final long ms = startSeconds * 1000 + i * stepMs - back * stepMs + draw.below((int)Math.min(1000, stepMs));
            final StringBuilder row = new StringBuilder("{");
            final String text = Instant.ofEpochMilli(ms).toString().replace("Z", "");
            final String full = text.length() == 19 ? text + ".000" : text;
            row.append(isComputedTime ? "\"raw_time\":\"" + full + "\"" :
                "\"" + time.replace("`", "") + "\":\"" + full.replace('T', ' ') + "\"");
            for (final Column field : fields)
            {
                if (!draw.once(20))
                {
                    row.append(",\"").append(field.name()).append("\":").append(value(field));
                }
            }
            rows.add(row.append('}').toString());
        }
        return rows;
    }

    private String value(final Column field)
    {
        if (draw.once(12))
        {
            return "null";
        }
        if (isLenient && draw.once(30))
        {
            return draw.of("\"n/a\"", "true", "1e99", "\"\"", "-7", "\"2024-01-01\"", "12345678901234567890");
        }
        final String type = field.type();
        if (field.name().equals("key"))
        {
            return values.quoted("a", "b", "", "ü", "user_1", "A");
        }
        if (field.name().equals("x"))
        {
            return Double.toString(draw.between(-4000, 4000) / 64.0);
        }
        if (field.name().equals("k2"))
        {
            return Integer.toString(draw.between(-1, 3));
        }
        final int open = type.indexOf('(');
        final String[] digits = open < 0 ? new String[0] : type.substring(open + 1, type.length() - 1).split(", ");
        return switch (open < 0 ? type : type.substring(0, open))
        {
            case "BOOLEAN" -> draw.of("true", "false");
            case "TINYINT" -> values.whole(8);
            case "SMALLINT" -> values.whole(16);
            case "INT" -> values.whole(32);
            case "BIGINT" -> values.whole(64);
            case "FLOAT" -> values.real().replaceAll("E\\d{2,3}", "E7");
            case "DOUBLE" -> values.real();
            case "DECIMAL" -> values.decimal(Integer.parseInt(digits[0]), Integer.parseInt(digits[1]));
            case "DATE" -> "\"" + values.day() + "\"";
            case "TIMESTAMP" -> values.time(Integer.parseInt(digits[0]));
            case "ROW" -> "{\"key\":" + values.quoted("a", "b") + ",\"inner_row\":" + (draw.once(5) ? "null" :
                "{\"n\":" + values.whole(32) + ",\"d\":" + values.decimal(12, 3) + "}") + "}";
            default -> values.quoted(TypedRows.TEXTS);
        };
    }
}
