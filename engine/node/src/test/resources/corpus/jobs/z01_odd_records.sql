-- Values of every JSON kind in columns of every type, in any order of the keys; rows in rows. Append, append, append, append.
CREATE TABLE odd (
  ts TIMESTAMP(3), id BIGINT, s STRING, i INT, l BIGINT, ti TINYINT, si SMALLINT, f FLOAT, d DOUBLE, `dec` DECIMAL(10, 2), big DECIMAL(38, 18),
  b BOOLEAN, dt DATE, t0 TIMESTAMP(0), t3 TIMESTAMP(3), t6 TIMESTAMP(6), t9 TIMESTAMP(9),
  r ROW<a INT, b ROW<c STRING, d ROW<e DECIMAL(20, 5), f BOOLEAN>>>
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/odd_records.jsonl',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TABLE plain (id BIGINT, s STRING, i INT, l BIGINT, ti TINYINT, si SMALLINT, f FLOAT, d DOUBLE, `dec` DECIMAL(10,2), big DECIMAL(38,18), b BOOLEAN) WITH (
  'connector' = 'filesystem',
  'path' = 'out/plain',
  'format' = 'json'
);

CREATE TABLE times (id BIGINT, dt DATE, t0 TIMESTAMP(0), t3 TIMESTAMP(3), t6 TIMESTAMP(6), t9 TIMESTAMP(9)) WITH (
  'connector' = 'filesystem',
  'path' = 'out/times',
  'format' = 'json'
);

CREATE TABLE fields (id BIGINT, a INT, c STRING, e DECIMAL(20,5), f BOOLEAN, n BOOLEAN, m BOOLEAN) WITH (
  'connector' = 'filesystem',
  'path' = 'out/fields',
  'format' = 'json'
);

CREATE TABLE nested (id BIGINT, r ROW<a INT, b ROW<c STRING, d ROW<e DECIMAL(20, 5), f BOOLEAN>>>) WITH (
  'connector' = 'filesystem',
  'path' = 'out/nested',
  'format' = 'json'
);

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO plain SELECT id, s, i, l, ti, si, f, d, `dec`, big, b FROM odd;
  INSERT INTO times SELECT id, dt, t0, t3, t6, t9 FROM odd;
  INSERT INTO fields SELECT id, r.a, r.b.c, r.b.d.e, r.b.d.f, r IS NULL, r.b.d IS NULL FROM odd;
  INSERT INTO nested SELECT id, r FROM odd;
END;
