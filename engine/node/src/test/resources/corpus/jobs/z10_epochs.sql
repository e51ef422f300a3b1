-- Event times of numbers: milliseconds, seconds and microseconds since 1970, in both window syntaxes. Append, three times.
CREATE TABLE s (
  id BIGINT, ms BIGINT, sec BIGINT, us BIGINT, slash STRING, ts TIMESTAMP(3), name STRING, other STRING, q BIGINT, price DECIMAL(12, 3), rate DOUBLE, ok BOOLEAN, `day` DATE, loc ROW<city STRING, pos ROW<x INT, y DOUBLE>>, t AS TO_TIMESTAMP_LTZ(ms, 3), t0 AS TO_TIMESTAMP_LTZ(sec, 0), t6 AS CAST(TO_TIMESTAMP_LTZ(us, 6) AS TIMESTAMP(6)), WATERMARK FOR t AS t - INTERVAL '1' MINUTE
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/epochs.jsonl',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TABLE windows (
  name STRING, n BIGINT, first_at TIMESTAMP(3), last_at TIMESTAMP(3), w TIMESTAMP(3), e TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/windows',
  'format' = 'json'
);

CREATE TABLE by_group (
  ok BOOLEAN, n BIGINT, w TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_group',
  'format' = 'json'
);

CREATE TABLE plain (
  id BIGINT, a TIMESTAMP(3), b TIMESTAMP(3), c TIMESTAMP(6), d STRING, e BIGINT, f DATE
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/plain',
  'format' = 'json'
);

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO windows SELECT name, COUNT(*), MIN(t), MAX(t0), window_start, window_end FROM TABLE(TUMBLE(TABLE s, DESCRIPTOR(t), INTERVAL '10' MINUTE)) GROUP BY name, window_start, window_end;
  INSERT INTO by_group SELECT ok, COUNT(*), TUMBLE_START(t, INTERVAL '1' HOUR) FROM s GROUP BY ok, TUMBLE(t, INTERVAL '1' HOUR);
  INSERT INTO plain SELECT id, t, t0, t6, DATE_FORMAT(t, 'yyyy-MM-dd HH:mm:ss.SSS'), EXTRACT(MINUTE FROM t0), CAST(t AS DATE) FROM s;
END;
