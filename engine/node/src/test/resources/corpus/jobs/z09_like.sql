-- Tables LIKE others: columns, watermark and options taken, and overwritten; functions of strings, numbers and times. Append.
CREATE TABLE nexmark (
  event_type INT,
  person ROW<id BIGINT, name STRING, emailAddress STRING, creditCard STRING, city STRING, state STRING, `dateTime` TIMESTAMP(3), extra STRING>,
  auction ROW<id BIGINT, itemName STRING, description STRING, initialBid BIGINT, reserve BIGINT, `dateTime` TIMESTAMP(3), expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra STRING>,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, `dateTime` TIMESTAMP(3), extra STRING>,
  `dateTime` AS CASE WHEN event_type = 0 THEN person.`dateTime` WHEN event_type = 1 THEN auction.`dateTime` ELSE bid.`dateTime` END,
  WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'nowhere',
  'format' = 'json'
);

CREATE TABLE events (
  price_log AS LOG10(bid.price)
) WITH (
  'path' = 'input/nexmark.jsonl'
) LIKE nexmark (INCLUDING GENERATED);

CREATE TABLE bids (
  auction BIGINT, channel STRING, channel_id STRING, host STRING, dir1 STRING, digest STRING, padded STRING,
  at_hour STRING, seconds BIGINT, minutes INT, due TIMESTAMP(3), day_of DATE, mail STRING, price_log DOUBLE, root DOUBLE,
  most BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/bids',
  'format' = 'json'
);

CREATE TABLE channels (
  window_start TIMESTAMP(3), n BIGINT, dearest BIGINT
) WITH (
  'path' = 'out/channels'
) LIKE bids (EXCLUDING CONSTRAINTS OVERWRITING OPTIONS);

INSERT INTO bids
SELECT bid.auction, INITCAP(bid.channel), COALESCE(REGEXP_EXTRACT(bid.url, '(&|^)channel_id=([^&]*)', 2), '-'),
  REGEXP_REPLACE(bid.url, '^https?://([^/]+)/.*$', 'x'), SPLIT_INDEX(bid.url, '/', 3), MD5(bid.url),
  LPAD(CAST(bid.price AS STRING), 12, '0'), FROM_UNIXTIME(UNIX_TIMESTAMP(CAST(`dateTime` AS STRING)), 'yyyy-MM-dd HH'),
  UNIX_TIMESTAMP(DATE_FORMAT(`dateTime`, 'yyyy-MM-dd HH:mm:ss')),
  TIMESTAMPDIFF(MINUTE, TIMESTAMP '2023-12-31 23:00:00', `dateTime`), TIMESTAMPADD(DAY, 2, `dateTime`),
  TO_DATE(LEFT(CAST(`dateTime` AS STRING), 10)), CONCAT_WS('@', REVERSE(bid.channel), person.name, RIGHT(bid.url, 5)),
  ROUND(price_log, 6), ROUND(SQRT(bid.price), 6), GREATEST(bid.price, bid.auction, 1000)
FROM events
WHERE event_type = 2 AND MOD(bid.auction, 37) = 0 AND (STARTSWITH(bid.channel, 'A') OR INSTR(bid.url, 'item') > 0 OR REGEXP(bid.channel, '[0-9]$'));

INSERT INTO channels (channel, window_start, n, dearest)
SELECT INITCAP(bid.channel), window_start, COUNT(*), MAX(bid.price)
FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(`dateTime`), INTERVAL '10' SECOND))
WHERE event_type = 2 AND bid.price > 50000000
GROUP BY INITCAP(bid.channel), window_start, window_end;
