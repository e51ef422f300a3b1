-- Odd texts, numbers at their types' ends and times through LIKE, casts, text, time and number functions. Append.
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

CREATE TABLE like_escape (
  status STRING, a BOOLEAN, b BOOLEAN, c BOOLEAN, d BOOLEAN, e BOOLEAN, f BOOLEAN, g BOOLEAN, h BOOLEAN, i BOOLEAN
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/like_escape',
  'format' = 'json'
);

CREATE TABLE casts_code (
  code STRING, i INT, l BIGINT, t TINYINT, d DECIMAL(10,2), x DOUBLE, f FLOAT, b BOOLEAN, dt DATE, ts TIMESTAMP(3), v VARCHAR(3), ch CHAR(5)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/casts_code',
  'format' = 'json'
);

CREATE TABLE casts_down (
  a TINYINT, b SMALLINT, c INT, d DECIMAL(8,2), e STRING, f STRING, g STRING, h BIGINT, i INT, j DECIMAL(10,3), k STRING, l STRING, m BOOLEAN
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/casts_down',
  'format' = 'json'
);

CREATE TABLE text (
  a STRING, b STRING, c STRING, d STRING, e INT, f INT, g STRING, h STRING, i STRING, j STRING, k STRING, l STRING, m STRING, n STRING
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/text',
  'format' = 'json'
);

CREATE TABLE text_negatives (
  n STRING, a STRING, b STRING, c STRING, d STRING, e STRING, f STRING, g STRING, h STRING, i INT
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/text_negatives',
  'format' = 'json'
);

CREATE TABLE time_functions (
  a STRING, b STRING, c BIGINT, d BIGINT, e BIGINT, f BIGINT, g BIGINT, h TIMESTAMP(3), i TIMESTAMP(3), j TIMESTAMP(3), k TIMESTAMP(3), l BIGINT, m BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/time_functions',
  'format' = 'json'
);

CREATE TABLE to_timestamp (
  s STRING, a TIMESTAMP(3), b TIMESTAMP(3), c TIMESTAMP(3), d TIMESTAMP(3), e TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/to_timestamp',
  'format' = 'json'
);

CREATE TABLE intervals (
  a TIMESTAMP(3), b TIMESTAMP(3), c TIMESTAMP(9), d DATE, e DATE, f TIMESTAMP(3), g BOOLEAN, h BOOLEAN, i TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/intervals',
  'format' = 'json'
);

CREATE TABLE math (
  a DECIMAL(38,6), b DECIMAL(38,10), c DECIMAL(38,18), d INT, e DOUBLE, f DECIMAL(20,0), g DECIMAL(20,1), h DOUBLE, i BIGINT, j INT, k DECIMAL(38,6), l DOUBLE, m FLOAT
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/math',
  'format' = 'json'
);

CREATE TABLE case_in (
  a STRING, b INT, c STRING, d BOOLEAN, e BOOLEAN, f BOOLEAN, g STRING, h DECIMAL(21,4), i STRING
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/case_in',
  'format' = 'json'
);

CREATE TABLE three_valued (
  id STRING, a BOOLEAN, b BOOLEAN, c BOOLEAN, d BOOLEAN, e BOOLEAN, f BOOLEAN, g BOOLEAN
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/three_valued',
  'format' = 'json'
);

CREATE TABLE date_patterns (
  a STRING, b STRING, c STRING, d STRING, e STRING, f STRING, g STRING, h STRING, i STRING
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/date_patterns',
  'format' = 'json'
);

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO like_escape SELECT status, status LIKE '%\%%', status LIKE '%!%%' ESCAPE '!', status LIKE 'a_b', status LIKE 'a#_b' ESCAPE '#', status LIKE '%\\%' ESCAPE '\', status NOT LIKE '_%', status LIKE '', status LIKE '%%', code LIKE '%' || status || '%' FROM orders;
  INSERT INTO casts_code SELECT code, TRY_CAST(code AS INT), TRY_CAST(code AS BIGINT), TRY_CAST(code AS TINYINT), TRY_CAST(code AS DECIMAL(10,2)), TRY_CAST(code AS DOUBLE), TRY_CAST(code AS FLOAT), TRY_CAST(code AS BOOLEAN), TRY_CAST(code AS DATE), TRY_CAST(code AS TIMESTAMP(3)), CAST(code AS VARCHAR(3)), CAST(code AS CHAR(5)) FROM orders;
  INSERT INTO casts_down SELECT CAST(qty AS TINYINT), CAST(qty AS SMALLINT), CAST(customer.id AS INT), CAST(total AS DECIMAL(8,2)), CAST(total AS STRING), CAST(tax AS STRING), CAST(ratio AS STRING), CAST(ratio AS BIGINT), CAST(discount AS INT), CAST(ratio AS DECIMAL(10,3)), CAST(discount AS STRING), CAST(flag AS STRING), CAST(qty AS BOOLEAN) FROM orders;
  INSERT INTO text SELECT UPPER(customer.name), LOWER(customer.name), TRIM(status), TRIM(LEADING 'D' FROM status), CHAR_LENGTH(customer.address.city), POSITION('a' IN customer.name), SUBSTRING(customer.name, -3), SUBSTRING(customer.name FROM 2 FOR 2), SUBSTRING(customer.name, 0, 2), SUBSTRING(customer.name, qty, small), REPLACE(customer.address.zip, '-', ''), SPLIT_INDEX(customer.name, '/', 1), SPLIT_INDEX(customer.address.zip, '-', qty), CONCAT(customer.name, '-', customer.address.zip) FROM orders;
  INSERT INTO text_negatives SELECT customer.name, SUBSTRING(customer.name, -10), SUBSTRING(customer.name, -2, 1), SUBSTRING(customer.name, 1, 0), SUBSTRING(customer.name, 3, -1), SPLIT_INDEX(customer.name, '', 0), SPLIT_INDEX(customer.name, '/', -1), SPLIT_INDEX(customer.name, 47, 0), TRIM(BOTH FROM customer.name), CHARACTER_LENGTH(customer.name || customer.address.city) FROM orders WHERE qty < 50 OR qty IS NULL;
  INSERT INTO time_functions SELECT DATE_FORMAT(placed_at, 'yyyy-MM-dd''T''HH:mm:ss.SSS'), DATE_FORMAT(nano, 'EEE, d MMM yy h:mm a'), EXTRACT(YEAR FROM nano), EXTRACT(QUARTER FROM due), EXTRACT(WEEK FROM placed_at), EXTRACT(DOY FROM placed_at), EXTRACT(ISODOW FROM placed_at), FLOOR(placed_at TO HOUR), CEIL(placed_at TO MINUTE), FLOOR(placed_at TO WEEK), CEIL(placed_at TO MONTH), EXTRACT(MILLISECOND FROM nano), EXTRACT(EPOCH FROM placed_at) FROM orders;
  INSERT INTO to_timestamp SELECT shipped, TO_TIMESTAMP(shipped), TO_TIMESTAMP(shipped, 'yyyy/MM/dd HH:mm'), TO_TIMESTAMP(shipped, 'dd.MM.yyyy'), TO_TIMESTAMP(shipped, 'yyyy-MM-dd''T''HH:mm:ss.SSS'), TO_TIMESTAMP(shipped, 'yyyy-M-d H:m:s') FROM orders;
  INSERT INTO intervals SELECT placed_at + INTERVAL '1' MONTH, placed_at - INTERVAL '1-2' YEAR TO MONTH, nano + INTERVAL '1 02:03:04.567' DAY TO SECOND, due + INTERVAL '1' YEAR, due - INTERVAL '30' DAY, placed_at + qty * INTERVAL '1' SECOND, placed_at - INTERVAL '1' HOUR < nano, due BETWEEN DATE '2023-12-31' AND DATE '2024-02-29', INTERVAL '90' MINUTE + placed_at FROM orders WHERE qty BETWEEN -100 AND 100;
  INSERT INTO math SELECT total * 1.1, total / 3, tax + total, MOD(qty, 7), ABS(ratio), FLOOR(total), ROUND(total, 1), ROUND(ratio, 2), CEIL(customer.id), -qty, tax * tax, discount * ratio, discount + small FROM orders WHERE qty IS NOT NULL;
  INSERT INTO case_in SELECT CASE WHEN flag THEN 'y' WHEN NOT flag THEN 'n' END, CASE qty WHEN 0 THEN 0 WHEN 1 THEN 10 ELSE qty / 2 END, COALESCE(NULLIF(status, ''), customer.name, 'zz'), qty IN (1, 2, NULL), qty NOT IN (1, 2, 3), due IN (DATE '2024-02-29', DATE '1970-01-01'), IF(flag, status, code), CASE WHEN qty > 5 THEN total ELSE qty END, NULLIF(code, status) FROM orders;
  INSERT INTO three_valued SELECT order_id, flag AND qty > 1, flag OR qty > 1, NOT (flag AND status = 'open'), flag IS NOT TRUE, (qty > 1) IS UNKNOWN, flag = (qty = 1), status IS DISTINCT FROM code FROM orders WHERE NOT (qty = 3) OR (flag IS FALSE AND total > 1);
  INSERT INTO date_patterns SELECT DATE_FORMAT(placed_at, 'yyyyMMddHHmmssSSS'), DATE_FORMAT(placed_at, 'D/w/u/e'), DATE_FORMAT(placed_at, 'QQQ yyyy'), DATE_FORMAT(placed_at, 'EEEE, MMMM d'), DATE_FORMAT(nano, 'SSSSSSSSS n'), DATE_FORMAT(placed_at, 'k:K:A'), DATE_FORMAT(shipped, 'yyyy'), DATE_FORMAT(placed_at, ''), DATE_FORMAT(placed_at, 'yy-M-d H:m:s.S') FROM orders;
END;
