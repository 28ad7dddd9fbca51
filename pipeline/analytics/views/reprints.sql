-- Articles that are not the first of their story, which has the id story_id.
SELECT * FROM files.reprints
