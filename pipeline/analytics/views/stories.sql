-- One row a story: near-duplicate texts. Independent sources are publishers' families, so two sites of one house count once.
-- Most stories have one article, so only the others are grouped.
WITH told AS (
    SELECT story_id, article_id, published_at, title, url, source, coalesce(family, source) AS family, defense_score
    FROM files.articles LEFT JOIN publisher_families ON domain = source
),
reprinted AS (
    SELECT DISTINCT story_id FROM files.articles WHERE story_id <> article_id
)
SELECT
    story_id, published_at AS first_published_at, published_at AS last_published_at, 1 AS articles, 1 AS independent_sources,
    [source] AS sources, title, url, article_id AS first_article_id, defense_score
FROM told ANTI JOIN reprinted USING (story_id)
UNION ALL
SELECT
    story_id, min(published_at), max(published_at), count(*), count(DISTINCT family), list(DISTINCT source ORDER BY source),
    arg_min(title, (published_at, article_id)), arg_min(url, (published_at, article_id)),
    arg_min(article_id, (published_at, article_id)), max(defense_score)
FROM told SEMI JOIN reprinted USING (story_id)
GROUP BY story_id
