-- with over with, keys renamed
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
  who STRING,
  what STRING,
  n BIGINT,
  avg_ms BIGINT,
  spent DECIMAL(38,6)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/o',
  'format' = 'json'
);

INSERT INTO o (what, who, spent, n, avg_ms)
WITH cleaned AS (SELECT COALESCE(NULLIF(TRIM(user_id), ''), 'nobody') AS who, LOWER(event_type) AS what, duration_ms, COALESCE(amount, 0) AS amount, timestamp_col AS `time` FROM user_events WHERE event_type IS NOT NULL),
 wide AS (SELECT c.*, IF(c.duration_ms > 5000, 5000, c.duration_ms) AS ms FROM cleaned c)
SELECT what, who, AVG(amount), COUNT(*), AVG(ms) FROM TABLE(TUMBLE(TABLE wide, DESCRIPTOR(`time`), INTERVAL '30' MINUTES)) GROUP BY window_end, who, window_start, what;
