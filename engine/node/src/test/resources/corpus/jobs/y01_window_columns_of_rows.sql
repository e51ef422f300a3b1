-- a view of a window table function, filtered by its window outside
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
  ws TIMESTAMP(3),
  we TIMESTAMP(3),
  wt TIMESTAMP(3),
  k STRING,
  n BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/o',
  'format' = 'json'
);

CREATE VIEW windowed AS SELECT window_start, window_end, window_time, event_type, duration_ms FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '90' SECOND, INTERVAL '10' SECOND));
INSERT INTO o SELECT window_start, window_end, window_time, event_type, COUNT(*) FROM windowed WHERE window_end > TIMESTAMP '2024-01-01 00:20:00' AND duration_ms IS NOT NULL GROUP BY window_start, window_end, window_time, event_type;
