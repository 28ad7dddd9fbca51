-- Companies by day with the countries of the articles that name them: how many, and the country's salience summed over them.
SELECT published_date AS day, * EXCLUDE (published_date) FROM files.company_country
