-- Event times before 1970, by way of a computed column, in windows that begin before it.
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
  earlier AS ts - INTERVAL '60' DAY - INTERVAL '53' YEAR - INTERVAL '11' MONTH - INTERVAL '2' HOUR,
  WATERMARK FOR earlier AS earlier - INTERVAL '3' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/typed.jsonl',
  'format' = 'json'
);

CREATE TABLE metrics (
  n BIGINT,
  earliest TIMESTAMP(3),
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/metrics',
  'format' = 'json'
);

INSERT INTO metrics
SELECT COUNT(*), MIN(earlier), window_start, window_end
FROM TABLE(TUMBLE(TABLE typed, DESCRIPTOR(earlier), INTERVAL '50' MINUTE))
GROUP BY window_start, window_end;
