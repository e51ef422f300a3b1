package io.millrace.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codecs.SqlType.Field;
import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.logical.Compilation;
import io.millrace.sql.logical.DeclaredTable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CREATE TABLE … LIKE takes from the other table what Flink takes. */
final class TableLikeTest
{
    private static final String SOURCE = """
        CREATE TABLE e (id BIGINT, amount DECIMAL(10, 2), ts TIMESTAMP(3), cents AS CAST(amount * 100 AS BIGINT),
          PRIMARY KEY (id) NOT ENFORCED, WATERMARK FOR ts AS ts) WITH ('connector'='stdin', 'format'='json');
        CREATE VIEW v AS SELECT id FROM e;
        """;

    private static DeclaredTable table(final String ddl)
    {
        final Compilation result = ConnectorsFixture.frontEnd().compile(SOURCE + ddl, Map.of());
        return Objects.requireNonNull(result.tables().get("l"), () -> result.diagnostics().toString());
    }

    private static String columns(final DeclaredTable table)
    {
        return table.physical().stream().map(TableLikeTest::text).collect(Collectors.joining(", ")) + " / " +
            table.computed().stream().map(TableLikeTest::text).collect(Collectors.joining(", ")) +
            " / " + table.rowtime();
    }

    private static String text(final Field field)
    {
        return field.name() + " " + field.type();
    }

    @Test
    void shouldTakeAllAndLetOptionsBeOverwritten()
    {
        final DeclaredTable table = table(
            "CREATE TABLE l (twice AS amount * 2, note STRING) WITH ('format'='raw', 'path'='x') LIKE e;");
        assertEquals("id BIGINT NOT NULL, amount DECIMAL(10, 2), ts TIMESTAMP(3), note STRING / cents BIGINT, " +
            "twice DECIMAL(21, 2) / ts", columns(table));
        assertEquals(Map.of("connector", "stdin", "format", "raw", "path", "x"), table.options());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        (x STRING) LIKE e (EXCLUDING GENERATED)               | x STRING /  / ts
        (cents STRING) LIKE e (EXCLUDING GENERATED)           | cents STRING /  / ts
        (cents AS 1) LIKE e (OVERWRITING GENERATED)           | / cents INT NOT NULL / ts
        LIKE e (EXCLUDING WATERMARKS)                         | / cents BIGINT / null
        (u AS ts, WATERMARK FOR u AS u) LIKE e (EXCLUDING WATERMARKS) | / cents BIGINT, u TIMESTAMP(3) / u
        (WATERMARK FOR ts AS ts) LIKE e (OVERWRITING WATERMARKS) | / cents BIGINT / ts
        LIKE e (EXCLUDING CONSTRAINTS)                        | / cents BIGINT / ts
        LIKE e (EXCLUDING ALL INCLUDING WATERMARKS)           | /  / ts
        """)
    void shouldTakeWhatTheClauseSays(final String rest, final String wanted)
    {
        assertEquals("id BIGINT NOT NULL, amount DECIMAL(10, 2), ts TIMESTAMP(3)" +
            (wanted.startsWith("/") ? " " : ", ") + wanted, columns(table("CREATE TABLE l " + rest + ";")));
    }

    @Test
    void shouldTakeAlsoWhatTheOtherTableTook()
    {
        assertEquals("id BIGINT NOT NULL, amount DECIMAL(10, 2), ts TIMESTAMP(3) / cents BIGINT, a INT NOT NULL, " +
            "b BIGINT NOT NULL / ts", columns(table("CREATE TABLE m (a AS 1) LIKE e;\nDROP TABLE e;\n" +
            "CREATE TABLE l (b AS id + 1) LIKE m;")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        (id INT) LIKE e                                       | 1:17 | the table 'e' has the column 'id' already
        (cents AS 1) LIKE e                                   | 1:17 | say EXCLUDING GENERATED or OVERWRITING GENERATED
        (cents INT) LIKE e (OVERWRITING GENERATED)            | 1:17 | the table 'e' has the column 'cents' already
        (WATERMARK FOR cents AS ts) LIKE e                    | 1:31 | 'cents' is a computed column of 'e'
        (WATERMARK FOR ts AS ts) LIKE e                       | 1:31 | EXCLUDING WATERMARKS or OVERWRITING WATERMARKS
        (PRIMARY KEY (ts) NOT ENFORCED) LIKE e (EXCLUDING CONSTRAINTS) | 1:30 | 'ts' of 'e' may be NULL
        (PRIMARY KEY (id) NOT ENFORCED) LIKE e                | 1:30 | say EXCLUDING CONSTRAINTS behind LIKE
        (u AS ts, WATERMARK FOR u AS u) LIKE e (OVERWRITING WATERMARKS) | 1:40 | is for another column: 'ts'
        WITH ('format'='raw') LIKE e (INCLUDING OPTIONS)      | 1:22 | the table 'e' has the option 'format' already
        LIKE f                                                | 1:21 | Table 'f' not found
        LIKE v                                                | 1:21 | 'v' is a view
        LIKE e (INCLUDING ALL EXCLUDING ALL)                  | 1:0  | Each like option feature can be declared only
        """)
    void shouldSayWhatBothTablesHave(final String rest, final String place, final String text)
    {
        final Compilation result =
            ConnectorsFixture.frontEnd().compile(SOURCE + "CREATE TABLE l " + rest + ";", Map.of());
        final Diagnostic first = result.diagnostics().get(0);
        final String message = first.message() + " (" + first.hint() + ")";
        assertEquals(List.of(place, true), List.of(place.endsWith(":0") ? place :
            first.line() - SOURCE.lines().count() + ":" + first.column(), message.contains(text)), message);
    }
}
