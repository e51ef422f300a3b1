package io.millrace.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.logical.Compilation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries that Calcite fails on, or lets pass: each has a diagnostic of its own. */
class OddQueriesTest
{
    private static final String TABLES = "CREATE TABLE t (i INT, d DECIMAL(10, 2), dt DATE, s STRING, b BOOLEAN, " +
        "r ROW<x INT>, r2 ROW<x INT, y INT>, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)\n" +
        "  WITH ('connector'='stdin', 'format'='json');\n" +
        "CREATE TABLE o (c STRING) WITH ('connector'='print');\nINSERT INTO o ";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        SELECT CAST(COALESCE(d, dt) AS STRING) FROM t|TYPE
        SELECT CAST(LEAST(d, ts) AS STRING) FROM t|TYPE
        SELECT CAST(CASE WHEN b THEN d ELSE dt END AS STRING) FROM t|TYPE
        SELECT CAST(IF(b, i, ts) AS STRING) FROM t|TYPE
        SELECT d FROM t UNION ALL SELECT dt FROM t|INVALID
        SELECT UPPER(d.t.*) FROM t|UNKNOWN_COLUMN
        SELECT s FROM t WHERE INTERVAL '1' DAY >= '2000-01-01'|UNSUPPORTED
        SELECT s FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(t.ts), INTERVAL '1' HOUR))|TIME_ATTRIBUTE
        SELECT x.a FROM (SELECT s FROM t) AS x (a.b)|SYNTAX
        WITH x (a.b) AS (SELECT s FROM t) SELECT s FROM x|SYNTAX
        SELECT s FROM t WHERE (1, 2)|TYPE
        SELECT s FROM t WHERE r2|TYPE
        VALUES (CAST(COUNT(*) AS STRING))|INVALID
        SELECT DESCRIPTOR(s) FROM t|INVALID
        SELECT UPPER(x => s) FROM t|UNSUPPORTED
        SELECT ? FROM t|UNSUPPORTED
        SELECT s FROM t WHERE i = ?|UNSUPPORTED
        SELECT s FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(), INTERVAL '1' HOUR))|TIME_ATTRIBUTE
        SELECT s FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(1), INTERVAL '1' HOUR))|TIME_ATTRIBUTE
        SELECT s FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts, dt), INTERVAL '1' HOUR))|TIME_ATTRIBUTE
        SELECT s FROM TABLE(TUMBLE(DATA => TABLE t, TIMECOL => DESCRIPTOR(ts), WIDTH => INTERVAL '1' HOUR))|INVALID
        SELECT s FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL 'x' HOUR))|INVALID
        """)
    void shouldSayWhatIsWrong(final String query, final String code)
    {
        final Compilation result = ConnectorsFixture.frontEnd().compile(TABLES + query + ";", Map.of());

        final List<Diagnostic> found = result.diagnostics();
        assertTrue(found.size() >= 1, "taken");
        assertEquals(code, found.get(0).code().name(), found::toString);
        assertEquals(4, found.get(0).line(), found::toString);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        r ROW<x bid>, c AS r.x|TYPE|there is no type 'bid'
        t.c STRING|SYNTAX|a column's name has one part, and not 't.c'
        c DECIMAL(99999999999999999999999, 0)|SYNTAX|Literal '99999999999999999999999' can not be parsed to type 'INT'
        """)
    void shouldSayOnceWhatIsWrongWithAColumn(final String columns, final String code, final String message)
    {
        final List<Diagnostic> found = ConnectorsFixture.frontEnd().compile("CREATE TABLE t (" + columns +
            ")\n  WITH ('connector'='stdin', 'format'='json');", Map.of()).diagnostics().stream()
            .filter(diagnostic -> diagnostic.code() != DiagnosticCode.NO_STATEMENT).toList();

        assertEquals(1, found.size(), found::toString);
        assertEquals(code, found.get(0).code().name(), found::toString);
        assertEquals(message, found.get(0).message());
    }
}
