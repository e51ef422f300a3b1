-- window_time and TUMBLE_ROWTIME.
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

CREATE TABLE by_tvf (
  n BIGINT,
  last_instant TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_tvf',
  'format' = 'json'
);

CREATE TABLE by_group (
  n BIGINT,
  last_instant TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_group',
  'format' = 'json'
);

INSERT INTO by_tvf
SELECT COUNT(*), window_time, window_end
FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '10' MINUTE))
GROUP BY window_start, window_end, window_time;

INSERT INTO by_group
SELECT COUNT(*), TUMBLE_ROWTIME(timestamp_col, INTERVAL '10' MINUTE)
FROM user_events GROUP BY TUMBLE(timestamp_col, INTERVAL '10' MINUTE);
