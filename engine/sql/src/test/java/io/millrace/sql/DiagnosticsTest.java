package io.millrace.sql;

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
        SELECT MD5(k), n FROM e                              | SQL002:1:22 | the function MD5: valid Flink SQL
        SELECT k, n FROM e WHERE k = 1                       | SQL006:1:40 | between VARCHAR and INT
        SELECT k, n FROM e WHERE n = 'a'                     | SQL006:1:40 | between INT and CHAR
        SELECT k + 1, n FROM e                               | SQL006:1:22 | Cannot apply '+'
        SELECT n, n FROM e                                   | SQL010:1:22 | column 'k' of 'o'
        SELECT k, d / 2.5e0 FROM e                           | SQL010:1:25 | column 'n' of 'o'
        SELECT k FROM e                                      | SQL009:1:13 | the query has 1 columns
        SELECT payload, n FROM e                             | SQL010:1:22 | column 'k' of 'o'
        SELECT k, n FRM e                                    | SQL001:1:31 | did you mean FROM instead of 'FRM'
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
        SELECT CAST(ts AS TIMESTAMP_LTZ(3)), n FROM e        | SQL002:1:22 | the type TIMESTAMP
        SELECT DISTINCT k, n FROM e                          | SQL002:1:13 | DISTINCT or GROUP BY without a window
        SELECT k, 1 FROM TUMBLE(TABLE e, DESCRIPTOR(k), INTERVAL '1' DAY) | SQL011:1:32 | DESCRIPTOR(ts)
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
            DROP TABLE e;
            CREATE VIEW v AS SELECT MD5(k) AS m, SHA1(k) AS s FROM e;
            INSERT INTO o SELECT m, 1 FROM v;
            INSERT INTO oo SELECT k, n FROM e;
            """);

        assertEquals("SQL026:1:1 SQL003:2:22 SQL001:3:1 SQL002:4:1 SQL002:5:25 SQL002:5:38 SQL004:7:13",
            findings.stream().map(f -> f.substring(0, f.indexOf(' '))).collect(Collectors.joining(" ")),
            () -> String.join("\n", findings));
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
