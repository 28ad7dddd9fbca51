-- One row a story: near-duplicate texts. Independent sources are publishers' families, so two sites of one house count once.
SELECT
    story_id,
    min(published_at) AS first_published_at,
    max(published_at) AS last_published_at,
    count(*) AS articles,
    count(DISTINCT coalesce(family, source)) AS independent_sources,
    list(DISTINCT source ORDER BY source) AS sources,
    arg_min(title, published_at) AS title,
    arg_min(url, published_at) AS url,
    arg_min(article_id, published_at) AS first_article_id,
    max(defense_score) AS defense_score
FROM files.articles
LEFT JOIN publisher_families ON domain = source
GROUP BY story_id
