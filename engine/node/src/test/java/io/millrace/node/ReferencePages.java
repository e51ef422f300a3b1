package io.millrace.node;

import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.connector.Format;
import io.millrace.engine.connector.Option;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.setting.Setting;
import io.millrace.engine.setting.Settings;
import io.millrace.sql.function.Declaration;
import io.millrace.sql.function.Functions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The pages of docs/reference, from what the code declares; only their frames are written by hand. */
final class ReferencePages
{
    private static final String MADE = "<!-- Made from the code's declarations by ReferenceTest; don't edit. -->\n";
    private static final String STATEMENTS = """
        # SQL

        Flink SQL. What is not here is refused with its line and column; where an answer is not Flink's:
        [differences.md](differences.md). Settings, and options of tables: [settings.md](settings.md).

        ## Statements
        | statement | notes |
        |---|---|
        | `CREATE [TEMPORARY] TABLE [IF NOT EXISTS] t (…) WITH ('key'='value', …)` | columns, computed columns \
        (`name AS expression`), nested `ROW<…>`, `WATERMARK FOR column AS expression` |
        | `CREATE TABLE t [(…)] [WITH (…)] LIKE s [(INCLUDING …)]` | with what `s` has; of `CONSTRAINTS`, \
        `GENERATED`, `WATERMARKS` and `OPTIONS` what `INCLUDING`, `EXCLUDING` and `OVERWRITING` say: without them all, \
        and options are overwritten |
        | `CREATE [TEMPORARY] VIEW [IF NOT EXISTS] v [(columns)] AS query` | |
        | `DROP TABLE [IF EXISTS] t`, `DROP VIEW [IF EXISTS] v` | statements before it keep what they use |
        | `SET 'key' = 'value'` | holds for the whole job; `--set` wins over it |
        | `INSERT INTO t [(columns)] query` | several read a shared source once |
        | `INSERT INTO t [(columns)] VALUES (…), (…)` | rows are data, of a table that is called `VALUES` where no \
        other is |
        | `EXECUTE STATEMENT SET BEGIN INSERT …; INSERT …; END` | likewise |

        All tables are in `default_catalog.default_database`: names may say so, as may `USE`. Behind the name of a
        table, `/*+ OPTIONS('key'='value', …) */` gives it other options for one statement, in the FROM of a query as
        behind INSERT INTO; what `-e` says wins over it, and one job uses a table with one set of options only.

        ## Queries
        `SELECT … FROM … WHERE …`, subqueries, `WITH`, `UNION ALL`, `VALUES`, `SELECT …` without FROM. Aggregation is
        by tumbling window: the group window `GROUP BY TUMBLE(time, INTERVAL …), keys` with `TUMBLE_START`,
        `TUMBLE_END` and `TUMBLE_ROWTIME`, or the table function
        `TABLE(TUMBLE(TABLE t, DESCRIPTOR(time), INTERVAL … [, offset]))`, where a query in parentheses may stand for
        `TABLE t`, grouped by `window_start, window_end` and keys. There may be no key, one or many, of any type.
        Aggregates: `COUNT(*)`, `COUNT`, `SUM`, `MIN`, `MAX`, `AVG`, each with or without `DISTINCT` and
        `FILTER (WHERE …)`; `HAVING`.

        ## Types
        | type | range |
        |---|---|
        | `BOOLEAN` | |
        | `TINYINT`, `SMALLINT`, `INT`, `BIGINT` | 1, 2, 4, 8 bytes; they wrap when they overflow |
        | `FLOAT`, `DOUBLE` | IEEE 754 |
        | `DECIMAL(p, s)` | to 38 digits, with Flink's result types; NULL when it overflows |
        | `STRING`, `VARCHAR(n)`, `CHAR(n)` | UTF-8 |
        | `DATE`, `TIMESTAMP(0…9)` | without a zone |
        | `INTERVAL` | in expressions, not in tables |
        | `ROW<…>` | of columns; its fields are read as `a.b`; made by `ROW(a, b)` or `(a, b)`, cast field by field |

        `CAST` and `TRY_CAST` go between all of them as in Flink: `CAST` of text that does not parse fails the row, \
        which goes to the dead-letter table; `TRY_CAST` gives NULL.

        ## Functions and operators
        Also `CASE`, `IN`, `BETWEEN`, and what the validator writes in terms of those below. None allocates per row, \
        except where the last column says so.

        | name | also | meaning | allocates |
        |---|---|---|---|
        """;

    private ReferencePages()
    {
    }

    /** Every page by its file name. */
    static Map<String, String> all(final Path root) throws IOException
    {
        final Map<String, String> pages = new TreeMap<>();
        pages.put("sql.md", sql());
        pages.put("settings.md", settings());
        pages.put("differences.md", differences(root));
        return pages;
    }

    private static String sql()
    {
        final StringBuilder page = new StringBuilder(MADE).append(STATEMENTS);
        for (final Declaration declaration : Functions.all())
        {
            final List<String> aliases = new ArrayList<>();
            for (final var operator : declaration.operators())
            {
                if (!operator.getName().equals(declaration.name()) && !aliases.contains(code(operator.getName())))
                {
                    aliases.add(code(operator.getName()));
                }
            }
            row(page, code(declaration.name()), String.join(", ", aliases), declaration.doc(),
                declaration.mayAllocate() == null ? "" : declaration.mayAllocate());
        }
        page.append("\nCasts that allocate:\n");
        Functions.ALLOCATING_CASTS.forEach(cast -> page.append("- ").append(cast).append('\n'));
        return page.toString();
    }

    private static String settings()
    {
        final StringBuilder page = new StringBuilder(MADE).append("""
            # Settings and options

            ## Settings
            `SET 'key' = 'value'` in the job, or `--set key=value`, which wins. `millrace config` lists the same.

            | key | default | values | meaning |
            |---|---|---|---|
            """);
        for (final Setting setting : Settings.all())
        {
            row(page, "`" + setting.key() + "`", setting.defaultText(), setting.bounds(), setting.description());
        }
        page.append("\nFlink's settings that are accepted and have no effect here: ")
            .append(String.join(", ", Settings.withoutEffect().stream().map(ReferencePages::code).toList()))
            .append(".\n\n## Options of tables\nIn `WITH`, or `-e TABLE.option=value`, which wins. ")
            .append("`#` stands for a column.\n");
        final ConnectorCatalogue catalogue = ConnectorCatalogue.load();
        page.append("\n### every table that is written\n");
        options(page, "Whatever the connector", Sink.OPTIONS);
        for (final Connector connector : catalogue.connectors())
        {
            page.append("\n### connector `").append(connector.name()).append("`\n");
            options(page, "Read", connector.sourceOptions());
            options(page, "Written", connector.sinkOptions());
        }
        for (final Format format : catalogue.formats())
        {
            page.append("\n### format `").append(format.name()).append("`\n");
            options(page, "Options", format.options());
        }
        return page.toString();
    }

    private static void options(final StringBuilder page, final String what, final @Nullable List<Option> options)
    {
        if (options == null)
        {
            return;
        }
        page.append(what).append(options.isEmpty() ? ": no options of its own.\n" : ":\n\n");
        if (!options.isEmpty())
        {
            page.append("| option | required | meaning |\n|---|---|---|\n");
            options.forEach(
                o -> row(page, "`" + o.key() + "`", o.isRequired() ? "yes" : "", o.description()));
            page.append('\n');
        }
    }

    private static String differences(final Path root) throws IOException
    {
        final StringBuilder page = new StringBuilder(MADE).append("""
            # Where an answer is not Flink's

            Kept by tests that fail when a line is no longer true. The judge is Flink 2.3.0.

            ## Queries
            - A sum of `FLOAT` or `DOUBLE` depends on the order of its rows. Ours is the order of reading, whatever \
            the number of shards; Flink's window table functions add sums of parts, so that the last digit may differ.
            - So does a sum of distinct values where it rounds or overflows: there Flink adds in the order of a hash
              map.
            - An `AVG` of integers or `FLOAT` beside `COUNT` and `SUM` of the same may be the one divided by the
              other in Flink, so that it has wrapped, or rounded, where that `SUM` has; ours is the average whatever
              stands beside it.
            - `0.0` and `-0.0` are equal, but where `<`, `>`, `BETWEEN` and their like stand beside a `DECIMAL`: there
              `-0.0` is before it, and `NaN` behind all. Flink tells them apart in an `IN` of several `DECIMAL`s too.
            - Rows with times before 1970 never raise the watermark in Flink, which begins it at 0; so here.
            - A `UNION ALL` or a `WITH` inside `TUMBLE(…)` is what it says; Flink plans its first table alone, without
              its WHERE.
            - A ROW that is cast has its fields' new types; Flink leaves a time's further digits in it.
            - Both sides of a `UNION ALL` see the watermark of the one source that they read; in Flink each carries its
              own over the network, so that which rows are late for a window behind it depends on how they are buffered.
            - A record's time is cut to the digits of its column; Flink hands further ones on until a row is serialised.
            - A record without a text in a column declared `NOT NULL` is dead; Flink reads an empty text.
            - Flink stops reading a record once as many fields have come as the table has columns, repeated ones
              counted; here the last of a repeated key counts, wherever it stands.
            - An object where a column is a number or a time is passed over whole; Flink reads on inside it.
            - Records are read as with `'json.decode.json-parser.enabled'='true'`, Flink's default. With `false` Flink
              has no DECIMAL of a text with blanks around it, and a number as text is spelled another way (`1E+2`).

            ## Functions and casts
            Asked of Flink expression by expression.

            | what differs | where |
            |---|---|
            """);
        final Map<String, List<String>> reasons = new LinkedHashMap<>();
        for (final String line : Files.readAllLines(
            root.resolve("engine/sql/src/test/resources/flink/differences.tsv")))
        {
            final int tab = line.indexOf('\t');
            if (tab > 0 && !line.startsWith("#"))
            {
                reasons.computeIfAbsent(line.substring(tab + 1), reason -> new ArrayList<>())
                    .add(code(line.substring(0, tab)));
            }
        }
        reasons.forEach((reason, expressions) -> row(page, reason, String.join(", ", expressions)));
        page.append("""

            ## Records of JSON
            | ours | a record, and the type that it was read as |
            |---|---|
            """);
        final Map<String, List<String>> records = new LinkedHashMap<>();
        for (final String line : Files.readAllLines(
            root.resolve("codecs/src/test/resources/json/flink-coercions.tsv")))
        {
            final String[] cells = line.split("\t", -1);
            if (cells.length == 7)
            {
                final List<String> examples = records.computeIfAbsent(cells[6], reason -> new ArrayList<>());
                if (examples.isEmpty())
                {
                    examples.add(code(cells[3]) + " as " + code(cells[0]));
                }
            }
        }
        records.forEach((reason, examples) -> row(page, reason, examples.get(0)));
        return page.toString();
    }

    private static String code(final String text)
    {
        return "`" + text + "`";
    }

    private static void row(final StringBuilder page, final String... cells)
    {
        for (final String cell : cells)
        {
            page.append("| ").append(cell.replace("|", "\\|")).append(' ');
        }
        page.append("|\n");
    }
}
