-- Three-valued logic in WHERE, IN with NULLs, BETWEEN, DISTINCT FROM.
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

CREATE TABLE kept (
  id BIGINT,
  a BOOLEAN,
  b BOOLEAN,
  c BOOLEAN,
  d BOOLEAN
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/kept',
  'format' = 'json'
);

INSERT INTO kept
SELECT id, flag AND num > 0, flag OR num > 0, num IN (1, 2, 3) OR num IS NULL, price IS DISTINCT FROM wide
FROM typed
WHERE (flag IS NOT FALSE AND (num BETWEEN -10 AND 10 OR label NOT IN ('Köln-1', '東京-2')))
  AND NOT (small > 0 AND small < 10000) AND (flag = (num > 0)) IS NOT UNKNOWN AND label NOT LIKE 'S%';
