-- Views with column lists over views, a SET, comments of both kinds, odd layout.
SET 'table.local-time-zone' = 'UTC'; /* the same here
as anywhere */

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

CREATE VIEW named (who, what, t, page) AS
SELECT user_id, event_type, timestamp_col, payload.page_url FROM user_events; -- a comment; with a semicolon

create temporary view `known` as select who, t, /* no 'quotes' */ page from named where who is not null and what <> ';';

CREATE TABLE metrics (
  who STRING,
  `end` TIMESTAMP(3),
  n BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/metrics',
  'format' = 'json'
);

insert into metrics
select k.who, k.window_end as `end`, count(*) as `n`
from table(tumble(table `known`, descriptor(t), interval '1' hour)) as k
group by k.window_start, k.window_end, k.who having count(*) > 1;
