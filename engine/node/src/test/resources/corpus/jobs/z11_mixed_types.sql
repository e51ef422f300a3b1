-- CASE and COALESCE of numbers of several types, ends of months, sums of every width. Append, three times.
CREATE TABLE s (
  id BIGINT, ms BIGINT, sec BIGINT, us BIGINT, slash STRING, ts TIMESTAMP(3), name STRING, other STRING, q BIGINT, price DECIMAL(12, 3), rate DOUBLE, ok BOOLEAN, `day` DATE, loc ROW<city STRING, pos ROW<x INT, y DOUBLE>>,  WATERMARK FOR ts AS ts - INTERVAL '10' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/epochs.jsonl',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TABLE sums (
  ok BOOLEAN, a BIGINT, b BIGINT, c DECIMAL(38,3), d DECIMAL(38,6), e INT, f INT, g DOUBLE, h BIGINT, i BIGINT, j DATE, k DATE, l BOOLEAN, m DECIMAL(38,6), n SMALLINT, o TINYINT, w TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/sums',
  'format' = 'json'
);

CREATE TABLE cases (
  id BIGINT, a DECIMAL(22,3), b DOUBLE, c STRING, d BIGINT, e DECIMAL(22,3), f STRING, g TIMESTAMP(3), h DATE, i INT, j STRING, k DECIMAL(12,3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/cases',
  'format' = 'json'
);

CREATE TABLE months (
  id BIGINT, a DATE, b DATE, c TIMESTAMP(3), d TIMESTAMP(3), e BIGINT, f BIGINT, g STRING, h DATE, i TIMESTAMP(3), j BIGINT, k BIGINT, l STRING, m TIMESTAMP(3), n BOOLEAN
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/months',
  'format' = 'json'
);

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO sums SELECT ok, SUM(q), AVG(q), SUM(price), AVG(price), SUM(CAST(q AS INT)), AVG(CAST(q AS INT)), MAX(rate), COUNT(loc.city), COUNT(DISTINCT loc.pos.x), MIN(`day`), MAX(`day`), COUNT(*) FILTER (WHERE name IS NULL) > 0, AVG(price) FILTER (WHERE price > 0), SUM(CAST(q AS SMALLINT)), SUM(CAST(q AS TINYINT)), window_start FROM TABLE(TUMBLE(TABLE s, DESCRIPTOR(ts), INTERVAL '20' MINUTE, INTERVAL '-3' MINUTE)) GROUP BY ok, window_start, window_end;
  INSERT INTO cases SELECT id, CASE WHEN ok THEN q ELSE price END, CASE WHEN ok THEN rate WHEN NOT ok THEN price END, CASE name WHEN 'a' THEN 'first' WHEN '' THEN 'empty' WHEN other THEN 'same' END, COALESCE(q, CAST(loc.pos.x AS BIGINT), id), COALESCE(price, q, 0), NULLIF(name, other), CASE WHEN `day` IS NULL THEN ts ELSE CAST(`day` AS TIMESTAMP(3)) END, COALESCE(`day`, CAST(ts AS DATE)), CASE WHEN price > 100 THEN 1 WHEN price > 1 THEN 2 ELSE 3 END, IF(ok, name, other), NULLIF(price, q) FROM s;
  INSERT INTO months SELECT id, `day` + INTERVAL '1' MONTH, `day` - INTERVAL '1' YEAR, ts + INTERVAL '1' MONTH, ts - INTERVAL '1-1' YEAR TO MONTH, EXTRACT(WEEK FROM `day`), EXTRACT(DOY FROM ts), DATE_FORMAT(ts, 'yyyy-MM-dd E'), CAST(CEIL(ts TO MONTH) AS DATE), FLOOR(ts TO YEAR), TIMESTAMPDIFF(MONTH, `day`, CAST(ts AS DATE)), TIMESTAMPDIFF(DAY, `day`, ts), DATE_FORMAT(CAST(`day` AS TIMESTAMP(3)), 'dd.MM.yy'), ts + q * INTERVAL '1' SECOND, `day` + INTERVAL '7' DAY > CAST(ts AS DATE) FROM s WHERE q BETWEEN -200 AND 400 OR q IS NULL;
END;
