-- Rows of VALUES and of SELECTs without FROM, of every type, by expressions and by views. Append, twice.
CREATE TABLE v (a INT, b STRING, c DECIMAL(8, 3), d TIMESTAMP(6), e DATE, f BOOLEAN, g DOUBLE, h FLOAT, i BIGINT, j STRING) WITH ('connector' = 'filesystem', 'path' = 'out/v', 'format' = 'json');
CREATE TABLE x (a BIGINT, b STRING) WITH ('connector' = 'filesystem', 'path' = 'out/x', 'format' = 'json');

CREATE VIEW vals (k, name, w) AS VALUES (1, 'one', 1.5), (2, 'two"\', 22.25), (3, '', -0.125), (4, 'vi
er', 1000000), (5, 'fünf 😀', 0);
INSERT INTO v VALUES (1, 'a', 1.5, TIMESTAMP '2024-01-01 00:00:00.123456', DATE '2024-02-29', TRUE, 1e10, CAST(0.1 AS FLOAT), 9223372036854775807, 'ab'),
 (-2, 'it''s "quoted" \ / ' , -12345.678, TIMESTAMP '1969-12-31 23:59:59.999999', DATE '1582-10-15', FALSE, -1.5e-7, CAST(1.5 AS FLOAT), -9223372036854775807, 'abcd'),
 (2147483647, 'tab	é', 0, TIMESTAMP '9999-12-31 00:00:00', DATE '0001-01-01', TRUE, 0.1, CAST(0.25 AS FLOAT), 0, '');
INSERT INTO x SELECT k * 2, name || '!' FROM vals WHERE w >= 0;
INSERT INTO x SELECT k, CAST(w AS STRING) FROM vals WHERE CHAR_LENGTH(name) > 3 OR name = '';
INSERT INTO x VALUES (1 + 1, UPPER('a')), (2 * 3, LOWER('B')), (-7, TRIM('  c ')), (CHAR_LENGTH('four'), CAST(5 AS STRING)), (CAST('8' AS BIGINT), SUBSTRING('abcdef' FROM 3 FOR 2)), (CAST(NULL AS BIGINT), CAST(NULL AS STRING));
INSERT INTO x SELECT 1, 'p' UNION ALL SELECT 2, 'q' UNION ALL SELECT 3, CAST(NULL AS STRING) UNION ALL SELECT EXTRACT(YEAR FROM DATE '2024-05-06'), DATE_FORMAT(TIMESTAMP '2024-05-06 07:08:09', 'HH:mm');
INSERT INTO x SELECT a, b FROM (VALUES (1, 'x'), (2, 'yy'), (3, 'zzz')) AS t (a, b) WHERE b LIKE '%y%' OR a IN (3, 4);
INSERT INTO x SELECT a, CASE WHEN a > 1 THEN b ELSE c END FROM (VALUES (1, 'x', 'l'), (2, 'yy', 'r')) AS t (a, b, c);
