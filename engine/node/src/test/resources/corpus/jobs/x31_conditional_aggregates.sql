-- COUNT and SUM with FILTER, SUM of CASE, AVG of CASE.
CREATE TABLE user_events (
  event_id STRING,
  user_id STRING,
  event_type STRING,
  timestamp_col TIMESTAMP(3),
  payload ROW<page_url STRING, session_id STRING>,
  duration_ms BIGINT,
  amount DECIMAL(10, 2),
  WATERMARK FOR timestamp_col AS timestamp_col - INTERVAL '5' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/user_events.jsonl',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TABLE funnel (
  page_views BIGINT,
  clicks BIGINT,
  bought BIGINT,
  spent DECIMAL(38, 2),
  rate DECIMAL(10, 4),
  slow INT,
  mean BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/funnel',
  'format' = 'json'
);

INSERT INTO funnel
SELECT COUNT(*) FILTER (WHERE event_type = 'page_view'), COUNT(*) FILTER (WHERE event_type = 'click'),
  COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'purchase'), SUM(amount) FILTER (WHERE amount < 400),
  CAST(COUNT(*) FILTER (WHERE event_type = 'click') * 1.0000 / NULLIF(COUNT(*), 0) AS DECIMAL(10, 4)),
  SUM(CASE WHEN duration_ms > 20000 THEN 1 ELSE 0 END), AVG(CASE WHEN event_type = 'click' THEN duration_ms END),
  window_start, window_end
FROM TABLE(TUMBLE(TABLE user_events, DESCRIPTOR(timestamp_col), INTERVAL '15' MINUTE))
GROUP BY window_start, window_end;
