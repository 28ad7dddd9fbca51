SELECT * FROM files.runs
