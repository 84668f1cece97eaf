"""A file is a concurrency model: how N tasks are run, C at once."""
