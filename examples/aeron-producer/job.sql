-- Rows over Aeron IPC in, their sums by user and minute over Aeron IPC out. In another terminal:
--   examples/aeron-producer/producer 100000
CREATE TABLE orders (
  user_id STRING, amount BIGINT, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
) WITH ('connector'='aeron', 'channel'='aeron:ipc', 'stream-id'='10', 'format'='sbe');
CREATE TABLE totals (
  user_id STRING, orders BIGINT, amount BIGINT, window_start TIMESTAMP(3)
) WITH ('connector'='aeron', 'channel'='aeron:ipc', 'stream-id'='20', 'format'='sbe');
INSERT INTO totals
SELECT user_id, COUNT(*), SUM(amount), TUMBLE_START(ts, INTERVAL '1' MINUTE)
FROM orders GROUP BY user_id, TUMBLE(ts, INTERVAL '1' MINUTE);
