-- Seven keys of seven types; NULLs are keys like any other.
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

CREATE TABLE grouped (
  flag BOOLEAN,
  `day` DATE,
  sec TIMESTAMP(6),
  tiny TINYINT,
  city STRING,
  lat DOUBLE,
  ratio FLOAT,
  n BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/grouped',
  'format' = 'json'
);

INSERT INTO grouped
SELECT flag, `day`, FLOOR(`at` TO HOUR), CAST(tiny / 50 AS TINYINT), info.city, FLOOR(info.geo.lat / 60), FLOOR(ratio / 200),
  COUNT(*), window_start, window_end
FROM TABLE(TUMBLE(TABLE typed, DESCRIPTOR(ts), INTERVAL '2' HOUR))
GROUP BY flag, `day`, FLOOR(`at` TO HOUR), CAST(tiny / 50 AS TINYINT), info.city, FLOOR(info.geo.lat / 60), FLOOR(ratio / 200),
  window_start, window_end;
