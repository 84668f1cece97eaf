"""A file is a unit of work: what one task is, in its sync and its async form."""
