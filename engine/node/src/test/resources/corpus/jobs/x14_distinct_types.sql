-- DISTINCT over numbers, decimals, dates, booleans, times and doubles.
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

CREATE TABLE metrics (
  tiny_half INT,
  nums BIGINT,
  bigs BIGINT,
  prices BIGINT,
  days BIGINT,
  flags BIGINT,
  doubles BIGINT,
  ats BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/metrics',
  'format' = 'json'
);

INSERT INTO metrics
SELECT tiny / 64, COUNT(DISTINCT num), COUNT(DISTINCT big), COUNT(DISTINCT price), COUNT(DISTINCT `day`), COUNT(DISTINCT flag),
  COUNT(DISTINCT measure), COUNT(DISTINCT `at`), window_start, window_end
FROM TABLE(TUMBLE(TABLE typed, DESCRIPTOR(ts), INTERVAL '2' HOUR))
GROUP BY tiny / 64, window_start, window_end;
