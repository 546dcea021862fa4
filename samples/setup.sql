-- What the samples ask for, on a real ksqlDB:
--   ksql --file samples/setup.sql http://localhost:8088

SET 'auto.offset.reset' = 'earliest';

CREATE STREAM ratings (rating_id BIGINT KEY, user_id VARCHAR, stars INT, channel VARCHAR, message VARCHAR, rated_at TIMESTAMP) WITH (kafka_topic='ratings', value_format='JSON', partitions=1);

CREATE TABLE ratings_by_user AS SELECT user_id, COUNT(*) AS ratings, AVG(CAST(stars AS DOUBLE)) AS mean_stars, LATEST_BY_OFFSET(message) AS last_message FROM ratings GROUP BY user_id EMIT CHANGES;

INSERT INTO ratings (rating_id, user_id, stars, channel, message, rated_at) VALUES (1, 'alice', 5, 'web', 'great flight', '2026-11-23T09:00:00.000');
INSERT INTO ratings (rating_id, user_id, stars, channel, message, rated_at) VALUES (2, 'bob', 2, 'ios', 'long queue', '2026-11-23T09:00:01.250');
INSERT INTO ratings (rating_id, user_id, stars, channel, rated_at) VALUES (3, 'carol', 4, 'android', '2026-11-23T09:00:02.500');
INSERT INTO ratings (rating_id, user_id, stars, channel, message, rated_at) VALUES (4, 'alice', 1, 'web', 'luggage lost – again', '2026-11-23T09:00:03.750');

CREATE STREAM orders (user_id VARCHAR KEY, item VARCHAR, amount INT, price DECIMAL(9,2)) WITH (kafka_topic='orders', value_format='JSON', partitions=1);
