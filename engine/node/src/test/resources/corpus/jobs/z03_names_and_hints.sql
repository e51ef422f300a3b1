-- Names with catalog and database, OPTIONS hints, views that are dropped, queries inside TUMBLE. Append, four times.
USE CATALOG default_catalog;
USE default_database;

CREATE TABLE default_catalog.default_database.user_events (
  event_id STRING, user_id STRING, event_type STRING, timestamp_col TIMESTAMP(3),
  payload ROW<page_url STRING, session_id STRING>, duration_ms BIGINT, amount DECIMAL(10, 2),
  WATERMARK FOR timestamp_col AS timestamp_col - INTERVAL '5' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/user_events.jsonl',
  'format' = 'json'
);

CREATE VIEW v AS SELECT event_id FROM user_events;
DROP VIEW default_database.v;
DROP VIEW IF EXISTS v;
DROP TABLE IF EXISTS nothing;
CREATE VIEW default_database.v AS
SELECT user_id AS u, amount AS a, timestamp_col AS ts
FROM `default_catalog`.`default_database`.`user_events` /*+ OPTIONS('json.ignore-parse-errors' = 'true') */
WHERE event_type = 'purchase';

CREATE TABLE default_database.spent (
  u STRING, a DECIMAL(38, 2), ws TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/spent',
  'format' = 'json'
);

CREATE TABLE clicks (
  u STRING, n BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/clicks',
  'format' = 'json'
);

CREATE TABLE both_kinds (
  u STRING, n BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/both_kinds',
  'format' = 'json'
);

CREATE TABLE big (
  u STRING, a DECIMAL(10, 2)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/big',
  'format' = 'json'
);

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO default_catalog.default_database.spent
  SELECT v.u, SUM(a), TUMBLE_START(ts, INTERVAL '1' HOUR) FROM default_database.v GROUP BY v.u, TUMBLE(ts, INTERVAL '1' HOUR);
  INSERT INTO clicks
  SELECT ue.user_id, COUNT(*)
  FROM TABLE(TUMBLE(
    (SELECT * FROM default_database.user_events /*+ OPTIONS('json.ignore-parse-errors' = 'true') */ WHERE event_type = 'click'),
    DESCRIPTOR(timestamp_col), INTERVAL '2' HOUR)) AS ue
  GROUP BY ue.user_id, window_start, window_end;
  INSERT INTO both_kinds
  SELECT u, COUNT(*) FROM TABLE(TUMBLE((SELECT UPPER(u) AS u, ts FROM v WHERE a > 10), DESCRIPTOR(ts), INTERVAL '6' HOUR))
  GROUP BY u, window_start, window_end HAVING COUNT(*) > 1;
  INSERT INTO big /*+ OPTIONS('json.encode.ignore-null-fields' = 'true') */
  SELECT u, a FROM v WHERE a > 400;
END;
