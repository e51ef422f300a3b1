package io.millrace.sql;

import io.millrace.sql.logical.Compilation;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.logical.LogicalJob;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TableOptionsTest
{
    private static final String KAFKA = """
        CREATE TABLE user_events (
          user_id STRING, event_type STRING, timestamp_col TIMESTAMP(3),
          payload ROW<page_url STRING, session_id STRING>,
          WATERMARK FOR timestamp_col AS timestamp_col - INTERVAL '5' SECOND
        ) WITH ('connector'='kafka','topic'='user-events','properties.bootstrap.servers'='kafka:9092',
          'properties.group.id'='analytics-processor','scan.startup.mode'='latest-offset','format'='json',
          'json.fail-on-missing-field'='false','json.ignore-parse-errors'='true');
        CREATE TABLE hourly_user_metrics (
          user_id STRING, event_count BIGINT, unique_pages BIGINT, window_start TIMESTAMP(3), window_end TIMESTAMP(3)
        ) WITH ('connector'='kafka','topic'='hourly-metrics','properties.bootstrap.servers'='kafka:9092',
          'format'='json');
        INSERT INTO hourly_user_metrics
        SELECT user_id, COUNT(*) AS event_count, COUNT(DISTINCT payload.page_url) AS unique_pages,
          TUMBLE_START(timestamp_col, INTERVAL '1' HOUR) AS window_start,
          TUMBLE_END(timestamp_col, INTERVAL '1' HOUR) AS window_end
        FROM user_events WHERE event_type IN ('page_view','click','scroll')
        GROUP BY user_id, TUMBLE(timestamp_col, INTERVAL '1' HOUR);
        """;

    private static List<String> places(final Compilation result)
    {
        return result.diagnostics().stream().map(d -> d.code().code() + ":" + d.line() + ":" + d.column()).toList();
    }

    @Test
    void shouldSayOfEachKafkaTableThatItsConnectorIsNotInThisBuildAndNothingElse()
    {
        final Compilation result = ConnectorsFixture.frontEnd().compile(KAFKA, Map.of());

        assertEquals(List.of("SQL020:5:21", "SQL020:10:21"), places(result));
    }

    @Test
    void shouldDropTheOldConnectorsOptionsWhenAnOverrideReplacesIt()
    {
        final Compilation result = ConnectorsFixture.frontEnd().compile(KAFKA, Map.of(
            "user_events", Map.of("connector", "filesystem", "path", "events.jsonl"),
            "hourly_user_metrics", Map.of("connector", "print")));
        final LogicalJob job = Objects.requireNonNull(result.job(), () -> result.diagnostics().toString());

        assertEquals(Map.of("connector", "filesystem", "path", "events.jsonl", "format", "json",
            "json.fail-on-missing-field", "false", "json.ignore-parse-errors", "true"),
            job.tables().get(0).options());
        assertEquals(Map.of("connector", "print", "format", "json"), job.sinks().get(0).options());
    }

    @Test
    void shouldKeepOptionsWhenAnOverrideSetsOne()
    {
        final Compilation result = ConnectorsFixture.frontEnd().compile(CorpusJobsTest.job("u01_seed"),
            Map.of("user_events", Map.of("path", "elsewhere")));

        assertEquals("elsewhere", Objects.requireNonNull(result.job()).tables().get(0).options().get("path"));
        assertEquals("json", result.job().tables().get(0).options().get("format"));
    }

    @Test
    void shouldNameTheNearestTableOfAnOverride()
    {
        final Compilation result = ConnectorsFixture.frontEnd().compile(CorpusJobsTest.job("u01_seed"),
            Map.of("user_event", Map.of("path", "x")));

        assertEquals(List.of("SQL025:0:0"), places(result));
        assertEquals("did you mean 'user_events'?", result.diagnostics().get(0).hint());
    }

    @Test
    void shouldNameTheNearestOption()
    {
        final String sql = """
            CREATE TABLE a (x INT) WITH ('connector' = 'filesystem', 'pth' = 'in', 'format' = 'jsn');
            CREATE TABLE b (x INT) WITH ('connector' = 'prnt');
            CREATE TABLE c (x INT) WITH ('connector' = 'stdin', 'format' = 'json', 'json.ignore-parse-error' = 'true');
            CREATE TABLE unused (x INT) WITH ('connector' = 'nothing');
            INSERT INTO b SELECT x FROM a;
            INSERT INTO c SELECT x FROM c;
            """;
        final List<Diagnostic> found = ConnectorsFixture.frontEnd().compile(sql, Map.of()).diagnostics();

        assertEquals("SQL023:1:14 SQL022:1:58 SQL021:1:83 SQL020:2:44 SQL024:3:44 SQL022:3:72",
            String.join(" ", places(ConnectorsFixture.frontEnd().compile(sql, Map.of()))), found::toString);
        assertEquals("did you mean 'path'?", found.get(1).hint());
        assertEquals("did you mean 'json'?", found.get(2).hint());
        assertEquals("did you mean 'print'?", found.get(3).hint());
        assertEquals("did you mean 'json.ignore-parse-errors'?", found.get(5).hint());
    }

    @Test
    void shouldTakeAnOptionThatNamesAColumn()
    {
        final Compilation result = ConnectorsFixture.frontEnd().compile("""
            CREATE TABLE g (id INT) WITH ('connector' = 'datagen', 'fields.id.kind' = 'random');
            CREATE TABLE s (x INT) WITH ('connector' = 'blackhole');
            INSERT INTO s SELECT id FROM g;
            """, Map.of());

        assertTrue(result.diagnostics().isEmpty(), () -> result.diagnostics().toString());
        assertNotNull(result.job());
    }
}
