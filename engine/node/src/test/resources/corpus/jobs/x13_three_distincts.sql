-- Three DISTINCTs in one query, two of them filtered.
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
  user_id STRING,
  pages BIGINT,
  viewed BIGINT,
  kinds BIGINT,
  n BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/metrics',
  'format' = 'json'
);

INSERT INTO metrics
SELECT user_id, COUNT(DISTINCT payload.page_url), COUNT(DISTINCT payload.page_url) FILTER (WHERE event_type = 'page_view'),
  COUNT(DISTINCT event_type) FILTER (WHERE duration_ms > 1000), COUNT(*), window_start, window_end
FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '1' HOUR))
GROUP BY user_id, window_start, window_end;
