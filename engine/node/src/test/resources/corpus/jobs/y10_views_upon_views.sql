-- views over views, filters at each level, select star
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
  user_id STRING,
  n BIGINT,
  s DECIMAL(38,2),
  first_ STRING,
  ws TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/o',
  'format' = 'json'
);

CREATE VIEW v1 AS SELECT * FROM user_events WHERE user_id IS NOT NULL;
CREATE VIEW v2 AS SELECT *, COALESCE(amount, CAST(0 AS DECIMAL(10, 2))) AS a FROM v1 WHERE event_type <> 'scroll';
CREATE VIEW v3 AS SELECT user_id AS u, a, event_id AS e, timestamp_col AS t, payload FROM v2 WHERE payload.page_url IS NOT NULL;
CREATE VIEW v4 (u, n, s, f, ws) AS SELECT u, COUNT(*), SUM(a), MIN(e), TUMBLE_START(t, INTERVAL '6' HOUR) FROM v3 GROUP BY u, TUMBLE(t, INTERVAL '6' HOUR);
INSERT INTO o SELECT * FROM v4 WHERE s > 10;
