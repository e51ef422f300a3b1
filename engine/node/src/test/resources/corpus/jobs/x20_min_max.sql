-- MIN and MAX of text, dates, times, booleans and decimals.
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

CREATE TABLE extremes (
  tiny TINYINT,
  a STRING,
  b STRING,
  c DATE,
  d DATE,
  e TIMESTAMP(6),
  f TIMESTAMP(6),
  g BOOLEAN,
  h BOOLEAN,
  i DECIMAL(38, 10),
  j DECIMAL(38, 10),
  k SMALLINT,
  l SMALLINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/extremes',
  'format' = 'json'
);

INSERT INTO extremes
SELECT tiny, MIN(label), MAX(label), MIN(`day`), MAX(`day`), MIN(`at`), MAX(`at`), MIN(flag), MAX(flag), MIN(wide), MAX(wide),
  MIN(small), MAX(small), window_start, window_end
FROM TABLE(TUMBLE(TABLE typed, DESCRIPTOR(ts), INTERVAL '6' HOUR))
GROUP BY tiny, window_start, window_end;
