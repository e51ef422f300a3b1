CREATE TABLE payments (
  account BIGINT, kind BIGINT, ts TIMESTAMP(3), amount DECIMAL(10, 2),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (${input});
CREATE TABLE hourly_payments (
  account BIGINT, kind BIGINT, total DECIMAL(38, 2), window_start TIMESTAMP(3), window_end TIMESTAMP(3)
) WITH (${sink});
INSERT INTO hourly_payments
SELECT account, kind, SUM(amount), TUMBLE_START(ts, INTERVAL '1' HOUR), TUMBLE_END(ts, INTERVAL '1' HOUR)
FROM payments
GROUP BY account, kind, TUMBLE(ts, INTERVAL '1' HOUR);
