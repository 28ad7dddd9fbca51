-- Entity by day: in how many articles it is named, and how often. Mentions without an entity are left out.
SELECT published_date AS day, * EXCLUDE (published_date) FROM files.trends
