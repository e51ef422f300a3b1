-- Casts between text, numbers and times in a projection.
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

CREATE TABLE casts (
  id BIGINT,
  a STRING,
  b STRING,
  c STRING,
  d STRING,
  e STRING,
  f DECIMAL(6, 1),
  g INT,
  h BIGINT,
  i DATE,
  j TIMESTAMP(3),
  k INT,
  l DOUBLE,
  m BOOLEAN
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/casts',
  'format' = 'json'
);

INSERT INTO casts
SELECT id, CAST(measure AS STRING), CAST(price AS STRING), CAST(`at` AS STRING), CAST(flag AS STRING), CAST(ratio AS STRING),
  CAST(measure AS DECIMAL(6, 1)), CAST(price AS INT), CAST(measure AS BIGINT), CAST(`at` AS DATE), CAST(`day` AS TIMESTAMP(3)),
  TRY_CAST(label AS INT), TRY_CAST(SPLIT_INDEX(label, '-', 1) AS DOUBLE), CAST(num AS BOOLEAN)
FROM typed WHERE id BETWEEN 100 AND 900;
