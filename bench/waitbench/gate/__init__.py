"""Regression: base against head in one race, runs against a baseline, the history of a project."""
