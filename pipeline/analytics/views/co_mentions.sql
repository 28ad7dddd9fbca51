-- Pairs of entities by day (a before b by id): articles that name both, and articles that name both in one sentence.
WITH named AS (
    SELECT published_date, article_id, entity_id, any_value(label) AS label, any_value(name) AS name, list(DISTINCT sentence) AS sentences
    FROM mentions
    WHERE entity_id <> ''
    GROUP BY ALL
)
SELECT
    a.published_date AS day,
    a.entity_id AS a_id, any_value(a.label) AS a_label, any_value(a.name) AS a_name,
    b.entity_id AS b_id, any_value(b.label) AS b_label, any_value(b.name) AS b_name,
    count(*) AS articles,
    count(*) FILTER (list_has_any(a.sentences, b.sentences)) AS articles_one_sentence
FROM named AS a
JOIN named AS b ON a.article_id = b.article_id AND a.entity_id < b.entity_id
GROUP BY a.published_date, a.entity_id, b.entity_id
