-- SUM and AVG of distinct values, of every number's type, beside COUNT of the same and of all; by key and without. Append, append, append.
CREATE TABLE user_events (
  user_id STRING,
  event_type STRING,
  timestamp_col TIMESTAMP(3),
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

CREATE TABLE by_user (
  user_id STRING,
  spent DECIMAL(38, 2),
  price DECIMAL(38, 6),
  prices BIGINT,
  purchases BIGINT,
  lengths BIGINT,
  click_length BIGINT,
  window_start TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_user',
  'format' = 'json'
);

CREATE TABLE by_type (
  event_type STRING,
  t TINYINT,
  s SMALLINT,
  i INT,
  d DOUBLE,
  wide DECIMAL(38, 10),
  n BIGINT,
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_type',
  'format' = 'json'
);

CREATE TABLE totals (
  spent DECIMAL(38, 2),
  price DECIMAL(38, 6),
  seconds BIGINT,
  users BIGINT,
  window_start TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/totals',
  'format' = 'json'
);

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO by_user
  SELECT user_id, SUM(DISTINCT amount), AVG(DISTINCT amount), COUNT(DISTINCT amount), COUNT(amount),
    SUM(DISTINCT duration_ms / 1000), AVG(DISTINCT duration_ms) FILTER (WHERE event_type = 'click'), window_start
  FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '2' HOUR))
  GROUP BY user_id, window_start, window_end
  HAVING SUM(DISTINCT amount) > 100 OR SUM(DISTINCT amount) IS NULL;
  INSERT INTO by_type
  SELECT event_type, SUM(DISTINCT CAST(MOD(duration_ms, 100) AS TINYINT)),
    AVG(DISTINCT CAST(MOD(duration_ms, 1000) AS SMALLINT)), SUM(DISTINCT CAST(duration_ms AS INT)),
    SUM(DISTINCT CAST(duration_ms / 100 AS DOUBLE)), SUM(DISTINCT CAST(amount AS DECIMAL(38, 10))), COUNT(*),
    TUMBLE_END(timestamp_col, INTERVAL '45' MINUTE)
  FROM user_events GROUP BY event_type, TUMBLE(timestamp_col, INTERVAL '45' MINUTE);
  INSERT INTO totals
  SELECT SUM(DISTINCT amount), AVG(DISTINCT amount), SUM(DISTINCT duration_ms / 1000), COUNT(DISTINCT user_id), window_start
  FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '10' MINUTE, INTERVAL '3' MINUTE))
  GROUP BY window_start, window_end;
END;
