SELECT * FROM files.polls
