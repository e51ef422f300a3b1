package io.millrace.sql;

import io.millrace.sql.logical.Compilation;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticRenderer;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiagnosticsTest
{
    private static final String TABLES = """
        CREATE TABLE e (k STRING, n INT, l BIGINT, d DECIMAL(10, 2), b BOOLEAN, ts TIMESTAMP(3), at6 TIMESTAMP(6),
          payload ROW<page_url STRING, size INT>, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
          WITH ('connector' = 'filesystem', 'path' = 'in', 'format' = 'json');
        CREATE TABLE o (k STRING, n BIGINT) WITH ('connector' = 'print');
        """;

    /** The findings as {@code CODE:line:column message (hint)}, lines counted behind the tables' DDL. */
    private static List<String> findings(final String sql)
    {
        final List<Diagnostic> found = ConnectorsFixture.frontEnd().compile(TABLES + sql, Map.of()).diagnostics();
        final long offset = TABLES.lines().count();
        return found.stream().map(d -> d.code().code() + ":" + (d.line() - offset) + ":" + d.column() + " " +
            d.message() + (d.hint() == null ? "" : " (" + d.hint() + ")")).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        SELECT kk, n FROM e                                  | SQL003:1:22 | did you mean 'k'?
        SELECT payload.page_ur, n FROM e                     | SQL003:1:22 | did you mean 'payload.page_url'?
        SELECT k, n FROM ee                                  | SQL004:1:32 | did you mean 'e'?
        SELECT UPER(k), n FROM e                             | SQL005:1:22 | did you mean 'UPPER'?
        SELECT SOUNDEX(k), n FROM e                          | SQL005:1:22 | there is no function SOUNDEX
        SELECT UUID(), n FROM e                              | SQL002:1:22 | the function UUID: valid Flink SQL
        SELECT k, TIMESTAMPADD(MICROSECOND, 1, ts) FROM e    | SQL002:1:25 | TIMESTAMPADD by MICROSECOND
        SELECT ATAN2(1, 2.5), n FROM e                       | SQL006:1:22 | Cannot apply 'ATAN2'
        SELECT k, GREATEST(n, NULL) FROM e                   | SQL006:1:25 | Cannot apply 'GREATEST'
        SELECT k, UNIX_TIMESTAMP() FROM e                    | SQL007:1:25 | Invalid number of arguments
        SELECT k, n FROM e WHERE k = 1                       | SQL006:1:40 | between STRING and INT
        SELECT k, n FROM e WHERE n = 'a'                     | SQL006:1:40 | between INT and CHAR
        SELECT k + 1, n FROM e                               | SQL006:1:22 | Cannot apply '+'
        SELECT n, n FROM e                                   | SQL010:1:22 | column 'k' of 'o'
        SELECT k, d / 2.5e0 FROM e                           | SQL010:1:25 | column 'n' of 'o'
        SELECT k FROM e                                      | SQL009:1:13 | the query has 1 column,
        SELECT payload, n FROM e                             | SQL010:1:22 | column 'k' of 'o'
        SELECT k, n FRM e                                    | SQL001:1:27 | did you mean FROM instead of 'FRM'
        SELECT k, COUNT(*) FROM e GROUP BY k                 | SQL002:1:50 | GROUP BY without a window
        SELECT k, n FROM e ORDER BY k                        | SQL002:1:34 | ORDER BY
        SELECT k, n FROM e LIMIT 3                           | SQL002:1:40 | LIMIT
        SELECT k, n FROM e JOIN o ON e.k = o.k               | SQL002:1:34 | JOIN
        SELECT k, n FROM e WHERE k IN (SELECT k FROM o)      | SQL002:1:40 | IN (sub-query)
        SELECT k, n FROM e UNION SELECT k, n FROM o          | SQL002:1:15 | UNION
        SELECT k, SUM(n) OVER (ORDER BY ts) FROM e           | SQL002:1:25 | OVER
        SELECT k, CARDINALITY(ARRAY[n]) FROM e               | SQL002:1:25 | CARDINALITY
        SELECT CAST(n AS ARRAY<INT>), n FROM e               | SQL002:1:22 | the type ARRAY<INTEGER>
        SELECT CAST(CAST(n AS BYTES) AS STRING), n FROM e    | SQL002:1:27 | the type BYTES
        SELECT CAST(ts AS TIME), n FROM e                    | SQL002:1:22 | the type TIME
        SELECT DATE_FORMAT(TO_TIMESTAMP_LTZ(k), 'y'), n FROM e | SQL002:1:13 | TO_TIMESTAMP_LTZ of text
        SELECT DATE_FORMAT(TO_TIMESTAMP_LTZ(n, n), 'y'), n FROM e | SQL002:1:13 | not a constant
        SELECT CAST(ts AS TIMESTAMP_LTZ(3)), n FROM e        | SQL002:1:22 | the type TIMESTAMP
        SELECT DISTINCT k, n FROM e                          | SQL002:1:13 | DISTINCT or GROUP BY without a window
        SELECT k, 1 FROM TUMBLE(TABLE e, DESCRIPTOR(k), INTERVAL '1' DAY) | SQL011:1:32 | DESCRIPTOR(ts)
        SELECT k, n FROM hive.default_database.e             | SQL002:1:32 | all tables are in default_catalog
        SELECT k, n FROM default_database.ee                 | SQL004:1:32 | did you mean 'e'?
        SELECT k, n FROM e /*+ OPTIONS('pth'='in') */        | SQL022:1:46 | did you mean 'path'?
        SELECT k, n FROM e /*+ OPTIONS('format'='jsn') */ x  | SQL021:1:55 | did you mean 'json'?
        SELECT k, n FROM e /*+ BROADCAST(e) */               | SQL002:1:38 | the hint BROADCAST
        SELECT k, n FROM e UNION ALL SELECT k, n FROM e /*+ OPTIONS('path'='x') */ | SQL002:1:61 | under two names
        SELECT k, n FROM e /*+ OPTIONS('path'='x')           | SQL001:1:56 | statement ends too early
        SELECT TRY_CAST(payload AS ROW<a INT, b INT>), n FROM e | SQL002:1:13 | TRY_CAST to a ROW
        SELECT CAST(payload AS ROW<a INT>), n FROM e         | SQL006:1:22 | cannot convert value of type ROW
        SELECT k, n FROM e WHERE (k, n) = ('a', 1)           | SQL002:1:40 | a comparison of ROWs
        SELECT CASE WHEN b THEN ROW(k) END, n FROM e         | SQL002:1:13 | a ROW in an expression
        SELECT ROW(k), n FROM e                              | SQL010:1:25 | column 'k' of 'o'
        VALUES ('a', 1, 2)                                   | SQL009:1:13 | the query has 3 columns
        """)
    void shouldFindAtItsPlace(final String query, final String place, final String text)
    {
        final List<String> findings = findings("INSERT INTO o " + query + ";");

        assertEquals(1, findings.size(), () -> String.join("\n", findings));
        assertTrue(findings.get(0).startsWith(place + " "), findings.get(0));
        assertTrue(findings.get(0).contains(text), findings.get(0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        INSERT INTO o SELCT k, n FROM e            | 1:15 unexpected 'SELCT' (did you mean SELECT instead of 'SELCT'?)
        INSRT INTO o SELECT k, n FROM e            | 1:1 unexpected 'INSRT' (did you mean INSERT instead of 'INSRT'?)
        INSERT INTO o SELECT k, n FORM e           | 1:27 unexpected 'FORM' (did you mean FROM instead of 'FORM'?)
        INSERT INTO o SELECT k, n FROM e WEHRE b   | 1:34 unexpected 'WEHRE' (did you mean WHERE instead of 'WEHRE'?)
        INSERT INTO o SELECT k, n, FROM e          | 1:26 nothing follows this comma (leave it out,
        INSERT INTO o SELECT k, n FROM e WHERE     | 1:38 the statement ends too early, behind 'WHERE'
        INSERT INTO o SELECT k, (n + 1 FROM e      | 1:25 this ( is not closed (a ) is missing before FROM)
        INSERT INTO o SELECT k, n + 1) FROM e      | 1:30 this ) closes nothing
        INSERT INTO o SELECT k, CASE WHEN b THEN n FROM e | 1:25 this CASE has no END
        INSERT INTO o SELECT k, n FROM e GROUP k   | 1:40 unexpected 'k' (BY is missing behind GROUP)
        INSERT INTO o SELECT k, CAST(n BIGINT) FROM e | 1:32 unexpected 'BIGINT' (CAST(value AS type))
        INSERT INTO o SELECT k, n FROM e WHERE n == 1 | 1:42 there is no operator == (equality is =)
        INSERT INTO o SELECT k, n FROM e WHERE n => 1 | 1:42 there is no operator => (at least is >=)
        INSERT INTO o SELECT k, n FROM e WHERE b && b | 1:42 there is no operator && (conditions are joined by AND)
        INSERT INTO o SELECT k, n FROM e WHERE !b  | 1:40 there is no operator ! (the opposite is NOT …)
        INSERT INTO o SELECT k, n FROM e WHERE k = ‘x’ | 1:44 '‘' is not a quote of SQL (a text stands in ' and ')
        INSERT INTO o SELECT k, n FROM e WHERE k = 'x | 1:44 this quote never ends (close it with '; inside, it is
        INSERT INTO o SELECT k, n FROM e WHERE k NOT NULL | 1:42 unexpected 'NOT' (IS is missing before NOT NULL)
        INSERT INTO o SELECT k, n FROM e WHERE k IS 'x' | 1:42 unexpected 'IS' (values are compared by =;
        INSERT INTO o SELECT k, n FROM e WHERE k IN () | 1:46 unexpected ')' (IN needs at least one value)
        INSERT INTO o SELECT k, n FROM e WHERE n > 1_000 | 1:44 unexpected '1_000' (digits are written without _)
        INSERT INTO o SELECT order, n FROM e       | 1:22 unexpected 'order' ('order' is a reserved word; as a name
        INSERT INTO o SELECT k AS day, n FROM e    | 1:27 unexpected 'day' ('day' is a reserved word; as a name
        INSERT INTO o SELECT k, n FROM e INSERT INTO o SELECT k, n FROM e | 1:34 unexpected 'INSERT' (a ';' is missing
        CREATE TABLE x (a STRING b BIGINT) WITH ('connector'='print') | 1:26 unexpected 'b' (is a comma or an operator
        CREATE TABLE x (a STRING,) WITH ('connector'='print')         | 1:25 nothing follows this comma
        CREATE TABLE x (a VARCHR(10)) WITH ('connector'='print')      | 1:19 unexpected 'VARCHR' (did you mean VARCHAR
        CREATE TABLE x (a STRING) ('connector'='print')               | 1:27 unexpected '(' (WITH is missing before it)
        CREATE TABLE x (a STRING) WITH (connector='print')            | 1:33 unexpected 'connector' (keys and values
        CREATE TABLE x a STRING WITH ('connector'='print')            | 1:16 unexpected 'a' (( is missing before it)
        CREATE TABLE x (a STRING) WITH ('connector'='print' 'b'='c')  | 1:56 unexpected '=' (a comma is missing before
        CREATE TABLE x (a STRING, WATERMARK a AS a) WITH ('connector'='print') | 1:37 unexpected 'a' (WATERMARK FOR col
        CREATE VIEW v SELECT k FROM e                                 | 1:15 unexpected 'SELECT' (AS is missing before
        CREATE x (a STRING) WITH ('connector'='print')                | 1:8 unexpected 'x' (CREATE TABLE or CREATE VIEW)
        INSERT o SELECT k, n FROM e                                   | 1:8 unexpected 'o' (INTO is missing before it)
        INSERT INTO o k, n FROM e                                     | 1:15 unexpected 'k' (SELECT is missing
        INSERT INTO o SELECT k, n FROM e WHERE n > 1 AND              | 1:46 the statement ends too early, behind 'AND'
        INSERT INTO o SELECT k, n FROM (SELECT k, n FROM e            | 1:32 this ( is not closed
        INSERT INTO o SELECT k, n FROM e WHERE k IN 'a'               | 1:42 unexpected 'IN' (IN takes a list in
        SET a.b = 4                                                   | 1:5 unexpected 'a' (SET 'key' = 'value'
        """)
    void shouldSayWhatASyntaxErrorWasMeantAs(final String statement, final String finding)
    {
        final List<String> findings = findings(statement + ";");

        assertEquals(1, findings.size(), () -> String.join("\n", findings));
        assertTrue(findings.get(0).startsWith("SQL001:" + finding), findings.get(0));
    }

    @Test
    void shouldTakeAQuoteThatEndsInAnotherLineForTheOneThatIsMissing()
    {
        assertEquals(List.of("SQL001:2:47 this quote ends only in line 8, and the last one never " +
            "(close it in its line)"), findings("""

                INSERT INTO o SELECT k, n FROM e WHERE k LIKE '/item/%
                  AND n > 1;
                INSERT INTO o SELECT 'a', 1 FROM e;
                """));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        DECIMAL(39, 2)                     | there is no DECIMAL(39, 2): it has 1 to 38 digits
        DECIMAL(0)                         | there is no DECIMAL(0): it has 1 to 38 digits
        DECIMAL(5, 7)                      | there is no DECIMAL(5, 7): of its 5 digits at most all are fraction digits
        VARCHAR(0)                         | there is no VARCHAR(0): its length is 1 or more
        ROW<a INT, b ROW<c TIMESTAMP(10)>> | there is no TIMESTAMP(10): its seconds have 0 to 9 fraction digits
        """)
    void shouldRefuseATypeThatIsNone(final String type, final String message)
    {
        assertEquals(List.of("SQL006:1:19 " + message),
            findings("CREATE TABLE x (a " + type + ") WITH ('connector' = 'print');"));
    }

    @Test
    void shouldSayWhatDoubleQuotesAre()
    {
        assertEquals(List.of("SQL001:1:44 double quotes mean nothing in Flink SQL " +
            "(a text stands in single quotes: 'a'; a name in backticks: `a`)"),
            findings("INSERT INTO o SELECT k, n FROM e WHERE k = \"a\";"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        EXECUTE STATEMENT SET BEGIN INSERT INTO o SELECT k, n FROM e END | SQL013:1:62 END of the statement set inside
        EXECUTE STATEMENT SET INSERT INTO o SELECT k, n FROM e; END      | SQL013:1:23 BEGIN is missing
        EXECUTE STATEMENT SET BEGIN INSERT INTO o SELECT k, n FROM e     | SQL013:1:1 this statement set has no END
        """)
    void shouldSayOnceWhatAStatementSetLacks(final String set, final String finding)
    {
        final List<String> findings = findings(set + ";");

        assertEquals(1, findings.size(), () -> String.join("\n", findings));
        assertTrue(findings.get(0).startsWith(finding), findings.get(0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        SELECT CAST(n AS INTT), n FROM e                   | SQL006:1:32 there is no type 'INTT' (did you mean 'INT'?)
        SELECT k, n FROM e WHERE k = click                 | a text stands in quotes: 'click'
        SELECT LENGTH(k), n FROM e                         | (it is CHAR_LENGTH(text))
        SELECT k, CURRENT_TIMESTAMP FROM e                 | SQL002:1:25 CURRENT_TIMESTAMP: valid Flink SQL
        SELECT k, window_start FROM e GROUP BY k, TUMBLE(ts, INTERVAL '1' DAY) | it is TUMBLE_START(…)
        SELECT k, n FROM e GROUP BY k, TUMBLE(ts, INTERVAL '1' DAY) | (name it in GROUP BY, or take one of
        SELECT k, 1 FROM TABLE(TUMBLE(e, DESCRIPTOR(ts), INTERVAL '1' DAY)) | (it is a table; as an argument: TABLE e)
        SELECT k, 1 FROM TABLE(TUMBLE(TABLE e, ts, INTERVAL '1' DAY)) | as a window's argument: DESCRIPTOR(ts))
        SELECT k, AVG(*) FROM e GROUP BY k, TUMBLE(ts, INTERVAL '1' DAY) | (only COUNT takes *)
        SELECT k, n FROM e WHERE k IN ('a' 'b')            | texts stand side by side (is a comma or
        SELECT k, CAST(CAST(d AS DECIMAL(39, 2)) AS BIGINT) FROM e | SQL006:1:30 there is no DECIMAL(39, 2): it has
        SELECT CAST(n AS VARCHAR(0)), n FROM e             | SQL006:1:22 there is no VARCHAR(0): its length is 1 or more
        SELECT k, n FROM e WHERE ts < CAST(k AS TIMESTAMP(10)) | SQL006:1:45 there is no TIMESTAMP(10): its seconds have
        SELECT k, n FROM e WHERE ts > ts - INTERVAL '1 H'  | (the unit stands behind the quotes: INTERVAL
        SELECT x.k, n FROM e                               | SQL004:1:22 Table or view 'x' not found
        SELECT CAST(payload AS INT), n FROM e              | of type ROW(STRING page_url, INTEGER size) to type INT
        """)
    void shouldGiveTheHintThatHelps(final String query, final String text)
    {
        final List<String> findings = findings("INSERT INTO o " + query + ";");

        assertEquals(1, findings.size(), () -> String.join("\n", findings));
        assertTrue(findings.get(0).contains(text), findings.get(0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        SELECT k, COUNT(*) FROM e GROUP BY k, TUMBLE(at6, INTERVAL '1' HOUR) | 1:60
        SELECT k, 1 FROM (SELECT k, CAST(ts AS TIMESTAMP(3)) t FROM e) GROUP BY k, TUMBLE(t, INTERVAL '1' DAY) | 1:97
        SELECT k, 1 FROM (SELECT k, ts + INTERVAL '1' DAY t FROM e) GROUP BY k, TUMBLE(t, INTERVAL '1' DAY) | 1:94
        SELECT k, 1 FROM TUMBLE(TABLE e, DESCRIPTOR(at6), INTERVAL '1' DAY) GROUP BY k, window_start, window_end | 1:59
        """)
    void shouldAskForATimeAttribute(final String query, final String place)
    {
        final List<String> findings = findings("INSERT INTO o " + query + ";");

        assertEquals(1, findings.size(), () -> String.join("\n", findings));
        assertTrue(findings.get(0).startsWith("SQL011:" + place + " "), findings.get(0));
    }

    @Test
    void shouldFindEveryErrorOfAScript()
    {
        final List<String> findings = findings("""
            SET 'a' = 'b';
            INSERT INTO o SELECT kk, n FROM e;
            SELEC 1;
            ALTER TABLE e RENAME TO f;
            CREATE VIEW v AS SELECT UUID() AS m, RAND() AS s FROM e;
            INSERT INTO o SELECT m, 1 FROM v;
            INSERT INTO oo SELECT k, n FROM e;
            """);

        assertEquals("SQL026:1:1 SQL003:2:22 SQL001:3:1 SQL002:4:1 SQL002:5:25 SQL002:5:38 SQL004:7:13",
            findings.stream().map(f -> f.substring(0, f.indexOf(' '))).collect(Collectors.joining(" ")),
            () -> String.join("\n", findings));
    }

    @Test
    void shouldRefuseOneTableWithTwoSetsOfOptionsInOneJob()
    {
        final List<String> findings = findings("""
            INSERT INTO o SELECT k, n FROM e;
            INSERT INTO o SELECT k, n FROM e /*+ OPTIONS('path' = 'in') */;
            INSERT INTO o /*+ OPTIONS('print-identifier' = 'x') */ SELECT k, n FROM e;
            INSERT INTO o SELECT k, n FROM e /*+ OPTIONS('path' = 'elsewhere') */;
            """);

        assertEquals(List.of("SQL002:3:13 'o' as two different tables in one job: valid Flink SQL, not supported by " +
            "Millrace (declare it twice, under two names)",
            "SQL002:4:13 'e' as two different tables in one job: valid Flink SQL, not supported by Millrace " +
            "(declare it twice, under two names)"), findings);
    }

    @Test
    void shouldRefuseToDropOrToHintWhatIsNotThere()
    {
        final List<String> findings = findings("""
            CREATE VIEW v AS SELECT k, n FROM e;
            DROP TABLE v;
            DROP VIEW IF EXISTS nothing;
            DROP TABLE default_database.oo;
            INSERT INTO o SELECT k, n FROM v /*+ OPTIONS('path' = 'x') */;
            DROP VIEW v;
            INSERT INTO o SELECT k, n FROM v;
            USE other;
            """);

        assertEquals(List.of("SQL004:2:12 there is no table 'v' to be dropped (it is a view)",
            "SQL004:4:12 there is no table 'oo' to be dropped (did you mean 'o'?)",
            "SQL007:5:46 'v' is a view: it has no options (give them to the tables that it reads)",
            "SQL004:7:32 Table or view 'v' not found",
            "SQL002:8:1 USE OTHER: valid Flink SQL, not supported by Millrace"), findings);
    }

    @Test
    void shouldNotComplainTwiceOfATableWithErrors()
    {
        final List<String> findings = findings("""
            CREATE TABLE bad (k STRINGG, k2 ARRAY<INT>, k2 INT, WATERMARK FOR x AS x)
              WITH ('connector' = 'print', 'print-identifir' = 'x');
            INSERT INTO bad SELECT k, n FROM e;
            INSERT INTO o SELECT k, n FROM bad;
            """);

        assertTrue(findings.stream().allMatch(f -> f.matches("SQL\\d+:[12]:.*")), () -> String.join("\n", findings));
        assertEquals(5, findings.size(), () -> String.join("\n", findings));
    }

    @Test
    void shouldNotTakeItselfForTheLackOfAColumnWithErrors()
    {
        final List<String> findings = findings("""
            CREATE TABLE bad (t STRINGG, n INT, WATERMARK FOR t AS t - INTERVAL '1' SECOND) WITH ('connector' = 'prnt');
            INSERT INTO o SELECT k, n FROM e;
            """);

        assertEquals("SQL006:1:21 SQL020:1:101",
            findings.stream().map(f -> f.substring(0, f.indexOf(' '))).collect(Collectors.joining(" ")),
            () -> String.join("\n", findings));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        SET 'millrace.block.byte' = '4kb'    | did you mean 'millrace.block.bytes'?
        SET 'parallelism.default' = 'two'    | setting 'parallelism.default' is 'two', expected
        SET 'execution.runtime-mode'='batch' | expected streaming
        """)
    void shouldFindASettingAtItsPlace(final String set, final String text)
    {
        final List<String> findings = findings(set + ";\nINSERT INTO o SELECT k, n FROM e;");

        assertEquals(1, findings.size(), () -> String.join("\n", findings));
        assertTrue(findings.get(0).startsWith("SQL026:1:1 ") && findings.get(0).contains(text), findings.get(0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        CREATE TABLE t (a STRING, WATERMARK FOR b AS b)                      | SQL012:1:41 | 'b' is not declared
        CREATE TABLE t (a STRING, WATERMARK FOR a AS a)                      | SQL012:1:41 | but 'a' is STRING
        CREATE TABLE t (a TIMESTAMP(6), WATERMARK FOR a AS a)                | SQL012:1:47 | but 'a' is TIMESTAMP(6)
        CREATE TABLE t (a INT, c AS b + 1)                                   | SQL003:1:29 | 'b' not found
        CREATE TABLE t (a INT, c AS a + 1, d AS c + 1)                       | SQL003:1:41 | 'c' not found
        CREATE TABLE t (a INT METADATA)                                      | SQL002:1:17 | METADATA
        CREATE TABLE t (a TIMESTAMP_LTZ(3))                                  | SQL002:1:19 | the type TIMESTAMP_LTZ
        CREATE TABLE t (a MAP<INT, INT>)                                     | SQL002:1:19 | the type MAP
        CREATE TABLE t (a INT) PARTITIONED BY (a)                            | SQL002:1:14 | PARTITIONED BY
        CREATE TABLE e (a INT)                                               | SQL008:1:14 | already declared
        """)
    void shouldRefuseADeclaration(final String ddl, final String place, final String text)
    {
        final List<String> findings = findings(ddl + ";INSERT INTO o SELECT k, n FROM e");

        assertEquals(1, findings.size(), () -> String.join("\n", findings));
        assertTrue(findings.get(0).startsWith(place + " "), findings.get(0));
        assertTrue(findings.get(0).contains(text), findings.get(0));
    }

    @Test
    void shouldShowTheLineAndTheHint()
    {
        final String text = TABLES + "INSERT INTO o\nSELECT kk, n FROM e;";
        final Compilation result = ConnectorsFixture.frontEnd().compile(text, Map.of());

        assertEquals("""
            job.sql:6:8: error SQL003: Column 'kk' not found in any table
              6 | SELECT kk, n FROM e;
                |        ^^
              hint: did you mean 'k'?
            """, new DiagnosticRenderer("job.sql", text).render(result.diagnostics()));
    }

    @Test
    void shouldKeepPlacesInStatementSets()
    {
        assertEquals("[SQL003:3:24]", findings("""
            EXECUTE STATEMENT SET BEGIN
              INSERT INTO o SELECT k, n FROM e;
              INSERT INTO o SELECT kx, n FROM e;
            END;
            """).stream().map(f -> f.substring(0, f.indexOf(' '))).toList().toString());
        assertEquals("[SQL013:1:1]", findings("BEGIN STATEMENT SET; INSERT INTO o SELECT k, n FROM e;").stream()
            .map(f -> f.substring(0, f.indexOf(' '))).toList().toString());
    }

    @Test
    void shouldSayThatThereIsNothingToRun()
    {
        final Compilation result = ConnectorsFixture.frontEnd().compile(TABLES, Map.of());

        assertEquals("SQL014", result.diagnostics().get(0).code().code());
        assertNotNull(result.tables().get("e"));
        assertEquals("ts", result.tables().get("e").rowtime());
    }
}
