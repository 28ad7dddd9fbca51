SELECT * FROM files.signatures
