-- One row a mention, joined to its article; start and end are code points of articles.text, sentence counts from 0.
SELECT * FROM files.mentions
