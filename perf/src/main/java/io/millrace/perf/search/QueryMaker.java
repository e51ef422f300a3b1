package io.millrace.perf.search;

import io.millrace.perf.search.ExpressionMaker.Family;
import java.util.ArrayList;
import java.util.List;

/** Random queries over a relation: projections, unions, and aggregates by tumbling window in both syntaxes. */
final class QueryMaker
{
    private static final Family[] KEYS = {Family.BOOL, Family.INT, Family.DEC, Family.TEXT, Family.DATE, Family.TIME};

    private final Draw draw;
    private final Relation relation;
    private final int sizeSeconds;
    private final ExpressionMaker maker;

    QueryMaker(final Draw draw, final Relation relation, final int sizeSeconds)
    {
        this.draw = draw;
        this.relation = relation;
        this.sizeSeconds = sizeSeconds;
        this.maker = new ExpressionMaker(draw, relation.columns(), false);
    }

    String query()
    {
        return switch (draw.below(8))
        {
            case 0, 1 -> projection();
            case 2 -> union();
            case 3, 4 -> groupWindow(relation.name());
            case 5 -> "WITH q AS (SELECT * FROM " + relation.name() + where() + ") " +
                (draw.once(2) ? groupWindow("q") : windowFunction("q"));
            default -> windowFunction(relation.name());
        };
    }

    private String where()
    {
        return draw.once(2) ? "" : " WHERE " + maker.of(Family.BOOL, draw.between(1, 2));
    }

    private String projection()
    {
        final List<String> items = new ArrayList<>();
        for (int i = draw.between(2, 10); i > 0; i--)
        {
            items.add(maker.any(draw.between(0, 3)) + " AS o" + i);
        }
        if (draw.once(3))
        {
            items.add(relation.time() + " AS o0");
        }
        return "SELECT " + String.join(", ", items) + " FROM " + relation.name() + where();
    }

    private String union()
    {
        final List<Family> families = new ArrayList<>();
        for (int i = draw.between(2, 6); i > 0; i--)
        {
            families.add(Family.values()[draw.below(Family.values().length)]);
        }
        final List<String> parts = new ArrayList<>();
        for (int part = draw.between(2, 3); part > 0; part--)
        {
            final List<String> items = new ArrayList<>();
            for (final Family family : families)
            {
                items.add(maker.of(family, draw.between(0, 2)) + " AS o" + items.size());
            }
            parts.add("SELECT " + String.join(", ", items) + " FROM " + relation.name() + where());
        }
        return String.join(" UNION ALL ", parts);
    }

    private List<String> keys()
    {
        final List<String> keys = new ArrayList<>();
        for (int i = draw.below(3); i > 0; i--)
        {
            final String key = draw.once(2) ? draw.from(relation.keys()).replaceAll("^key$", "`key`") :
                maker.of(KEYS[draw.below(KEYS.length)], draw.between(0, 1));
            // A constant would be a position in GROUP BY, or nothing.
            if (!keys.contains(key) && key.matches("(?s).*[a-z_`].*") && !key.matches("-?[0-9.]+|'.*'"))
            {
                keys.add(key);
            }
        }
        return keys;
    }

    private String size()
    {
        return interval(draw.once(3) ? Math.max(1, sizeSeconds / 2) : sizeSeconds);
    }

    private static String interval(final int seconds)
    {
        if (seconds % 86400 == 0)
        {
            return "INTERVAL '" + seconds / 86400 + "' DAY";
        }
        if (seconds % 3600 == 0 && seconds < 99 * 3600)
        {
            return "INTERVAL '" + seconds / 3600 + "' HOUR";
        }
        return seconds % 60 == 0 && seconds < 99 * 60 ? "INTERVAL '" + seconds / 60 + "' MINUTE" :
            seconds < 99 ? "INTERVAL '" + seconds + "' SECOND" :
            "INTERVAL '" + seconds / 86400 + String.format(" %02d:%02d:%02d", seconds / 3600 % 24, seconds / 60 % 60,
                seconds % 60) + "' DAY TO SECOND";
    }

    private String groupWindow(final String from)
    {
        final List<String> keys = keys();
        final String window = "TUMBLE(" + relation.time() + ", " + size() + ")";
        final List<String> items = items(keys);
        items.add(window.replace("TUMBLE(", "TUMBLE_START(") + " AS ws");
        if (draw.once(2))
        {
            items.add(window.replace("TUMBLE(", "TUMBLE_END(") + " AS we");
        }
        if (draw.once(5))
        {
            items.add(window.replace("TUMBLE(", "TUMBLE_ROWTIME(") + " AS wt");
        }
        keys.add(draw.below(keys.size() + 1), window);
        return "SELECT " + String.join(", ", items) + " FROM " + from + where() + " GROUP BY " +
            String.join(", ", keys) + having();
    }

    private String windowFunction(final String from)
    {
        final List<String> keys = keys();
        final List<String> items = items(keys);
        items.add("window_start AS ws");
        if (draw.once(2))
        {
            items.add("window_end AS we");
        }
        final int seconds = draw.once(3) ? Math.max(1, sizeSeconds / 2) : sizeSeconds;
        final String sign = draw.once(3) ? "INTERVAL -'" : "INTERVAL '";
        final String offset = seconds > 1 && draw.once(3) ? ", " +
            interval(draw.between(1, seconds - 1)).replace("INTERVAL '", sign) : "";
        keys.add(draw.below(keys.size() + 1), "window_start");
        keys.add(draw.below(keys.size() + 1), "window_end");
        return "SELECT " + String.join(", ", items) + " FROM TABLE(TUMBLE(TABLE " + from + ", DESCRIPTOR(" +
            relation.time() + "), " + interval(seconds) + offset + "))" + where() + " GROUP BY " +
            String.join(", ", keys) + having();
    }

    private List<String> items(final List<String> keys)
    {
        final List<String> items = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++)
        {
            items.add(keys.get(i) + " AS k" + i);
        }
        for (int i = draw.between(1, 6); i > 0; i--)
        {
            items.add(output() + " AS a" + i);
        }
        return items;
    }

    private String having()
    {
        return draw.once(3) ? " HAVING " + aggregate() + " IS NOT NULL AND COUNT(*)" +
            draw.of(" > 1", " < 5", " <> 3") : "";
    }

    private String output()
    {
        return switch (draw.below(8))
        {
            case 0 -> "COUNT(*) + " + draw.between(1, 9);
            case 1 -> "CASE WHEN COUNT(*) > " + draw.between(1, 6) + " THEN " + number() + " ELSE 0 END";
            case 2 -> "CAST(" + aggregate() + " AS STRING)";
            case 3 -> number() + draw.of(" * 2", " + 1", " / 3", " - COUNT(*)");
            default -> aggregate();
        };
    }

    private String filter()
    {
        return draw.once(4) ? " FILTER (WHERE " + maker.of(Family.BOOL, 1) + ")" : "";
    }

    private String number()
    {
        final Family family = draw.once(2) ? Family.INT : Family.DEC;
        // Sums of DOUBLE depend on the order of their rows, and in Flink on how many come between two watermarks.
        return draw.of("SUM", "SUM", "AVG", "MIN", "MAX") + "(CAST(" + maker.of(family, draw.between(0, 1)) + " AS " +
            (family == Family.INT ? "BIGINT" : "DECIMAL(20, 4)") + "))" + filter();
    }

    private String aggregate()
    {
        final Family any = Family.values()[draw.below(Family.values().length)];
        return switch (draw.below(8))
        {
            case 0 -> "COUNT(*)" + filter();
            case 1 -> "COUNT(" + maker.of(any, draw.between(0, 1)) + ")" + filter();
            case 2, 3 -> "COUNT(DISTINCT " + maker.of(any, draw.between(0, 1)) + ")" + filter();
            case 4 -> draw.of("MIN", "MAX") + "(" + maker.of(any == Family.BOOL ? Family.TEXT : any,
                draw.between(0, 1)) + ")" + filter();
            case 5 -> relation.columns().getOrDefault(Family.REAL, List.of()).contains("`x`") ?
                draw.of("SUM", "AVG") + "(`x`)" + filter() : number();
            default -> number();
        };
    }
}
