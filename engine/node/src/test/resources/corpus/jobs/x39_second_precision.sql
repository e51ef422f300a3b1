-- An event time of whole seconds and a watermark of half a second.
CREATE TABLE user_events (
  event_id STRING,
  user_id STRING,
  event_type STRING,
  timestamp_col TIMESTAMP(0),
  payload ROW<page_url STRING, session_id STRING>,
  duration_ms BIGINT,
  amount DECIMAL(10, 2),
  WATERMARK FOR timestamp_col AS timestamp_col - INTERVAL '0.5' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/user_events_clean.jsonl',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TABLE metrics (
  event_type STRING,
  n BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/metrics',
  'format' = 'json'
);

INSERT INTO metrics
SELECT event_type, COUNT(*), TUMBLE_START(timestamp_col, INTERVAL '1' MINUTE), TUMBLE_END(timestamp_col, INTERVAL '1' MINUTE)
FROM user_events GROUP BY event_type, TUMBLE(timestamp_col, INTERVAL '1' MINUTE);
