"""The sample news site that `make run` and the tests put in front of the pipeline."""
