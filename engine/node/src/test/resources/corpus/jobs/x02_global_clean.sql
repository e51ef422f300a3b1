-- Windows without a key over rows none of which is late, so that several partitions give one answer.
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
  'path' = 'input/user_events_clean.jsonl',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TABLE totals (
  events BIGINT,
  users BIGINT,
  first_user STRING,
  last_user STRING,
  spent DECIMAL(38, 2),
  mean_ms BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/totals',
  'format' = 'json'
);

INSERT INTO totals
SELECT COUNT(*), COUNT(DISTINCT user_id), MIN(user_id), MAX(user_id), SUM(amount), AVG(duration_ms), window_start, window_end
FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '5' MINUTE))
GROUP BY window_start, window_end;
