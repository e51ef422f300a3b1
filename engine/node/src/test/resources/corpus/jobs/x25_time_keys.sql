-- Parts of the event time as keys and as text.
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

CREATE TABLE by_minute (
  text_key STRING,
  minute_of_hour BIGINT,
  floored TIMESTAMP(3),
  n BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_minute',
  'format' = 'json'
);

INSERT INTO by_minute
SELECT DATE_FORMAT(timestamp_col, 'yyyy-MM-dd HH'), EXTRACT(MINUTE FROM timestamp_col) / 10, FLOOR(timestamp_col TO MINUTE), COUNT(*),
  window_start, window_end
FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '30' MINUTE))
GROUP BY DATE_FORMAT(timestamp_col, 'yyyy-MM-dd HH'), EXTRACT(MINUTE FROM timestamp_col) / 10, FLOOR(timestamp_col TO MINUTE),
  window_start, window_end;
