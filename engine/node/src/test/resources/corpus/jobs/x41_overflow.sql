-- Sums that overflow wrap; decimal sums stay exact; integer division cuts.
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
  tiny TINYINT,
  small SMALLINT,
  num INT,
  big BIGINT,
  wide DECIMAL(38, 10),
  means BIGINT,
  q INT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/sums',
  'format' = 'json'
);

INSERT INTO sums
SELECT SUM(tiny), SUM(small), SUM(num), SUM(big), SUM(wide), AVG(big), SUM(num) / CAST(COUNT(*) AS INT), window_start, window_end
FROM TABLE(TUMBLE(TABLE typed, DESCRIPTOR(ts), INTERVAL '10' MINUTE))
GROUP BY window_start, window_end;
