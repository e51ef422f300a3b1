-- Four statements over one table, read once: two projections, a keyed and a global window.
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

CREATE TABLE purchases (
  event_id STRING,
  amount DECIMAL(10, 2)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/purchases',
  'format' = 'json'
);

CREATE TABLE slow (
  event_id STRING,
  seconds DOUBLE
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/slow',
  'format' = 'json'
);

CREATE TABLE by_type (
  event_type STRING,
  n BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_type',
  'format' = 'json'
);

CREATE TABLE overall (
  n BIGINT,
  people BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/overall',
  'format' = 'json'
);

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO purchases SELECT event_id, amount FROM user_events WHERE LOWER(event_type) = 'purchase';
  INSERT INTO slow SELECT event_id, duration_ms / 1000e0 FROM user_events WHERE duration_ms > 29000;
  INSERT INTO by_type
  SELECT LOWER(event_type), COUNT(*), TUMBLE_START(timestamp_col, INTERVAL '15' MINUTE), TUMBLE_END(timestamp_col, INTERVAL '15' MINUTE)
  FROM user_events GROUP BY LOWER(event_type), TUMBLE(timestamp_col, INTERVAL '15' MINUTE);
  INSERT INTO overall
  SELECT COUNT(*), COUNT(DISTINCT user_id), TUMBLE_START(timestamp_col, INTERVAL '1' MINUTE), TUMBLE_END(timestamp_col, INTERVAL '1' MINUTE)
  FROM user_events GROUP BY TUMBLE(timestamp_col, INTERVAL '1' MINUTE);
END;
