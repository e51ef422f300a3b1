-- Run once after a build, so that the classes which most jobs load are kept in an archive.
CREATE TABLE events (
  user_id STRING, event_type STRING, timestamp_col TIMESTAMP(3),
  payload ROW<page_url STRING, session_id STRING>, amount DECIMAL(10, 2), n BIGINT, ratio DOUBLE,
  day_text AS DATE_FORMAT(timestamp_col, 'yyyy-MM-dd'),
  WATERMARK FOR timestamp_col AS timestamp_col - INTERVAL '5' SECOND
) WITH ('connector'='filesystem','path'='warm-up.jsonl','format'='json','json.ignore-parse-errors'='true');
CREATE TABLE hourly (
  user_id STRING, events BIGINT, pages BIGINT, window_start TIMESTAMP(3), window_end TIMESTAMP(3)
) WITH ('connector'='print');
CREATE TABLE totals (k STRING, c BIGINT, s DECIMAL(20, 2), least BIGINT, mean DOUBLE, w TIMESTAMP(3))
  WITH ('connector'='print');
CREATE TABLE plain (k STRING, v STRING, x DOUBLE) WITH ('connector'='print');
CREATE VIEW sized AS
SELECT *, CASE WHEN n > 3 THEN 'big' ELSE 'small' END AS size FROM events WHERE user_id LIKE 'u%';
EXECUTE STATEMENT SET BEGIN
INSERT INTO hourly
SELECT user_id, COUNT(*), COUNT(DISTINCT payload.page_url),
  TUMBLE_START(timestamp_col, INTERVAL '1' HOUR), TUMBLE_END(timestamp_col, INTERVAL '1' HOUR)
FROM events WHERE event_type IN ('click', 'view')
GROUP BY user_id, TUMBLE(timestamp_col, INTERVAL '1' HOUR);
INSERT INTO totals
SELECT UPPER(user_id), COUNT(*) FILTER (WHERE n > 2), SUM(amount), MIN(n), AVG(ratio), window_start
FROM TABLE(TUMBLE(TABLE sized, DESCRIPTOR(timestamp_col), INTERVAL '1' MINUTE))
GROUP BY user_id, window_start, window_end HAVING COUNT(*) > 0;
INSERT INTO totals
SELECT 'all', COUNT(DISTINCT user_id), MAX(amount), MAX(n), AVG(ratio), TUMBLE_START(timestamp_col, INTERVAL '1' DAY)
FROM events GROUP BY TUMBLE(timestamp_col, INTERVAL '1' DAY);
INSERT INTO plain
SELECT CONCAT(user_id, '-', size), SUBSTRING(TRIM(user_id), 1, 2), CAST(n AS DOUBLE) / 3
FROM sized WHERE n BETWEEN 1 AND 100
UNION ALL
SELECT COALESCE(user_id, 'x') || LOWER(event_type), SPLIT_INDEX(day_text, '-', 1), ROUND(ratio, 1) FROM events
WHERE EXTRACT(HOUR FROM timestamp_col) IN (0, 2) AND (n IS NULL OR NOT n = 7) AND TRY_CAST(user_id AS INT) IS NULL;
END;
