-- Columns that are constants, casts of NULL, quotes in text.
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

CREATE TABLE constants (
  event_id STRING,
  first_one INT,
  half DECIMAL(3, 2),
  word STRING,
  nothing BIGINT,
  yes BOOLEAN,
  d DATE,
  t TIMESTAMP(3),
  e DOUBLE
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/constants',
  'format' = 'json'
);

INSERT INTO constants
SELECT event_id, 1, 0.5, 'it''s — "quoted"', CAST(NULL AS BIGINT), TRUE, DATE '2024-02-29', TIMESTAMP '2024-02-29 23:59:59.999', 1.5E3
FROM user_events WHERE event_id IN ('e1', 'e17', 'e19999');
