"""Numbers in, numbers out: estimates with intervals, verdicts."""
