package io.millrace.perf.search;

import java.util.List;
import java.util.Map;

/**
 * Random SQL expressions of a wanted family of types over named columns. Most are valid; where types that don't go
 * together meet, both engines must refuse or agree.
 */
public final class ExpressionMaker
{
    /** Types between which a value moves without a cast. */
    public enum Family
    {
        BOOL, INT, DEC, REAL, TEXT, DATE, TIME
    }

    private static final String[] UNITS = {"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"};
    private static final String[] COMPARISONS = {"=", "<>", "<", "<=", ">", ">="};
    private static final Family[] FAMILIES = Family.values();
    private static final List<Family> POINTS = List.of(Family.TIME, Family.DATE);

    private final Draw draw;
    private final Map<Family, List<String>> columns;
    private final boolean mayFail;
    private final Literals literals;

    /**
     * @param columns of each family, as they are written in a query.
     * @param mayFail whether casts and divisions that fail for some value are made.
     */
    ExpressionMaker(final Draw draw, final Map<Family, List<String>> columns, final boolean mayFail)
    {
        this.draw = draw;
        this.columns = columns;
        this.mayFail = mayFail;
        this.literals = new Literals(draw);
    }

    /** An expression of any family. */
    String any(final int depth)
    {
        return of(FAMILIES[draw.below(FAMILIES.length)], depth);
    }

    /** An expression of a family, nested at most {@code depth} times. */
    String of(final Family family, final int depth)
    {
        if (depth <= 0)
        {
            return leaf(family);
        }
        if (draw.once(6))
        {
            return conditional(family, depth);
        }
        return switch (family)
        {
            case BOOL -> bool(depth);
            case INT -> integer(depth);
            case DEC -> decimal(depth);
            case REAL -> real(depth);
            case TEXT -> text(depth);
            case DATE -> date(depth);
            case TIME -> time(depth);
        };
    }

    private String leaf(final Family family)
    {
        final List<String> names = columns.getOrDefault(family, List.of());
        return names.isEmpty() || draw.once(4) ? literals.of(family) : draw.from(names);
    }

    private String column(final Family family)
    {
        final List<String> names = columns.getOrDefault(family, List.of());
        return names.isEmpty() ? literals.of(family) : draw.from(names);
    }

    private Family near(final Family family)
    {
        if (!draw.once(3))
        {
            return family;
        }
        return switch (family)
        {
            case INT, DEC, REAL -> List.of(Family.INT, Family.DEC, Family.REAL).get(draw.below(3));
            default -> family;
        };
    }

    private String conditional(final Family family, final int depth)
    {
        final int below = depth - 1;
        return switch (draw.below(6))
        {
            case 0 -> "CASE WHEN " + of(Family.BOOL, below) + " THEN " + of(near(family), below) + " WHEN " +
                of(Family.BOOL, below) + " THEN " + of(near(family), below) +
                (draw.once(3) ? "" : " ELSE " + (draw.once(5) ? "NULL" : of(near(family), below))) + " END";
            case 1 ->
            {
                final Family subject = FAMILIES[draw.below(FAMILIES.length)];
                yield "CASE " + of(subject, below) + " WHEN " + of(subject, 0) + " THEN " + of(family, below) +
                    " WHEN " + of(subject, 0) + " THEN " + of(near(family), below) + " ELSE " + of(family, 0) + " END";
            }
            case 2 -> "COALESCE(" + of(near(family), below) + ", " + (draw.once(3) ? of(near(family), 0) + ", " : "") +
                of(family, below) + ")";
            case 3 -> "NULLIF(" + of(family, below) + ", " + of(near(family), 0) + ")";
            case 4 -> "IF(" + of(Family.BOOL, below) + ", " + of(family, below) + ", " + of(near(family), below) + ")";
            default -> castTo(family, below);
        };
    }

    private String castTo(final Family family, final int depth)
    {
        final String type = typeOf(family);
        final List<Family> from = switch (family)
        {
            case BOOL -> List.of(Family.INT, Family.TEXT, Family.BOOL);
            case INT, REAL, DEC -> List.of(Family.INT, Family.REAL, Family.DEC, Family.TEXT, Family.BOOL);
            case TEXT -> List.of(FAMILIES);
            case DATE -> List.of(Family.TIME, Family.TEXT, Family.DATE);
            case TIME -> List.of(Family.TIME, Family.TEXT, Family.DATE);
        };
        final Family source = draw.from(from);
        final boolean isTry = source == Family.TEXT && (!mayFail || draw.once(2)) || draw.once(5);
        return (isTry ? "TRY_CAST(" : "CAST(") + of(source, depth) + " AS " + type + ")";
    }

    String typeOf(final Family family)
    {
        return switch (family)
        {
            case BOOL -> "BOOLEAN";
            case INT -> draw.of("TINYINT", "SMALLINT", "INT", "BIGINT", "INT", "BIGINT");
            case DEC ->
            {
                final int precision = draw.once(3) ? draw.between(19, 38) : draw.between(1, 18);
                yield "DECIMAL(" + precision + ", " + draw.between(0, Math.min(precision, 12)) + ")";
            }
            case REAL -> draw.of("FLOAT", "DOUBLE", "DOUBLE");
            case TEXT -> draw.of("STRING", "STRING", "VARCHAR(3)", "VARCHAR(10)", "CHAR(2)", "CHAR(7)");
            case DATE -> "DATE";
            case TIME -> "TIMESTAMP(" + draw.of("0", "3", "3", "6", "9") + ")";
        };
    }

    private String bool(final int depth)
    {
        final int below = depth - 1;
        final Family family = FAMILIES[draw.below(FAMILIES.length)];
        return switch (draw.below(17))
        {
            case 16 -> draw.of("STARTSWITH", "ENDSWITH", "REGEXP") + "(" + of(Family.TEXT, below) + ", " +
                draw.of("'a'", "'H'", "'lo'", "' '", "'é'", column(Family.TEXT)) + ")";
            case 0, 1 -> "(" + of(Family.BOOL, below) + draw.of(" AND ", " OR ") + of(Family.BOOL, below) + ")";
            case 2 -> "NOT (" + of(Family.BOOL, below) + ")";
            case 3 -> "(" + of(Family.BOOL, below) + ") " + draw.of("IS TRUE", "IS FALSE", "IS NOT TRUE",
                "IS NOT FALSE", "IS UNKNOWN", "IS NOT UNKNOWN");
            case 4 -> of(family, below) + draw.of(" IS NULL", " IS NOT NULL");
            case 5 -> "(" + of(family, below) + draw.of(" IS DISTINCT FROM ", " IS NOT DISTINCT FROM ") +
                of(near(family), below) + ")";
            case 6 -> like(below);
            case 7 -> "(" + of(family, below) + draw.of(" BETWEEN ", " NOT BETWEEN ") + of(near(family), 0) + " AND " +
                of(near(family), 0) + ")";
            case 8, 9 -> in(family, below);
            case 10 -> mixedComparison(below);
            default -> "(" + of(family, below) + " " + draw.of(COMPARISONS) + " " + of(near(family), below) + ")";
        };
    }

    /** Types that Flink converts without being told. */
    private String mixedComparison(final int depth)
    {
        final String comparison = " " + draw.of(COMPARISONS) + " ";
        return switch (draw.below(4))
        {
            case 0 -> "(" + of(Family.TIME, depth) + comparison + "'" + literals.timeText() + "')";
            case 1 -> "(" + of(Family.DATE, depth) + comparison + "'" + literals.dateText() + "')";
            case 2 -> "(" + of(Family.DATE, depth) + " IN ('" + literals.dateText() + "', '" + literals.dateText() +
                "'))";
            default -> "(" + column(Family.INT) + " " + draw.of("<", "<=", ">", ">=") + " '" +
                draw.between(-100, 100) + "')";
        };
    }

    private String in(final Family family, final int depth)
    {
        final StringBuilder list = new StringBuilder(of(family, depth)).append(draw.of(" IN (", " IN (", " NOT IN ("));
        final int count = draw.once(8) ? draw.between(20, 30) : draw.between(1, 5);
        for (int i = 0; i < count; i++)
        {
            list.append(i > 0 ? ", " : "")
                .append(draw.once(12) ? column(near(family)) : draw.once(20) ? "NULL" : literals.of(near(family)));
        }
        return "(" + list + "))";
    }

    private String like(final int depth)
    {
        final String subject = of(Family.TEXT, depth);
        final String not = draw.once(4) ? " NOT LIKE " : " LIKE ";
        if (draw.once(6))
        {
            return "(" + subject + not + of(Family.TEXT, 0) + ")";
        }
        final StringBuilder pattern = new StringBuilder();
        final String escape = draw.once(2) ? "" : draw.of("!", "\\", "a");
        final int count = draw.between(0, 5);
        for (int i = 0; i < count; i++)
        {
            pattern.append(switch (draw.below(5))
            {
                case 0 -> "%";
                case 1 -> "_";
                case 2 -> escape.isEmpty() ? "%" : escape + draw.of("%", "_", escape);
                default -> draw.of("a", "b", "e", "lo", "x", "ü", "日", "😀", "1", ".", "-", " ", "A");
            });
        }
        return "(" + subject + not + "'" + pattern + "'" + (escape.isEmpty() ? "" : " ESCAPE '" + escape + "'") + ")";
    }

    private String integer(final int depth)
    {
        final int below = depth - 1;
        return switch (draw.below(16))
        {
            case 12 -> draw.of("LOCATE(" + of(Family.TEXT, 0) + ", " + of(Family.TEXT, below) + ")",
                "INSTR(" + of(Family.TEXT, below) + ", " + of(Family.TEXT, 0) + draw.of(")", ", -1)", ", 2, 2)"),
                "ASCII(" + of(Family.TEXT, below) + ")");
            case 13 -> "TIMESTAMPDIFF(" + draw.of(UNITS) + ", " + of(draw.from(POINTS), below) + ", " +
                of(draw.from(POINTS), 0) + ")";
            case 14 -> draw.of("GREATEST", "LEAST") + "(" + of(Family.INT, below) + ", " + of(Family.INT, 0) + ")";
            case 15 -> draw.of("SIGN(CAST(" + of(Family.INT, below) + " AS BIGINT))",
                "TRUNCATE(CAST(" + of(Family.INT, below) + " AS INT), " + draw.between(-4, 2) + ")",
                "UNIX_TIMESTAMP(" + of(Family.TEXT, below) + ")");
            case 0, 1, 2 -> "(" + of(Family.INT, below) + draw.of(" + ", " - ", " * ") + of(Family.INT, below) + ")";
            case 3 -> divided(of(Family.INT, below), draw.of(" / ", " % "), Family.INT);
            case 4 -> mayFail ? "MOD(" + of(Family.INT, below) + ", " + of(Family.INT, 0) + ")" :
                "MOD(" + of(Family.INT, below) + ", " + draw.between(1, 1000) + ")";
            case 5 -> draw.of("ABS", "FLOOR", "CEIL", "-", "+", "ROUND") + "(" + of(Family.INT, below) + ")";
            case 6 -> "CHAR_LENGTH(" + of(Family.TEXT, below) + ")";
            case 7 -> "POSITION(" + of(Family.TEXT, 0) + " IN " + of(Family.TEXT, below) + ")";
            case 8 -> "EXTRACT(" + draw.of("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DOY", "DOW", "HOUR", "MINUTE",
                "SECOND", "ISODOW", "ISOYEAR", "EPOCH", "MILLISECOND", "DECADE", "CENTURY") + " FROM " +
                of(Family.TIME, below) + ")";
            case 9 -> draw.of("YEAR", "QUARTER", "MONTH", "WEEK", "DAYOFYEAR", "DAYOFMONTH", "DAYOFWEEK", "HOUR",
                "MINUTE", "SECOND") + "(" + of(Family.TIME, below) + ")";
            case 10 -> "EXTRACT(" + draw.of("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DOY", "DOW") + " FROM " +
                of(Family.DATE, below) + ")";
            default -> castTo(Family.INT, below);
        };
    }

    /** For what is multiplied with an interval: times stay within the years that have four digits, mostly. */
    private String smallInteger()
    {
        return switch (draw.below(3))
        {
            case 0 -> columns.getOrDefault(Family.INT, List.of()).contains("ti") ? "ti" : "2";
            case 1 -> "CHAR_LENGTH(" + column(Family.TEXT) + ")";
            default -> Integer.toString(draw.between(-9, 9));
        };
    }

    private String divided(final String left, final String operator, final Family family)
    {
        return "(" + left + operator + (mayFail && draw.once(2) ? of(family, 0) : nonZero(family)) + ")";
    }

    private String nonZero(final Family family)
    {
        return switch (family)
        {
            case DEC -> draw.of("3.0", "0.7", "-1.25", "12345.678", "0.001", "7.00");
            case REAL -> draw.of("2e0", "3e-1", "-7.5e1");
            default -> draw.of("1", "2", "3", "7", "10", "-1", "-4", "1000", "86400", "10000000000");
        };
    }

    private String decimal(final int depth)
    {
        final int below = depth - 1;
        return switch (draw.below(10))
        {
            case 9 -> draw.of("SIGN(" + of(Family.DEC, below) + ")",
                "TRUNCATE(" + of(Family.DEC, below) + ", " + draw.between(-4, 12) + ")");
            case 0, 1 -> "(" + of(near(Family.DEC), below) + draw.of(" + ", " - ", " * ") + of(Family.DEC, below) + ")";
            case 2 -> "(" + of(Family.DEC, below) + draw.of(" + ", " - ", " * ") + of(Family.INT, below) + ")";
            case 3 -> divided(of(Family.DEC, below), draw.of(" / ", " / ", " % "),
                draw.once(2) ? Family.INT : Family.DEC);
            case 4 -> draw.of("ABS", "FLOOR", "CEIL", "-", "ROUND") + "(" + of(Family.DEC, below) + ")";
            case 5 -> "ROUND(" + of(Family.DEC, below) + ", " + draw.between(-4, 12) + ")";
            case 6 -> castTo(Family.DEC, below);
            case 7 -> "CAST(" + of(Family.DEC, below) + " AS " + typeOf(Family.DEC) + ")";
            default -> "MOD(" + of(Family.DEC, below) + ", " + nonZero(draw.once(2) ? Family.INT : Family.DEC) + ")";
        };
    }

    private String real(final int depth)
    {
        final int below = depth - 1;
        return switch (draw.below(10))
        {
            case 8 -> draw.of("SQRT", "EXP", "LN", "LOG10", "LOG2", "SIN", "COS", "TAN", "ATAN", "TANH", "DEGREES",
                "RADIANS", "SIGN") + "(" + of(Family.REAL, below) + ")";
            case 9 -> draw.of("POWER", "LOG", "GREATEST", "LEAST") + "(" + of(Family.REAL, below) + ", " +
                of(Family.REAL, 0) + ")";
            case 0, 1 -> "(" + of(near(Family.REAL), below) + draw.of(" + ", " - ", " * ", " / ") +
                of(Family.REAL, below) + ")";
            case 2 -> "(" + of(Family.REAL, below) + draw.of(" + ", " - ", " * ") + of(near(Family.REAL), below) + ")";
            case 3 -> draw.of("ABS", "FLOOR", "CEIL", "-", "ROUND") + "(" + of(Family.REAL, below) + ")";
            case 4 -> "ROUND(" + of(Family.REAL, below) + ", " + draw.between(-4, 12) + ")";
            case 5 -> divided(of(Family.REAL, below), " / ", draw.once(2) ? Family.INT : Family.DEC);
            default -> castTo(Family.REAL, below);
        };
    }

    private String text(final int depth)
    {
        final int below = depth - 1;
        final String text = of(Family.TEXT, below);
        return switch (draw.below(20))
        {
            case 14 -> draw.of("LEFT", "RIGHT", "REPEAT") + "(" + text + ", " + draw.between(-1, 4) + ")";
            case 15 -> draw.of("LPAD", "RPAD") + "(" + text + ", " + draw.between(-1, 12) + ", " +
                of(Family.TEXT, 0) + ")";
            case 16 -> draw.of("REVERSE", "INITCAP", "HEX", "MD5", "SHA1") + "(" + text + ")";
            case 17 -> draw.of("CONCAT_WS(" + of(Family.TEXT, 0) + ", " + text + ", " + of(Family.TEXT, below) + ")",
                "OVERLAY(" + text + " PLACING " + of(Family.TEXT, 0) + " FROM " + draw.between(-1, 9) + ")",
                "TRANSLATE(" + text + ", " + of(Family.TEXT, 0) + ", " + of(Family.TEXT, 0) + ")");
            case 18 -> draw.of("REGEXP_EXTRACT(" + text + ", '([a-z]+)([^a-z]?)', " + draw.between(0, 2) + ")",
                "REGEXP_REPLACE(" + text + ", '" + draw.of("[aeiou]", "l+", "[^ -~]", "^.", "x*") + "', " +
                of(Family.TEXT, 0) + ")");
            case 19 -> draw.of("BIN(" + of(Family.INT, below) + ")", "HEX(" + of(Family.INT, below) + ")",
                "FROM_UNIXTIME(" + of(Family.INT, below) + draw.of(")", ", 'yyyy-MM-dd')"),
                "GREATEST(" + text + ", " + of(Family.TEXT, 0) + ")");
            case 0 -> "(" + text + " || " + of(Family.TEXT, below) + ")";
            case 1 -> "CONCAT(" + text + ", " + of(Family.TEXT, 0) + (draw.once(2) ? ")" : ", '-')");
            case 2 -> draw.of("UPPER", "LOWER", "TRIM", "LTRIM", "RTRIM", "BTRIM") + "(" + text + ")";
            case 3 -> "TRIM(" + draw.of("BOTH ", "LEADING ", "TRAILING ") + of(Family.TEXT, 0) + " FROM " + text + ")";
            case 4 -> "SUBSTRING(" + text + " FROM " + draw.between(-4, 6) +
                (draw.once(2) ? ")" : " FOR " + draw.between(0, 5) + ")");
            case 5 -> "SUBSTRING(" + text + ", " + draw.of("CHAR_LENGTH(" + column(Family.TEXT) + ")",
                "CAST(" + of(Family.INT, 0) + " AS INT)") + (draw.once(2) ? ")" : ", " + draw.between(0, 4) + ")");
            case 6 -> "REPLACE(" + text + ", " + (draw.once(5) ? column(Family.TEXT) :
                draw.of("'a'", "'l'", "'-'", "'lo'", "' '", "'é'")) + ", " +
                of(Family.TEXT, 0) + ")";
            case 7 -> "SPLIT_INDEX(" + text + ", " + draw.of("','", "' '", "'-'", "'/'", "'l'", "'ab'", "45") +
                ", " + draw.between(-1, 3) + ")";
            case 8 -> "DATE_FORMAT(" + of(Family.TIME, below) + ", '" + literals.pattern() + "')";
            case 9, 10 -> castTo(Family.TEXT, below);
            case 11 -> draw.of("LTRIM", "RTRIM", "BTRIM") + "(" + text + ", " + of(Family.TEXT, 0) + ")";
            case 12 -> "(" + text + " || " +
                of(mayFail ? FAMILIES[draw.below(FAMILIES.length)] : Family.TEXT, below) + ")";
            default -> draw.of("UPPER", "LOWER") + "(" + text + ")";
        };
    }

    private String date(final int depth)
    {
        final int below = depth - 1;
        return switch (draw.below(7))
        {
            case 5 -> "TO_DATE(" + of(Family.TEXT, below) + draw.of(")", ", 'yyyy-MM-dd')");
            case 6 -> draw.of("GREATEST", "LEAST") + "(" + of(Family.DATE, below) + ", " + of(Family.DATE, 0) + ")";
            case 0 -> "(" + of(Family.DATE, below) + draw.of(" + ", " - ") + literals.dayInterval() + ")";
            case 1 -> draw.of("FLOOR", "CEIL") + "(" + of(Family.DATE, below) + " TO " +
                draw.of("YEAR", "QUARTER", "MONTH", "WEEK", "DAY") + ")";
            case 2 -> "CAST(" + of(Family.TIME, below) + " AS DATE)";
            default -> castTo(Family.DATE, below);
        };
    }

    private String time(final int depth)
    {
        final int below = depth - 1;
        return switch (draw.below(10))
        {
            case 8 -> "TIMESTAMPADD(" + draw.of(UNITS) + ", " + smallInteger() + ", " + of(Family.TIME, below) + ")";
            case 9 -> draw.of("GREATEST", "LEAST") + "(" + of(Family.TIME, below) + ", " + of(Family.TIME, 0) + ")";
            case 0, 1 -> "(" + of(Family.TIME, below) + draw.of(" + ", " - ") + literals.interval() + ")";
            case 2 -> draw.of("FLOOR", "CEIL") + "(" + of(Family.TIME, below) + " TO " + draw.of(UNITS) + ")";
            case 3 -> "TO_TIMESTAMP(" + of(Family.TEXT, below) + ")";
            case 4 -> "TO_TIMESTAMP(" + (draw.once(2) ? of(Family.TEXT, below) : literals.formatted()) + ", '" +
                literals.pattern() + "')";
            case 5 -> "(" + of(Family.TIME, below) + draw.of(" + ", " - ") + smallInteger() + " * " +
                literals.interval() + ")";
            case 6 -> "CAST(" + of(Family.TIME, below) + " AS " + typeOf(Family.TIME) + ")";
            default -> castTo(Family.TIME, below);
        };
    }
}
