-- Companies with the countries of the articles that name them: articles, and the salience of the country summed over them.
WITH companies AS (
    SELECT article_id, published_date, entity_id AS company_id, any_value(name) AS company, any_value(iso3) AS company_iso3
    FROM mentions
    WHERE label = 'COMPANY' AND entity_id <> ''
    GROUP BY ALL
)
SELECT
    c.published_date AS day, company_id, any_value(company) AS company, any_value(company_iso3) AS company_iso3,
    k.iso3, any_value(k.name) AS country, count(*) AS articles, sum(k.salience) AS salience
FROM companies AS c
JOIN article_countries AS k USING (article_id)
GROUP BY c.published_date, company_id, k.iso3
