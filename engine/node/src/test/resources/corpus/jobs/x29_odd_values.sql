-- Odd JSON: wrong types, overflow, duplicates, other orders, text behind the row; wrong fields become NULL.
CREATE TABLE odd_values (
  id BIGINT,
  ts TIMESTAMP(3),
  flag BOOLEAN,
  tiny TINYINT,
  small SMALLINT,
  num INT,
  big BIGINT,
  ratio FLOAT,
  measure DOUBLE,
  price DECIMAL(10, 2),
  label STRING,
  `day` DATE,
  `at` TIMESTAMP(6),
  info ROW<city STRING, geo ROW<lat DOUBLE, lon DOUBLE>>
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/odd_values.jsonl',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TABLE passed (
  id BIGINT,
  ts TIMESTAMP(3),
  flag BOOLEAN,
  tiny TINYINT,
  small SMALLINT,
  num INT,
  big BIGINT,
  ratio FLOAT,
  measure DOUBLE,
  price DECIMAL(10, 2),
  label STRING,
  `day` DATE,
  `at` TIMESTAMP(6),
  info ROW<city STRING, geo ROW<lat DOUBLE, lon DOUBLE>>
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/passed',
  'format' = 'json'
);

INSERT INTO passed SELECT * FROM odd_values;
