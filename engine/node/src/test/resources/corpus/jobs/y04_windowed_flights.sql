-- a window table function whose rows go on with their window and their time
CREATE TABLE flights (
  `date` STRING,
  delay INT,
  distance INT,
  origin STRING,
  destination STRING,
  ts AS TO_TIMESTAMP(`date`, 'yyyy/MM/dd HH:mm'),
  WATERMARK FOR ts AS ts
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/flights.jsonl',
  'format' = 'json'
);

CREATE TABLE o (
  origin STRING,
  ts TIMESTAMP(3),
  ws TIMESTAMP(3),
  minute_ BIGINT,
  we STRING
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/o',
  'format' = 'json'
);

INSERT INTO o SELECT origin, CAST(ts AS TIMESTAMP(3)), window_start, EXTRACT(MINUTE FROM ts), CAST(window_end AS STRING) FROM TABLE(TUMBLE(TABLE flights, DESCRIPTOR(ts), INTERVAL '6' HOUR)) WHERE delay > 60 AND ts >= window_start + INTERVAL '5' HOUR;
