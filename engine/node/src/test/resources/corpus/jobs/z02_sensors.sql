-- Keys three rows deep, of DATE and BOOLEAN, of odd text; FILTER with DISTINCT; sums of 38 digits. Append, four times.
CREATE TABLE sensors (
  seq BIGINT, device STRING,
  site ROW<plant ROW<code STRING, geo ROW<lat DOUBLE, zone INT>>, line SMALLINT>,
  `at` TIMESTAMP(3), temp DECIMAL(6, 2), `load` TINYINT, rpm SMALLINT, ok BOOLEAN, price DECIMAL(12, 2),
  `day` DATE, big DECIMAL(38, 0), nano TIMESTAMP(9), note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '5' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/sensors.jsonl',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TABLE by_zone (code STRING, zone INT, n BIGINT, mn DOUBLE, mx DOUBLE, a DOUBLE, lines BIGINT, ws TIMESTAMP(3), we TIMESTAMP(3)) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_zone',
  'format' = 'json'
);

CREATE TABLE by_day (`day` DATE, ok BOOLEAN, n BIGINT, s DECIMAL(38,2), a DECIMAL(38,6), ws TIMESTAMP(3)) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_day',
  'format' = 'json'
);

CREATE TABLE by_device (device STRING, a BIGINT, b BIGINT, c BIGINT, d BIGINT, e BIGINT, f BIGINT, ws TIMESTAMP(3)) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_device',
  'format' = 'json'
);

CREATE TABLE sums (s DECIMAL(38,0), a DECIMAL(38,6), mn DECIMAL(38,0), mx DECIMAL(38,0), c BIGINT, p DECIMAL(38,2), ws TIMESTAMP(3)) WITH (
  'connector' = 'filesystem',
  'path' = 'out/sums',
  'format' = 'json'
);

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO by_zone SELECT site.plant.code, site.plant.geo.zone, COUNT(*), MIN(site.plant.geo.lat), MAX(site.plant.geo.lat), AVG(CAST(site.line AS DOUBLE)), COUNT(DISTINCT site.line), window_start, window_end FROM TABLE(TUMBLE(TABLE sensors, DESCRIPTOR(`at`), INTERVAL '15' MINUTE)) GROUP BY site.plant.code, site.plant.geo.zone, window_start, window_end;
  INSERT INTO by_day SELECT `day`, ok, COUNT(*), SUM(price), AVG(temp), TUMBLE_START(`at`, INTERVAL '1' DAY) FROM sensors GROUP BY `day`, ok, TUMBLE(`at`, INTERVAL '1' DAY);
  INSERT INTO by_device SELECT device, COUNT(DISTINCT temp) FILTER (WHERE ok), COUNT(DISTINCT `day`) FILTER (WHERE NOT ok), COUNT(DISTINCT site.plant.code) FILTER (WHERE ok IS NULL), COUNT(*) FILTER (WHERE temp > 20 OR temp IS NULL), COUNT(DISTINCT note), COUNT(rpm) FILTER (WHERE `load` BETWEEN -10 AND 10), window_start FROM TABLE(TUMBLE(TABLE sensors, DESCRIPTOR(`at`), INTERVAL '1' HOUR)) GROUP BY device, window_start, window_end;
  INSERT INTO sums SELECT SUM(big), AVG(big), MIN(big), MAX(big), COUNT(DISTINCT big), SUM(price), window_start FROM TABLE(TUMBLE(TABLE sensors, DESCRIPTOR(`at`), INTERVAL '30' MINUTE)) GROUP BY window_start, window_end;
END;
