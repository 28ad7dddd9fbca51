-- One row a mention, joined to its article; start and end are code points of articles.text, sentence counts from 0.
SELECT
    article_id, published_at, published_date, source, title, url, language, story_id,
    mention.*
FROM (
    SELECT article_id, published_at, published_date, source, title, url, language, story_id, unnest(mentions) AS mention
    FROM files.articles
)
