-- Run once after a build, so that the classes which most jobs load are kept in an archive.
CREATE TABLE events (
  user_id STRING, event_type STRING, timestamp_col TIMESTAMP(3),
  payload ROW<page_url STRING, session_id STRING>,
  WATERMARK FOR timestamp_col AS timestamp_col - INTERVAL '5' SECOND
) WITH ('connector'='filesystem','path'='warm-up.jsonl','format'='json','json.ignore-parse-errors'='true');
CREATE TABLE hourly (
  user_id STRING, events BIGINT, pages BIGINT, window_start TIMESTAMP(3), window_end TIMESTAMP(3)
) WITH ('connector'='print');
INSERT INTO hourly
SELECT user_id, COUNT(*), COUNT(DISTINCT payload.page_url),
  TUMBLE_START(timestamp_col, INTERVAL '1' HOUR), TUMBLE_END(timestamp_col, INTERVAL '1' HOUR)
FROM events WHERE event_type IN ('click', 'view')
GROUP BY user_id, TUMBLE(timestamp_col, INTERVAL '1' HOUR);
