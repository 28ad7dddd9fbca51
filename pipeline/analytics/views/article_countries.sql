-- One row for each country of an article; salience sums to 1 over an article.
SELECT article_id, published_at, published_date, source, title, url, story_id, focus_iso3 = country.iso3 AS is_focus, country.*
FROM (
    SELECT article_id, published_at, published_date, source, title, url, story_id, focus_iso3, unnest(countries) AS country
    FROM files.articles
)
