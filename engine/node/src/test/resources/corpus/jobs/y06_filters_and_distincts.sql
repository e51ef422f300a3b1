-- filters, several distincts
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
  t STRING,
  a BIGINT,
  b BIGINT,
  c BIGINT,
  d BIGINT,
  e DECIMAL(38,2),
  f BIGINT,
  g STRING,
  h STRING,
  ws TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/o',
  'format' = 'json'
);

INSERT INTO o SELECT event_type, COUNT(*) FILTER (WHERE amount > 10), COUNT(DISTINCT user_id) FILTER (WHERE duration_ms > 1000), COUNT(DISTINCT payload.page_url), COUNT(DISTINCT user_id),
 SUM(amount) FILTER (WHERE user_id LIKE 'user\_%' ESCAPE '\'), SUM(CASE WHEN amount IS NULL THEN 1 ELSE 0 END), MIN(user_id), MAX(payload.page_url), TUMBLE_START(timestamp_col, INTERVAL '15' MINUTE)
 FROM user_events GROUP BY event_type, TUMBLE(timestamp_col, INTERVAL '15' MINUTE);
