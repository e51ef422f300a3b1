-- COUNT of a ROW beside other aggregates. Append.
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

CREATE TABLE counted (
  event_type INT, n BIGINT, bids BIGINT, persons BIGINT, reserves BIGINT, dearest BIGINT, expires TIMESTAMP(3),
  window_start TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/counted',
  'format' = 'json'
);

INSERT INTO counted
SELECT event_type, COUNT(*), COUNT(bid), COUNT(person.id), COUNT(auction.reserve), MAX(bid.price), MIN(auction.expires),
  window_start
FROM TABLE(TUMBLE(TABLE nexmark, DESCRIPTOR(`dateTime`), INTERVAL '5' SECOND))
GROUP BY event_type, window_start, window_end;
