-- Pairs of entities by day (a before b by id): articles that name both, and articles that name both in one sentence.
SELECT published_date AS day, * EXCLUDE (published_date) FROM files.co_mentions
