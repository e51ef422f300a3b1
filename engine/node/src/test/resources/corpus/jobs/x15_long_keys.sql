-- Keys of 40 to 200 bytes, alone and in pairs.
CREATE TABLE visits (
  ts TIMESTAMP(3),
  url STRING,
  referrer STRING,
  cost DECIMAL(12, 3),
  WATERMARK FOR ts AS ts - INTERVAL '3' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/long_keys.jsonl',
  'format' = 'json'
);

CREATE TABLE by_url (
  url STRING,
  n BIGINT,
  total DECIMAL(38, 3),
  refs BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_url',
  'format' = 'json'
);

CREATE TABLE by_pair (
  url STRING,
  referrer STRING,
  n BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_pair',
  'format' = 'json'
);

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO by_url
  SELECT url, COUNT(*), SUM(cost), COUNT(DISTINCT referrer), window_start, window_end
  FROM TABLE(TUMBLE(TABLE visits, DESCRIPTOR(ts), INTERVAL '1' HOUR)) GROUP BY url, window_start, window_end;
  INSERT INTO by_pair
  SELECT url, referrer, COUNT(*), window_start, window_end
  FROM TABLE(TUMBLE(TABLE visits, DESCRIPTOR(ts), INTERVAL '3' HOUR)) GROUP BY url, referrer, window_start, window_end;
END;
