-- one view to two sinks with different windows and keys, one of them filtered
CREATE TABLE nexmark (
  event_type INT,
  person ROW<id BIGINT, name STRING, emailAddress STRING, creditCard STRING, city STRING, state STRING, `dateTime` TIMESTAMP(3), extra STRING>,
  auction ROW<id BIGINT, itemName STRING, description STRING, initialBid BIGINT, reserve BIGINT, `dateTime` TIMESTAMP(3), expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra STRING>,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, `dateTime` TIMESTAMP(3), extra STRING>,
  `dateTime` AS CASE WHEN event_type = 0 THEN person.`dateTime` WHEN event_type = 1 THEN auction.`dateTime` ELSE bid.`dateTime` END,
  WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/nexmark.jsonl',
  'format' = 'json'
);

CREATE VIEW person AS
SELECT person.id, person.name, person.emailAddress, person.creditCard, person.city, person.state, `dateTime`, person.extra
FROM nexmark WHERE event_type = 0;

CREATE VIEW auction AS
SELECT auction.id, auction.itemName, auction.description, auction.initialBid, auction.reserve, `dateTime`, auction.expires, auction.seller, auction.category, auction.extra
FROM nexmark WHERE event_type = 1;

CREATE VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, `dateTime`, bid.extra
FROM nexmark WHERE event_type = 2;

CREATE TABLE s1 (
  channel STRING,
  n BIGINT,
  v BIGINT,
  ws TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/s1',
  'format' = 'json'
);

CREATE TABLE s2 (
  bidder BIGINT,
  top BIGINT,
  we TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/s2',
  'format' = 'json'
);

CREATE TABLE s3 (
  auction BIGINT,
  price BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/s3',
  'format' = 'json'
);

CREATE VIEW b AS SELECT auction, bidder, price, LOWER(channel) AS channel, `dateTime` FROM bid WHERE price BETWEEN 100 AND 90000000;
EXECUTE STATEMENT SET BEGIN
INSERT INTO s1 SELECT channel, COUNT(*), SUM(price), TUMBLE_START(`dateTime`, INTERVAL '10' SECOND) FROM b WHERE channel NOT LIKE 'channel-%' GROUP BY channel, TUMBLE(`dateTime`, INTERVAL '10' SECOND);
INSERT INTO s2 SELECT bidder, MAX(price), window_end FROM TABLE(TUMBLE(TABLE b, DESCRIPTOR(`dateTime`), INTERVAL '3' SECOND)) GROUP BY window_end, window_start, bidder HAVING MAX(price) > 1000000;
INSERT INTO s3 SELECT DISTINCT_.auction, DISTINCT_.price FROM (SELECT auction, price FROM b WHERE MOD(auction, 123) = 0) AS DISTINCT_;
END;
