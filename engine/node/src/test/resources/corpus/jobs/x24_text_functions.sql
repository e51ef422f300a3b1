-- Text functions over dirty text.
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

CREATE TABLE texts (
  event_id STRING,
  a STRING,
  b STRING,
  c STRING,
  d BIGINT,
  e INT,
  f STRING,
  g STRING,
  h STRING,
  i BOOLEAN
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/texts',
  'format' = 'json'
);

INSERT INTO texts
SELECT event_id, UPPER(TRIM(user_id)), SUBSTRING(payload.page_url FROM 2 FOR 5), CONCAT(event_type, ':', payload.session_id),
  CHAR_LENGTH(user_id), POSITION('/' IN SUBSTRING(payload.page_url, 2)), REPLACE(payload.page_url, '/', '>'),
  SPLIT_INDEX(payload.page_url, '/', 1), LOWER(event_type) || '-' || COALESCE(user_id, '?'),
  payload.page_url LIKE '/item/%' AND payload.page_url NOT LIKE '%_1'
FROM user_events WHERE duration_ms > 25000 OR user_id NOT LIKE 'user%';
