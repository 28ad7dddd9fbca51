-- One row a story: near-duplicate texts. The article that founded it, whose id it bears, gives title and url. Independent
-- sources are publishers' families, so two sites of one house count once. Most stories have one article: only others are grouped.
WITH founder AS (
    SELECT story_id, published_at, title, url, source, coalesce(family, source) AS family, defense_score
    FROM files.articles LEFT JOIN publisher_families ON domain = source WHERE article_id = story_id
),
later AS (
    SELECT
        story_id, count(*) AS articles, list(source) AS sources, list(coalesce(family, source)) AS families,
        max(defense_score) AS defense_score, min(published_at) AS first_at, max(published_at) AS last_at,
        arg_min(title, published_at) AS title, arg_min(url, published_at) AS url
    FROM files.reprints LEFT JOIN publisher_families ON domain = source GROUP BY story_id
)
SELECT
    story_id,
    least(founder.published_at, first_at) AS first_published_at,
    greatest(founder.published_at, last_at) AS last_published_at,
    (founder.published_at IS NOT NULL)::BIGINT + coalesce(later.articles, 0) AS articles,
    CASE WHEN later.articles IS NULL THEN 1 ELSE len(list_distinct(list_append(families, family))) END AS independent_sources,
    CASE WHEN later.articles IS NULL THEN [source] ELSE list_sort(list_distinct(list_append(sources, source))) END AS sources,
    coalesce(founder.title, later.title) AS title,
    coalesce(founder.url, later.url) AS url,
    greatest(founder.defense_score, later.defense_score) AS defense_score
FROM founder FULL JOIN later USING (story_id)
