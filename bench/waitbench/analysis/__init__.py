"""What a run's rounds come to: rows, comparisons, load curves, the map of winners; pure."""
