SELECT * FROM files.pages
