-- As many groups as rows, in small windows: each key occurs once or twice.
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

CREATE TABLE once (
  event_id STRING,
  n BIGINT,
  who STRING,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/once',
  'format' = 'json'
);

INSERT INTO once
SELECT event_id, COUNT(*), MAX(user_id), window_start, window_end
FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '7' SECOND))
WHERE event_type = 'click'
GROUP BY event_id, window_start, window_end;
