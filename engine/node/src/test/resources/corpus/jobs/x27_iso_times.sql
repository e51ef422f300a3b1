-- ISO-8601 times in and out, plain decimals, NULLs left out.
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
  'path' = 'input/typed_iso.jsonl',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
);

CREATE TABLE passed (
  id BIGINT,
  ts TIMESTAMP(3),
  `at` TIMESTAMP(6),
  wide DECIMAL(38, 10),
  `day` DATE,
  info ROW<city STRING, geo ROW<lat DOUBLE, lon DOUBLE>>
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/passed',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601',
  'json.encode.decimal-as-plain-number' = 'true',
  'json.encode.ignore-null-fields' = 'true'
);

INSERT INTO passed SELECT id, ts, `at`, wide, `day`, info FROM typed;
