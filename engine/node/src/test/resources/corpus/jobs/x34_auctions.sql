-- Bids by auction and by channel, out of a nested row with a computed event time.
CREATE TABLE nexmark (
  event_type INT,
  auction ROW<id BIGINT, `dateTime` TIMESTAMP(3)>,
  person ROW<id BIGINT, `dateTime` TIMESTAMP(3)>,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, `dateTime` TIMESTAMP(3)>,
  t AS CASE event_type WHEN 0 THEN person.`dateTime` WHEN 1 THEN auction.`dateTime` ELSE bid.`dateTime` END,
  WATERMARK FOR t AS t - INTERVAL '4' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'input/nexmark.jsonl',
  'format' = 'json'
);

CREATE TABLE by_auction (
  auction BIGINT,
  n BIGINT,
  top BIGINT,
  bottom BIGINT,
  mean BIGINT,
  bidders BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_auction',
  'format' = 'json'
);

CREATE TABLE by_channel (
  channel STRING,
  site STRING,
  n BIGINT,
  total BIGINT,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = 'out/by_channel',
  'format' = 'json'
);

INSERT INTO by_auction
SELECT bid.auction, COUNT(*), MAX(bid.price), MIN(bid.price), AVG(bid.price), COUNT(DISTINCT bid.bidder),
  TUMBLE_START(t, INTERVAL '10' SECOND), TUMBLE_END(t, INTERVAL '10' SECOND)
FROM nexmark WHERE event_type = 2
GROUP BY bid.auction, TUMBLE(t, INTERVAL '10' SECOND);

INSERT INTO by_channel
SELECT CASE WHEN bid.channel LIKE 'channel-%' THEN 'other' ELSE LOWER(bid.channel) END, SPLIT_INDEX(bid.url, '/', 2), COUNT(*), SUM(bid.price),
  TUMBLE_START(t, INTERVAL '1' MINUTE), TUMBLE_END(t, INTERVAL '1' MINUTE)
FROM nexmark WHERE bid IS NOT NULL
GROUP BY CASE WHEN bid.channel LIKE 'channel-%' THEN 'other' ELSE LOWER(bid.channel) END, SPLIT_INDEX(bid.url, '/', 2),
  TUMBLE(t, INTERVAL '1' MINUTE);
