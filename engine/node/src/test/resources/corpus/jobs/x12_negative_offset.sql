-- Windows moved back by an offset, and windows of a day moved by hours.
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

CREATE TABLE back (
  n BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/back',
  'format' = 'json'
);

CREATE TABLE days (
  n BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/days',
  'format' = 'json'
);

INSERT INTO back
SELECT COUNT(*), window_start, window_end
FROM TABLE(TUMBLE(TABLE typed, DESCRIPTOR(ts), INTERVAL '7' MINUTE, INTERVAL -'2' MINUTE))
GROUP BY window_start, window_end;

INSERT INTO days
SELECT COUNT(*), window_start, window_end
FROM TABLE(TUMBLE(TABLE typed, DESCRIPTOR(ts), INTERVAL '1' DAY, INTERVAL '3' HOUR))
GROUP BY window_start, window_end;
