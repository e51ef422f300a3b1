-- different lateness in two sizes; global and keyed
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

CREATE TABLE s1 (
  n BIGINT,
  ws TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/s1',
  'format' = 'json'
);

CREATE TABLE s2 (
  k STRING,
  n BIGINT,
  ws TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/s2',
  'format' = 'json'
);

CREATE TABLE s3 (
  n BIGINT,
  m BIGINT,
  ws TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/s3',
  'format' = 'json'
);

EXECUTE STATEMENT SET BEGIN
INSERT INTO s1 SELECT COUNT(*), window_start FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '2' SECOND)) WHERE event_type <> 'click' GROUP BY window_start, window_end;
INSERT INTO s2 SELECT user_id, COUNT(*), TUMBLE_START(timestamp_col, INTERVAL '7' SECOND) FROM user_events GROUP BY user_id, TUMBLE(timestamp_col, INTERVAL '7' SECOND);
INSERT INTO s3 SELECT COUNT(*), COUNT(DISTINCT user_id), TUMBLE_START(timestamp_col, INTERVAL '99' SECOND) FROM user_events GROUP BY TUMBLE(timestamp_col, INTERVAL '99' SECOND);
END;
