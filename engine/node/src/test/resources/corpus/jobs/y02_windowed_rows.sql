-- projection of a window table function without aggregation
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
  id STRING,
  ws TIMESTAMP(3),
  we TIMESTAMP(3),
  wt TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/o',
  'format' = 'json'
);

INSERT INTO o SELECT event_id, window_start, window_end, window_time FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '1' MINUTE)) WHERE event_type = 'purchase';
