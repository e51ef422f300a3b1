-- An INSERT that names columns: others stay NULL, the order is the list's.
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

CREATE TABLE partial_rows (
  a STRING,
  b BIGINT,
  c STRING,
  d DECIMAL(10, 2),
  e TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/partial_rows',
  'format' = 'json'
);

INSERT INTO partial_rows (e, c, d)
SELECT timestamp_col, user_id, amount FROM user_events WHERE amount IS NOT NULL;
