-- Every article once, in its latest revision.
SELECT * FROM files.articles
