-- aggregates with NULL only groups and empty filters
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
  k STRING,
  a BIGINT,
  b BIGINT,
  c BIGINT,
  d DECIMAL(38,2),
  e DECIMAL(38,6),
  f BIGINT,
  g BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/o',
  'format' = 'json'
);

INSERT INTO o SELECT event_type, SUM(duration_ms) FILTER (WHERE FALSE), COUNT(duration_ms) FILTER (WHERE duration_ms > 100000000), AVG(duration_ms) FILTER (WHERE user_id = 'nobody'), SUM(amount), AVG(amount), MIN(CAST(NULL AS BIGINT)), COUNT(DISTINCT amount) FILTER (WHERE amount < 0) FROM user_events GROUP BY event_type, TUMBLE(timestamp_col, INTERVAL '1' MINUTE);
