-- window columns in aggregates and keys made of them
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
  h STRING,
  n BIGINT,
  m TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/o',
  'format' = 'json'
);

INSERT INTO o SELECT window_start, DATE_FORMAT(window_start, 'HH') || event_type, COUNT(*), MAX(window_end) FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '5' MINUTE)) GROUP BY window_start, window_end, DATE_FORMAT(window_start, 'HH') || event_type;
