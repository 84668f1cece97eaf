"""Results over time: baselines, history, change points."""
