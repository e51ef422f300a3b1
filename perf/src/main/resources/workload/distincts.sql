CREATE TABLE user_events (
  user_id STRING, event_type STRING, timestamp_col TIMESTAMP(3),
  payload ROW<page_url STRING, session_id STRING>,
  WATERMARK FOR timestamp_col AS timestamp_col - INTERVAL '5' SECOND
) WITH (${input});
CREATE TABLE hourly_user_metrics (
  user_id STRING, pages BIGINT, sessions BIGINT, types BIGINT, window_start TIMESTAMP(3), window_end TIMESTAMP(3)
) WITH (${sink});
INSERT INTO hourly_user_metrics
SELECT user_id, COUNT(DISTINCT payload.page_url), COUNT(DISTINCT payload.session_id), COUNT(DISTINCT event_type),
  TUMBLE_START(timestamp_col, INTERVAL '1' HOUR), TUMBLE_END(timestamp_col, INTERVAL '1' HOUR)
FROM user_events
GROUP BY user_id, TUMBLE(timestamp_col, INTERVAL '1' HOUR);
