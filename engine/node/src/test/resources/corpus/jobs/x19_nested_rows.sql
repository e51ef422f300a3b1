-- Whole ROWs, nested ROWs and their fields pass through.
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

CREATE TABLE passed (
  id BIGINT,
  info ROW<city STRING, geo ROW<lat DOUBLE, lon DOUBLE>>,
  geo ROW<lat DOUBLE, lon DOUBLE>,
  lat DOUBLE,
  is_known BOOLEAN
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/passed',
  'format' = 'json'
);

INSERT INTO passed
SELECT id, info, info.geo, info.geo.lat, info.city IS NOT NULL AND info.city <> ''
FROM typed WHERE id < 1500 OR info IS NULL OR info.geo IS NULL;
