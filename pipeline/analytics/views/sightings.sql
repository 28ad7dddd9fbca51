SELECT * FROM files.sightings
