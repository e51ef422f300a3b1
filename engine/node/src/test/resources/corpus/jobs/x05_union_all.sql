-- Two tables in one stream, columns by position, with a tag for each side.
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

CREATE TABLE typed (
  id BIGINT,
  ts TIMESTAMP(3),
  flag BOOLEAN,
  tiny TINYINT,
  small SMALLINT,
  num INT,
  big BIGINT,
  ratio FLOAT,
  measure DOUBLE,
  exact DOUBLE,
  price DECIMAL(10, 2),
  wide DECIMAL(38, 10),
  label STRING,
  `day` DATE,
  `at` TIMESTAMP(6),
  info ROW<city STRING, geo ROW<lat DOUBLE, lon DOUBLE>>,
  WATERMARK FOR ts AS ts - INTERVAL '3' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/typed.jsonl',
  'format' = 'json'
);

CREATE TABLE both_sides (
  side STRING,
  who STRING,
  n BIGINT,
  amount DECIMAL(10, 2),
  t TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/both_sides',
  'format' = 'json'
);

INSERT INTO both_sides
SELECT 'event', user_id, duration_ms, amount, timestamp_col FROM user_events WHERE amount > 100
UNION ALL
SELECT 'typed', label, id, price, ts FROM typed WHERE price > 90 OR price < 0;
