"""A file is a question, put as scenarios and raced by `pytest --benchmark-only`."""
