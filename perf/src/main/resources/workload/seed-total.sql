CREATE TABLE user_events (
  user_id STRING, event_type STRING, timestamp_col TIMESTAMP(3),
  payload ROW<page_url STRING, session_id STRING>,
  WATERMARK FOR timestamp_col AS timestamp_col - INTERVAL '5' SECOND
) WITH (${input});
CREATE TABLE hourly_totals (
  event_count BIGINT, window_start TIMESTAMP(3), window_end TIMESTAMP(3)
) WITH (${sink});
INSERT INTO hourly_totals
SELECT COUNT(*) AS event_count,
  TUMBLE_START(timestamp_col, INTERVAL '1' HOUR) AS window_start,
  TUMBLE_END(timestamp_col, INTERVAL '1' HOUR) AS window_end
FROM user_events GROUP BY TUMBLE(timestamp_col, INTERVAL '1' HOUR);
