CREATE TABLE payments (
  account BIGINT, kind BIGINT, ts TIMESTAMP(3), amount DECIMAL(10, 2),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (${input});
CREATE TABLE hourly_payments (
  account BIGINT, kind BIGINT, total DECIMAL(38, 2), window_start TIMESTAMP(3), window_end TIMESTAMP(3)
) WITH (${sink});
INSERT INTO hourly_payments
SELECT account, kind, SUM(amount), window_start, window_end
FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '1' HOUR))
GROUP BY account, kind, window_start, window_end;
