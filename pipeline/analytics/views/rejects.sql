SELECT * FROM files.rejects
