-- Arithmetic, CASE, COALESCE and casts over aggregates; HAVING on one that is not selected.
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

CREATE TABLE rates (
  user_id STRING,
  per_event DECIMAL(12, 4),
  mean_s DOUBLE,
  label STRING,
  spread BIGINT,
  rounded DECIMAL(10, 1),
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/rates',
  'format' = 'json'
);

INSERT INTO rates
SELECT user_id, CAST(SUM(amount) / COUNT(*) AS DECIMAL(12, 4)), CAST(SUM(duration_ms) AS DOUBLE) / 1000 / COUNT(duration_ms),
  CASE WHEN COALESCE(SUM(amount), 0) > 100 THEN 'buyer' WHEN COUNT(amount) > 0 THEN 'taster' ELSE 'looker' END,
  MAX(duration_ms) - MIN(duration_ms), ROUND(AVG(amount), 1), window_start, window_end
FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '1' HOUR))
GROUP BY user_id, window_start, window_end
HAVING COUNT(DISTINCT event_type) > 2 AND COUNT(duration_ms) > 0;
