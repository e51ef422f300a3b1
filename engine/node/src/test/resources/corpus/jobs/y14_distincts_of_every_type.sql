-- distinct counts of every type
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

CREATE TABLE o (
  f BOOLEAN,
  a BIGINT,
  b BIGINT,
  c BIGINT,
  d BIGINT,
  e BIGINT,
  g BIGINT,
  h BIGINT,
  i BIGINT,
  j BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/o',
  'format' = 'json'
);

INSERT INTO o SELECT flag, COUNT(DISTINCT tiny), COUNT(DISTINCT num), COUNT(DISTINCT big), COUNT(DISTINCT ratio), COUNT(DISTINCT measure), COUNT(DISTINCT wide), COUNT(DISTINCT label), COUNT(DISTINCT `day`), COUNT(DISTINCT `at`) FROM TABLE(TUMBLE(TABLE typed, DESCRIPTOR(ts), INTERVAL '1' HOUR)) GROUP BY window_start, window_end, flag;
