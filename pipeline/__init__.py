"""What is run: the command line, the graph, and what happens around a pass."""
