-- A WITH clause of two queries, the second on the first.
CREATE TABLE user_events (
  event_id STRING,
  user_id STRING,
  event_type STRING,
  timestamp_col TIMESTAMP(3),
  payload ROW<page_url STRING, session_id STRING>,
  duration_ms BIGINT,
  amount DECIMAL(10, 2),
  WATERMARK FOR timestamp_col AS timestamp_col - INTERVAL '5' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/user_events.jsonl',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TABLE metrics (
  page STRING,
  n BIGINT,
  slow BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/metrics',
  'format' = 'json'
);

INSERT INTO metrics
WITH viewed AS (
  SELECT payload.page_url AS page, duration_ms, timestamp_col FROM user_events WHERE event_type = 'page_view'
), timed AS (
  SELECT COALESCE(page, 'none') AS page, duration_ms >= 10000 AS is_slow, timestamp_col FROM viewed
)
SELECT page, COUNT(*), COUNT(*) FILTER (WHERE is_slow), window_start, window_end
FROM TABLE(TUMBLE(TABLE timed, DESCRIPTOR(timestamp_col), INTERVAL '2' HOUR))
GROUP BY page, window_start, window_end;
