-- VALUES, queries without FROM, ROW constructors and casts of ROWs. Append, six times.
CREATE TABLE user_events (
  event_id STRING, user_id STRING, event_type STRING, timestamp_col TIMESTAMP(3),
  payload ROW<page_url STRING, session_id STRING>, duration_ms BIGINT, amount DECIMAL(10, 2),
  WATERMARK FOR timestamp_col AS timestamp_col - INTERVAL '5' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/user_events.jsonl',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE VIEW codes (code, label) AS SELECT * FROM (VALUES (1, 'one'), (2, 'two'), (3, 'three')) AS v(c, l);

CREATE TABLE plain (
  k STRING, n BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/plain',
  'format' = 'json'
);

CREATE TABLE typed (
  a DOUBLE, b STRING, c TIMESTAMP(6), d DECIMAL(10, 2), e TINYINT
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/typed',
  'format' = 'json'
);

CREATE TABLE labels (
  a INT, b STRING
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/labels',
  'format' = 'json'
);

CREATE TABLE mixed (
  k STRING, n DECIMAL(10, 3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/mixed',
  'format' = 'json'
);

CREATE TABLE nested (
  w ROW<s TIMESTAMP(3), e TIMESTAMP(3)>, k ROW<u STRING, p ROW<url STRING, n BIGINT>>
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/nested',
  'format' = 'json'
);

CREATE TABLE casts (
  id STRING, p ROW<u VARCHAR(5), s CHAR(3)>, r ROW<a STRING, b ROW<x DECIMAL(8, 1), t TIMESTAMP(3)>>
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/casts',
  'format' = 'json'
);

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO plain VALUES ('a', 1), ('bcd', 2), (CAST(NULL AS STRING), -3), ('it''s', CAST(7 AS BIGINT));
  INSERT INTO typed (a, b, c, d) VALUES
    (1, 'a', TIMESTAMP '2024-01-01 00:00:00', 1.25),
    (2.5, 'abc', TIMESTAMP '2024-01-01 00:00:00.123456', 3),
    (1E1, CAST(5 AS STRING), CAST('2024-02-02 01:01:01' AS TIMESTAMP(3)), 1 + 1);
  INSERT INTO labels SELECT code * 10, UPPER(label) || '!' FROM codes WHERE code <> 2;
  INSERT INTO mixed
  SELECT user_id, amount FROM user_events WHERE amount > 400
  UNION ALL VALUES ('end', 0.125) UNION ALL SELECT 'x' || 'y', 1 + 2;
  INSERT INTO nested
  SELECT ROW(window_start, window_end), (user_id, ROW(payload.page_url, COUNT(*)))
  FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '6' HOUR))
  WHERE event_type = 'click' AND payload.page_url LIKE '/item/1%' GROUP BY user_id, payload.page_url, window_start, window_end;
  INSERT INTO casts
  SELECT event_id, CAST(payload AS ROW<u VARCHAR(5), s CHAR(3)>),
    CAST(ROW(user_id, ROW(amount, timestamp_col)) AS ROW<a STRING, b ROW<x DECIMAL(8, 1), t TIMESTAMP(3)>>)
  FROM user_events WHERE event_type = 'purchase' AND amount < 40;
END;
