-- SUM, AVG, MIN, MAX of DOUBLE and FLOAT for each key, in the order of the rows.
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

CREATE TABLE sums (
  label STRING,
  s DOUBLE,
  a DOUBLE,
  lo DOUBLE,
  hi DOUBLE,
  fs FLOAT,
  fa FLOAT,
  flo FLOAT,
  fhi FLOAT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/sums',
  'format' = 'json'
);

INSERT INTO sums
SELECT label, SUM(measure), AVG(measure), MIN(measure), MAX(measure), SUM(ratio), AVG(ratio), MIN(ratio), MAX(ratio),
  window_start, window_end
FROM TABLE(TUMBLE(TABLE typed, DESCRIPTOR(ts), INTERVAL '2' HOUR))
GROUP BY label, window_start, window_end;
