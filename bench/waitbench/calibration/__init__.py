"""What the instrument itself can do: how precise the target is and what its measuring costs."""
