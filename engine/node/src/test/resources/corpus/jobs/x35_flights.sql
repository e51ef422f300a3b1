-- Real flights by route and week; integer averages, shares, a HAVING.
CREATE TABLE flights (
  `date` STRING,
  delay INT,
  distance INT,
  origin STRING,
  destination STRING,
  ts AS TO_TIMESTAMP(`date`, 'yyyy/MM/dd HH:mm'),
  WATERMARK FOR ts AS ts - INTERVAL '1' HOUR
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/flights.jsonl',
  'format' = 'json'
);

CREATE TABLE routes (
  route STRING,
  n BIGINT,
  mean INT,
  share DOUBLE,
  far BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/routes',
  'format' = 'json'
);

INSERT INTO routes
SELECT origin || '-' || destination, COUNT(*), AVG(delay), CAST(COUNT(*) FILTER (WHERE delay > 15) AS DOUBLE) / COUNT(*), MAX(CAST(distance AS BIGINT)) * 1609,
  window_start, window_end
FROM TABLE(TUMBLE(TABLE flights, DESCRIPTOR(ts), INTERVAL '7' DAY))
GROUP BY origin || '-' || destination, window_start, window_end
HAVING COUNT(*) > 3;
