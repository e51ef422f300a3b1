-- Windows with offsets of orders by NULL keys, long keys of several scripts, approximate numbers, 38 digits and nanoseconds. Append.
CREATE TABLE orders (
  order_id STRING,
  customer ROW<id BIGINT, name STRING, address ROW<city STRING, zip STRING, geo ROW<lat DOUBLE, lon DOUBLE>>>,
  qty INT, small TINYINT, total DECIMAL(20, 4), tax DECIMAL(38, 18), placed_at TIMESTAMP(3), nano TIMESTAMP(9),
  shipped STRING, status STRING, ratio DOUBLE, discount FLOAT, flag BOOLEAN, due DATE, code STRING,
  WATERMARK FOR placed_at AS placed_at - INTERVAL '10' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/orders.jsonl',
  'format' = 'json'
);

CREATE TABLE by_status (
  k STRING, n BIGINT, ws TIMESTAMP(3), we TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_status',
  'format' = 'json'
);

CREATE TABLE by_flag (
  flag BOOLEAN, n BIGINT, mx DECIMAL(20, 4), ws TIMESTAMP(3), wt TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_flag',
  'format' = 'json'
);

CREATE TABLE by_place (
  id BIGINT, city STRING, f BOOLEAN, d DATE, n BIGINT, ws TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_place',
  'format' = 'json'
);

CREATE TABLE by_long (
  k STRING, n BIGINT, m STRING, x STRING, ws TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_long',
  'format' = 'json'
);

CREATE TABLE by_number (
  r DOUBLE, f FLOAT, lon DOUBLE, n BIGINT, ws TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_number',
  'format' = 'json'
);

CREATE TABLE by_digits (
  t DECIMAL(20, 4), x DECIMAL(38, 18), n BIGINT, ws TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_digits',
  'format' = 'json'
);

CREATE TABLE by_nano (
  na TIMESTAMP(9), n BIGINT, ws TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_nano',
  'format' = 'json'
);

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO by_status SELECT status, COUNT(*), window_start, window_end FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(placed_at), INTERVAL '1' MINUTES, INTERVAL '17' SECOND)) GROUP BY status, window_start, window_end;
  INSERT INTO by_flag SELECT flag, COUNT(qty), MAX(total), window_start, window_time FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(placed_at), INTERVAL '0 01:30' DAY TO MINUTE, INTERVAL '1:30' MINUTE TO SECOND)) GROUP BY flag, window_start, window_end, window_time;
  INSERT INTO by_place SELECT customer.id, customer.address.city, flag, due, COUNT(*), window_start FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(placed_at), INTERVAL '1' DAY, INTERVAL '-8' HOUR)) GROUP BY customer.id, customer.address.city, flag, due, window_start, window_end;
  INSERT INTO by_long SELECT order_id || customer.address.city, COUNT(*), MIN(order_id), MAX(customer.name), TUMBLE_START(placed_at, INTERVAL '20' MINUTE) FROM orders GROUP BY order_id || customer.address.city, TUMBLE(placed_at, INTERVAL '20' MINUTE);
  INSERT INTO by_number SELECT ratio, discount, customer.address.geo.lon, COUNT(*), window_start FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(placed_at), INTERVAL '30' MINUTE)) GROUP BY ratio, discount, customer.address.geo.lon, window_start, window_end;
  INSERT INTO by_digits SELECT total, tax, COUNT(*), window_start FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(placed_at), INTERVAL '1' HOUR)) GROUP BY total, tax, window_start, window_end;
  INSERT INTO by_nano SELECT nano, COUNT(*), window_start FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(placed_at), INTERVAL '1' HOUR)) GROUP BY nano, window_start, window_end;
END;
