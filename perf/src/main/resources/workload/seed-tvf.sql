CREATE TABLE user_events (
  user_id STRING, event_type STRING, timestamp_col TIMESTAMP(3),
  payload ROW<page_url STRING, session_id STRING>,
  WATERMARK FOR timestamp_col AS timestamp_col - INTERVAL '5' SECOND
) WITH (${input});
CREATE TABLE hourly_user_metrics (
  user_id STRING, event_count BIGINT, unique_pages BIGINT, window_start TIMESTAMP(3), window_end TIMESTAMP(3)
) WITH (${sink});
INSERT INTO hourly_user_metrics
SELECT user_id, COUNT(*), COUNT(DISTINCT payload.page_url), window_start, window_end
FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '1' HOUR))
WHERE event_type IN ('page_view','click','scroll')
GROUP BY user_id, window_start, window_end;
