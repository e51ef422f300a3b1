-- modulus and rounding of decimals and doubles
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
  id BIGINT,
  a DECIMAL(20,2),
  b DECIMAL(20,0),
  c DECIMAL(20,0),
  d DECIMAL(20,1),
  e DOUBLE,
  f INT,
  g BIGINT,
  h DECIMAL(20,2),
  i DOUBLE
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/o',
  'format' = 'json'
);

INSERT INTO o SELECT id, MOD(price, 3), CEIL(price), FLOOR(price), ROUND(price, 1), ROUND(measure, -1), MOD(num, 7), ROUND(big, -2), ABS(price), FLOOR(measure * 10) / 10 FROM typed;
