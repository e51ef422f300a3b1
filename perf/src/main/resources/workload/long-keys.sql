CREATE TABLE visits (
  url STRING, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (${input});
CREATE TABLE hourly_visits (
  url STRING, visits BIGINT, window_start TIMESTAMP(3), window_end TIMESTAMP(3)
) WITH (${sink});
INSERT INTO hourly_visits
SELECT url, COUNT(*), TUMBLE_START(ts, INTERVAL '1' HOUR), TUMBLE_END(ts, INTERVAL '1' HOUR)
FROM visits
GROUP BY url, TUMBLE(ts, INTERVAL '1' HOUR);
