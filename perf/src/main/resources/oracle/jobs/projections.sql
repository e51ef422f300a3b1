-- Functions, casts, conditions, views, UNION ALL, WITH over user events. Each query is a job; JobOracle declares its sink.
CREATE TABLE e (event_id STRING, user_id STRING, event_type STRING, timestamp_col TIMESTAMP(3), payload ROW<page_url STRING, session_id STRING>, duration_ms BIGINT, amount DECIMAL(10, 2), WATERMARK FOR timestamp_col AS timestamp_col - INTERVAL '5' SECOND) WITH ('connector'='filesystem','path'='engine/node/src/test/resources/corpus/input/user_events.jsonl','format'='json','json.fail-on-missing-field'='false','json.ignore-parse-errors'='true');
CREATE VIEW v1 AS SELECT *, amount * 2 AS double_amount FROM e WHERE user_id IS NOT NULL;
CREATE VIEW v2 (a, b, c, at_time) AS SELECT user_id, double_amount, payload.page_url, timestamp_col FROM v1;
SELECT * FROM v2;
SELECT e.* FROM e WHERE e.amount BETWEEN 10 AND 20;
SELECT x.user_id, x.payload.page_url, x.payload FROM e AS x WHERE x.event_type = 'purchase';
SELECT payload.* FROM e WHERE duration_ms < 100;
SELECT page_url FROM (SELECT payload.page_url AS page_url, amount FROM e) WHERE amount > 400;
SELECT c, COUNT(*) AS n, SUM(b) AS s, TUMBLE_START(at_time, INTERVAL '1' HOUR) AS ws FROM v2 GROUP BY c, TUMBLE(at_time, INTERVAL '1' HOUR);
SELECT SPLIT_INDEX(payload.page_url, '/', 1) AS d0, SPLIT_INDEX(payload.page_url, '/', 2) AS d1, SPLIT_INDEX(payload.page_url, '?', 1) AS q, SPLIT_INDEX(user_id, '_', 1) AS u FROM e;
SELECT SUBSTRING(payload.page_url, -3) AS a, SUBSTRING(payload.page_url FROM 2 FOR 100) AS b, SUBSTRING(user_id, 0, 3) AS c, SUBSTR(user_id, 2) AS d, UPPER(SUBSTRING(user_id, 1, 1)) || LOWER(SUBSTRING(user_id FROM 2)) AS f FROM e;
SELECT DATE_FORMAT(timestamp_col, 'yyyyMMdd') AS d, DATE_FORMAT(timestamp_col, 'HH') AS h, DATE_FORMAT(timestamp_col, 'EEEE') AS w, DATE_FORMAT(timestamp_col, 'yyyy-''Q''Q') AS q, DATE_FORMAT(timestamp_col, 'hh:mm:ss.SSS a') AS t, EXTRACT(WEEK FROM timestamp_col) AS wk, DAYOFWEEK(timestamp_col) AS dow, FLOOR(timestamp_col TO HOUR) AS fh, CEIL(timestamp_col TO DAY) AS cd FROM e WHERE amount > 200;
SELECT user_id LIKE 'user!_1%' ESCAPE '!' AS a, user_id LIKE '%\_%' AS b, user_id NOT LIKE '%1_' AS c, payload.page_url LIKE '/item/%' AS d, user_id LIKE 'пол%' AS f, user_id LIKE '_____' AS g, payload.page_url LIKE '%\%%' ESCAPE '\' AS h FROM e;
SELECT CAST(amount AS INT) AS i, CAST(amount AS STRING) AS s, CAST(duration_ms AS DECIMAL(6, 1)) AS d, CAST(timestamp_col AS DATE) AS dt, CAST(timestamp_col AS STRING) AS ts, CAST(duration_ms AS BOOLEAN) AS b, CAST(duration_ms AS FLOAT) AS f, TRY_CAST(user_id AS INT) AS u, TRY_CAST(SPLIT_INDEX(user_id, '_', 1) AS BIGINT) AS n FROM e;
SELECT ROUND(amount, 1) AS a, ROUND(amount, -1) AS b, ROUND(amount) AS c, FLOOR(amount) AS d, CEIL(amount) AS f, ABS(-amount) AS g, amount / 7 AS h, amount * 1.175 AS i, MOD(amount, 3) AS j, amount % 2.5 AS k, -amount AS l, duration_ms / 1000 AS m, duration_ms / 1000.0 AS n, duration_ms / 1e3 AS o, duration_ms % 7 AS p FROM e;
SELECT event_id FROM e WHERE amount > 50 AND NULL;
SELECT event_id FROM e WHERE NOT (amount > 50 AND user_id <> 'user_1') OR payload.page_url IS NULL;
SELECT event_id FROM e WHERE user_id NOT IN ('user_1', 'user_2', NULL);
SELECT event_id FROM e WHERE amount NOT IN (12.5, 13) AND duration_ms IN (1, 2, 3, 1000.5, 20000);
SELECT event_id, COALESCE(payload.page_url, payload.session_id, user_id, '?') AS c, NULLIF(user_id, 'user_1') AS n, IF(amount > 100, 'hi', 'lo') AS i, CASE WHEN amount > 100 THEN 1 ELSE 2.5 END AS m FROM e WHERE (amount IS NULL) = (duration_ms IS NULL);
SELECT user_id AS `select`, event_type AS `a b`, amount AS `Größe`, timestamp_col AS `timestamp`, 'x' AS "y" FROM e;
SELECT user_id AS `select`, event_type AS `a b`, amount AS `Größe`, timestamp_col AS `timestamp` FROM e WHERE amount > 100;
SELECT user_id, amount FROM e WHERE amount > 400 UNION ALL SELECT event_type, duration_ms FROM e WHERE duration_ms > 29000 UNION ALL SELECT 'x', NULL FROM e WHERE event_id = 'e1';
SELECT user_id, amount FROM e WHERE amount > 400 UNION ALL SELECT event_type, CAST(duration_ms AS INT) FROM e WHERE duration_ms > 29000 UNION ALL SELECT 'x', 1.5 FROM e WHERE event_id = 'e1';
SELECT COUNT(*) AS n, TUMBLE_START(t, INTERVAL '1' HOUR) AS ws FROM (SELECT timestamp_col AS t FROM e WHERE amount > 100 UNION ALL SELECT timestamp_col FROM e WHERE user_id = 'user_0') GROUP BY TUMBLE(t, INTERVAL '1' HOUR);
WITH a AS (SELECT user_id, amount, timestamp_col FROM e), b AS (SELECT user_id AS u, amount + 1 AS m, timestamp_col AS t FROM a WHERE amount > 1) SELECT u, SUM(m) AS s, window_start FROM TABLE(TUMBLE(TABLE b, DESCRIPTOR(t), INTERVAL '4' HOUR)) GROUP BY u, window_start, window_end;
SELECT -- a comment
 user_id /* another; 'with' quotes */, '--no comment' AS c, 'it''s' AS q, amount FROM e -- last
 WHERE amount > 450;
SELECT timestamp_col - INTERVAL '1' MONTH AS a, timestamp_col + INTERVAL '36' HOUR AS b, timestamp_col + INTERVAL '1-2' YEAR TO MONTH AS c, CAST(timestamp_col AS DATE) + INTERVAL '1' DAY AS d, timestamp_col > '2024-01-01 02:00:00' AS f, timestamp_col BETWEEN '2024-01-01 01:00:00' AND '2024-01-01 02:00:00' AS g, timestamp_col - duration_ms * INTERVAL '0.001' SECOND AS h FROM e WHERE amount > 250;
SELECT TRIM(BOTH '/' FROM payload.page_url) AS a, TRIM(LEADING 'user_' FROM user_id) AS b, TRIM(TRAILING '0123456789' FROM user_id) AS c, REPLACE(payload.page_url, '/', '::') AS d, POSITION('_' IN user_id) AS f, CHAR_LENGTH(payload.page_url) AS g, LTRIM(user_id, 'su') AS h, CONCAT(user_id, '-', event_type) AS i, user_id || '|' || event_type AS j FROM e;
SELECT TO_TIMESTAMP(CAST(timestamp_col AS STRING)) AS a, TO_TIMESTAMP('2024-02-30 10:00:00') AS b, TO_TIMESTAMP(SUBSTRING(CAST(timestamp_col AS STRING), 1, 10), 'yyyy-MM-dd') AS c, TO_TIMESTAMP(DATE_FORMAT(timestamp_col, 'dd/MM/yy HH'), 'dd/MM/yy HH') AS d, TO_TIMESTAMP('x' || user_id) AS f FROM e;
SELECT amount = 12.50 AS a, amount <> duration_ms AS b, user_id = event_type AS c, amount IS NOT DISTINCT FROM duration_ms AS d, user_id IS DISTINCT FROM NULL AS f, (amount > 5) IS NOT FALSE AS g, amount > 5 = TRUE AS h FROM e;
