-- The event time is computed from text; a computed column is a key.
CREATE TABLE user_events (
  user_id STRING,
  event_type STRING,
  timestamp_col STRING,
  kind AS UPPER(COALESCE(event_type, 'none')),
  ts AS TO_TIMESTAMP(timestamp_col, 'yyyy-MM-dd HH:mm:ss.SSS'),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/user_events_clean.jsonl',
  'format' = 'json'
);

CREATE TABLE metrics (
  kind STRING,
  events BIGINT,
  users BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/metrics',
  'format' = 'json'
);

INSERT INTO metrics
SELECT kind, COUNT(*), COUNT(DISTINCT user_id), window_start, window_end
FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(ts), INTERVAL '20' MINUTE))
GROUP BY window_start, window_end, kind;
