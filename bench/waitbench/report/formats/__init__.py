"""The folder is the registry: a file here is a format of the report."""
