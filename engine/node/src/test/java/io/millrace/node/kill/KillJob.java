package io.millrace.node.kill;

/** The jobs that are killed. Each reads INPUT and writes folders of {@code out}. */
enum KillJob
{
    /** The job everything is judged by. */
    CENTRAL("""
        CREATE TABLE hourly_user_metrics (
          user_id STRING, event_count BIGINT, unique_pages BIGINT, window_start TIMESTAMP(3), window_end TIMESTAMP(3)
        ) WITH ('connector'='filesystem', 'path'='out/hourly', 'format'='json');
        INSERT INTO hourly_user_metrics
        SELECT user_id, COUNT(*) AS event_count, COUNT(DISTINCT payload.page_url) AS unique_pages,
          TUMBLE_START(timestamp_col, INTERVAL '1' HOUR) AS window_start,
          TUMBLE_END(timestamp_col, INTERVAL '1' HOUR) AS window_end
        FROM user_events WHERE event_type IN ('page_view','click','scroll')
        GROUP BY user_id, TUMBLE(timestamp_col, INTERVAL '1' HOUR);
        """),
    /** Row by row, with an expression that fails for some. */
    PROJECTION("""
        CREATE TABLE results (n BIGINT, user_id STRING, page STRING, share BIGINT)
          WITH ('connector'='filesystem', 'path'='out/rows', 'format'='json');
        INSERT INTO results
        SELECT n, UPPER(user_id), payload.page_url, 100000 / MOD(n, 777) FROM user_events WHERE event_type <> 'scroll';
        """),
    /** Three statements, one without a key, which the merge agent ends. */
    SET("""
        CREATE TABLE by_user (user_id STRING, spent DOUBLE, most DOUBLE, prices DOUBLE, pages BIGINT,
          window_end TIMESTAMP(3))
          WITH ('connector'='filesystem', 'path'='out/by_user', 'format'='json');
        CREATE TABLE totals (events BIGINT, users BIGINT, spent DOUBLE, window_start TIMESTAMP(3))
          WITH ('connector'='filesystem', 'path'='out/totals', 'format'='json');
        CREATE TABLE purchases (n BIGINT, user_id STRING, amount DOUBLE)
          WITH ('connector'='filesystem', 'path'='out/purchases', 'format'='json');
        EXECUTE STATEMENT SET
        BEGIN
          INSERT INTO by_user
          SELECT user_id, SUM(amount), MAX(amount), SUM(DISTINCT amount), COUNT(DISTINCT payload.page_url),
            TUMBLE_END(timestamp_col, INTERVAL '30' MINUTE)
          FROM user_events GROUP BY user_id, TUMBLE(timestamp_col, INTERVAL '30' MINUTE);
          INSERT INTO totals
          SELECT COUNT(*), COUNT(DISTINCT user_id), SUM(amount), TUMBLE_START(timestamp_col, INTERVAL '1' MINUTE)
          FROM user_events GROUP BY TUMBLE(timestamp_col, INTERVAL '1' MINUTE);
          INSERT INTO purchases
          SELECT n, user_id, amount FROM user_events WHERE event_type = 'purchase';
        END;
        """);

    private static final String EVENTS = """
        CREATE TABLE user_events (
          n BIGINT, user_id STRING, event_type STRING, timestamp_col TIMESTAMP(3),
          payload ROW<page_url STRING, session_id STRING>, amount DOUBLE,
          WATERMARK FOR timestamp_col AS timestamp_col - INTERVAL '5' SECOND
        ) WITH ('connector'='filesystem', 'path'='INPUT', 'format'='json',
          'json.fail-on-missing-field'='false', 'json.ignore-parse-errors'='true');
        """;

    private final String statements;

    KillJob(final String statements)
    {
        this.statements = statements;
    }

    String text(final java.nio.file.Path input)
    {
        return EVENTS.replace("INPUT", input.toString()) + statements;
    }
}
