"""One run on many machines: its parts, whether they go together, and the run that they make."""
