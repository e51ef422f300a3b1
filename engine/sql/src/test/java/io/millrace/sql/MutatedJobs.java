package io.millrace.sql;

import io.millrace.sql.function.Functions;
import io.millrace.sql.validate.OperatorTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Jobs with words and characters deleted, doubled, swapped, replaced, called as functions, and with pieces of other
 * jobs put in. Half of them are jobs of the corpus, half ask a few of the expressions that Flink was asked. A text
 * depends on its seed alone.
 */
final class MutatedJobs
{
    private static final String[] WORDS = {"SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "LIMIT 1", "(", ")", ",",
        ";", ".", "*", "+", "||", "[1]", "'", "`", "--", "/*", "*/", "/*+ OPTIONS('path'='x') */", "TUMBLE", "HOP",
        "TABLE", "DESCRIPTOR", "INTERVAL", "HOUR", "MONTH", "SECOND(3)", "AS", "ROW", "<", ">", "=", "<>", "IS",
        "UNION", "UNION ALL", "INTERSECT", "DISTINCT", "CASE", "WHEN", "THEN", "ELSE", "END", "AND", "OR", "\u0000",
        "\uD83D\uDE00", "é", "IN", "NOT", "EXISTS", "BETWEEN", "SYMMETRIC", "LIKE", "ESCAPE", "OVER", "JOIN",
        "LATERAL", "UNNEST", "VALUES", "WITH", "LIKE t", "INSERT INTO", "CREATE VIEW", "CREATE TEMPORARY VIEW",
        "CREATE TABLE", "DROP TABLE", "SET", "EXECUTE STATEMENT SET BEGIN", "WATERMARK FOR", "PRIMARY KEY",
        "NOT ENFORCED", "METADATA", "PARTITIONED BY", "FILTER (WHERE", "FILTER", "HAVING", "GROUPING SETS", "DATE",
        "DECIMAL(99,3)", "DECIMAL(10, 2)", "TIMESTAMP(3)", "TIMESTAMP_LTZ(3)", "VARCHAR(5)", "CHAR(0)", "BYTES",
        "BOOLEAN", "BIGINT", "DOUBLE", "ARRAY<INT>", "ROW<a INT, b STRING>", "?", "$", "=>"};
    /** What may stand for a value. */
    private static final String[] TERMS = {"NULL", "TRUE", "UNKNOWN", "0", "-1", "1.5", "1e400",
        "99999999999999999999999", "''", "'x'", "payload", "payload.page_url", "$f0", "EXPR$0", "user_events",
        "nexmark", "t", "t.*", "*", "r", "r.n.x", "r.n", "ts", "window_start", "window_time",
        "TUMBLE_START(ts, INTERVAL '1' HOUR)", "TUMBLE_END(ts, INTERVAL '1' DAY)", "TUMBLE_ROWTIME(ts, s)",
        "TUMBLE(ts, INTERVAL '1' HOUR)", "HOP(ts, i, i)", "COUNT(*)", "COUNT(DISTINCT s)", "SUM(i)", "SUM(s)",
        "AVG(d10)", "MIN(r)", "MAX(ts)", "SUM(i) FILTER (WHERE b)", "SUM(i) OVER (PARTITION BY s ORDER BY ts)",
        "DATE '2024-13-45'", "DATE '2024-02-29'", "TIMESTAMP '2024-02-29 12:00:00'", "TIME '12:00:00'",
        "INTERVAL '1' DAY", "INTERVAL '1-2' YEAR TO MONTH", "INTERVAL '99999' SECOND(2)", "INTERVAL 'x' HOUR",
        "CAST(i AS ROW<a INT>)", "CAST(NULL AS BYTES)", "TRY_CAST(s AS INTERVAL DAY)", "CAST(dt AS TIMESTAMP_LTZ(3))",
        "ARRAY[1]", "MAP['a', 1]", "ROW(1, 'a')", "(1, 2)", "(SELECT 1)", "(SELECT * FROM t)", "EXISTS (SELECT 1)",
        "i IN (SELECT i FROM t)", "i IN ()", "(i, s) IN ((1, 'a'))", "CURRENT_TIMESTAMP", "PROCTIME()", "?",
        "{d '2024-01-01'}", "U&'\\0041'", "X'41'", "_UTF16'a'", "N'a'", "'a' 'b'", "DESCRIPTOR(ts)", "TABLE t",
        "DEFAULT", "CASE WHEN b THEN 1 END", "CASE i WHEN s THEN b ELSE r END", "s LIKE s2 ESCAPE s", "NOT i", "- s",
        "b AND i", "(r = r)", "i => 1", "i IS TRUE", "CAST(i AS x)", "t.t.i",
        "`default_catalog`.`default_database`.t"};
    private static final String[] OPERATORS = {"=", "<>", "<", ">=", "+", "-", "*", "/", "%", "||", "AND", "OR", "LIKE",
        "SIMILAR TO", "IS DISTINCT FROM", "IS NOT DISTINCT FROM", "NOT BETWEEN 1 AND", "IN (1, NULL) = ", "OVERLAPS",
        "MEMBER OF", "."};
    /** Of the expressions' table. */
    private static final String ASKED = "CREATE TABLE t (" + FlinkOutcomesFixture.columns() +
        ", ts AS TO_TIMESTAMP(sts), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)\n" +
        "  WITH ('connector'='stdin', 'format'='json');\nCREATE TABLE o (";
    private static final List<String> ENDS = List.of(" FROM t", " FROM t WHERE b", " FROM (SELECT * FROM t)",
        " FROM t GROUP BY TUMBLE(ts, INTERVAL '1' HOUR), s HAVING COUNT(*) > 1",
        " FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' HOUR)) GROUP BY window_start, window_end, i",
        " FROM t UNION ALL SELECT s FROM t", "");
    private static final Pattern QUERIES =
        Pattern.compile("^(CREATE (TEMPORARY )?VIEW|INSERT INTO|EXECUTE)",
            Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    private static final Pattern VALUE = Pattern.compile("[a-z_]\\w*|\\d+");
    /** Behind these a value is due. */
    private static final Set<String> BEFORE_VALUES = Set.of("(", ",", "SELECT", "WHERE", "AND", "OR", "NOT", "CASE",
        "WHEN", "THEN", "ELSE", "BY", "HAVING", "BETWEEN", "=", "<", ">", "+", "-", "*", "/", "|", "DISTINCT");
    private static final int MOST_EXPRESSIONS = 3;

    private final List<String> jobs = CorpusJobsTest.jobs();
    private final List<String> expressions = new ArrayList<>();
    private final List<String> types = new ArrayList<>();
    private final List<String> functions =
        List.copyOf(new OperatorTable(Functions.operators()).functionNames());

    MutatedJobs()
    {
        for (final String line : FlinkOutcomesFixture.lines("functions.tsv"))
        {
            final String[] fields = line.split("\t", 3);
            if (!line.startsWith("#"))
            {
                expressions.add(fields[0]);
                types.add(fields[1].contains("REFUSED") ? "STRING" : fields[1].replace(" NOT NULL", ""));
            }
        }
    }

    String text(final long seed)
    {
        final Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        final String job = job(random);
        // Most are spared in the declarations: with a table that is wrong no query over it is looked at.
        final Matcher queries = QUERIES.matcher(job);
        final int query = random.nextInt(4) > 0 && queries.find() ? queries.start() : 0;
        final List<String> words = words(job.substring(query));
        final boolean isValues = random.nextBoolean();
        for (int edits = 1 + random.nextInt(4); edits > 0; edits--)
        {
            edit(words, isValues, random);
        }
        final StringBuilder text = new StringBuilder(job.substring(0, query)).append(String.join("", words));
        for (int edits = random.nextInt(8) == 0 ? 1 + random.nextInt(3) : 0; edits > 0 && !text.isEmpty(); edits--)
        {
            final int at = random.nextInt(text.length());
            switch (random.nextInt(3))
            {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, (char)random.nextInt(random.nextBoolean() ? 128 : 1 << 16));
                default -> text.setCharAt(at, text.charAt(random.nextInt(text.length())));
            }
        }
        return text.toString();
    }

    private static List<String> words(final String text)
    {
        return new ArrayList<>(List.of(text.split("(?<=\\W)|(?=\\W)")));
    }

    private String job(final Random random)
    {
        if (random.nextBoolean())
        {
            return any(jobs, random);
        }
        final StringBuilder columns = new StringBuilder();
        final StringBuilder select = new StringBuilder();
        for (int i = random.nextInt(MOST_EXPRESSIONS); i >= 0; i--)
        {
            final int asked = random.nextInt(expressions.size());
            columns.append('c').append(i).append(' ').append(types.get(asked)).append(i == 0 ? "" : ", ");
            select.append(expressions.get(asked)).append(i == 0 ? "" : ", ");
        }
        return ASKED + columns + ") WITH ('connector'='print');\nINSERT INTO o SELECT " + select +
            (random.nextBoolean() ? " FROM t" : any(ENDS, random)) + ';';
    }

    private void edit(final List<String> words, final boolean isValue, final Random random)
    {
        final int at = random.nextInt(words.size());
        switch (isValue ? 8 : random.nextInt(12))
        {
            case 0 -> words.set(at, "");
            case 1 -> words.add(at, words.get(at));
            case 2 -> words.set(at, any(words, random));
            case 3 -> words.add(at, " " + any(WORDS, random) + " ");
            case 4 -> words.set(at, any(WORDS, random));
            case 5 ->
            {
                final List<String> other = words(any(jobs, random));
                final int from = random.nextInt(other.size());
                words.addAll(at, other.subList(from, Math.min(other.size(), from + 1 + random.nextInt(20))));
            }
            case 6 -> words.subList(at, Math.min(words.size() - 1, at + random.nextInt(8))).clear();
            case 7 ->
            {
                final int other = random.nextInt(words.size());
                final String word = words.get(at);
                words.set(at, words.get(other));
                words.set(other, word);
            }
            default -> value(words, random);
        }
    }

    /** Another value in place of a name or a number: most such texts are still SQL. */
    private void value(final List<String> words, final Random random)
    {
        final int first = random.nextInt(words.size());
        for (int i = 0; i < words.size(); i++)
        {
            final int at = (first + i) % words.size();
            if (VALUE.matcher(words.get(at)).matches() && isDue(words, at))
            {
                words.set(at, value(words.get(at), random));
                return;
            }
        }
    }

    private static boolean isDue(final List<String> words, final int at)
    {
        int before = at - 1;
        while (before >= 0 && words.get(before).isBlank())
        {
            before--;
        }
        return before >= 0 && BEFORE_VALUES.contains(words.get(before).toUpperCase(Locale.ROOT));
    }

    private String value(final String value, final Random random)
    {
        return switch (random.nextInt(4))
        {
            case 0 -> any(TERMS, random);
            case 1 -> "(" + any(expressions, random) + ")";
            case 2 -> "(" + value + " " + any(OPERATORS, random) + " " + any(TERMS, random) + ")";
            default -> any(functions, random) + "(" + value +
                (random.nextBoolean() ? "" : ", " + any(TERMS, random)) + ")";
        };
    }

    private static String any(final String[] choices, final Random random)
    {
        return choices[random.nextInt(choices.length)];
    }

    private static String any(final List<String> choices, final Random random)
    {
        return choices.get(random.nextInt(choices.size()));
    }
}
