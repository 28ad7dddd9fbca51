SELECT * FROM files.revisions
