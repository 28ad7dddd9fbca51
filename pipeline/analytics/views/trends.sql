-- Entity by day: how many articles and stories name it, how often. Mentions without an entity are left out.
SELECT
    published_date AS day, entity_id, any_value(kind) AS kind, any_value(label) AS label, any_value(name) AS name,
    any_value(category) AS category, any_value(iso3) AS iso3,
    count(DISTINCT article_id) AS articles, count(DISTINCT story_id) AS stories, count(*) AS mentions
FROM mentions
WHERE entity_id <> ''
GROUP BY published_date, entity_id
