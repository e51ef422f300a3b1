-- having upon expressions
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
  'json.fail-on-missing-field' = 'false',
  'json.ignore-parse-errors' = 'true'
);

CREATE TABLE o (
  user_id STRING,
  n BIGINT,
  s BIGINT,
  x BIGINT,
  ws TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/o',
  'format' = 'json'
);

INSERT INTO o SELECT user_id, COUNT(*), SUM(duration_ms) - MIN(duration_ms), MAX(duration_ms) / NULLIF(COUNT(duration_ms), 0), window_start
FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '10' MINUTE, INTERVAL '-3' MINUTE)) WHERE event_type IN ('click', 'page_view')
GROUP BY window_start, user_id, window_end HAVING SUM(duration_ms) > 10000 AND COUNT(DISTINCT event_type) = 2;
