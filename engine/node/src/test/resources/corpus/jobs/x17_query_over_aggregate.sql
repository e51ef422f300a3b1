-- A query over an aggregate: filtered and computed after the window closed.
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

CREATE TABLE busiest (
  who STRING,
  per_minute DECIMAL(12, 3),
  size STRING,
  hour_of_day BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/busiest',
  'format' = 'json'
);

INSERT INTO busiest
SELECT UPPER(user_id), CAST(n AS DECIMAL(12, 3)) / 60, CASE WHEN n > 40 THEN 'large' WHEN n > 10 THEN 'medium' ELSE 'small' END,
  EXTRACT(HOUR FROM window_start)
FROM (
  SELECT user_id, COUNT(*) AS n, window_start, window_end
  FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '1' HOUR))
  GROUP BY user_id, window_start, window_end
) AS t
WHERE n > 3 AND user_id IS NOT NULL;
