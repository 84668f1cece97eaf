"""A file = a form in which a gate's outcome is written; each has `render(outcome) -> str`."""
