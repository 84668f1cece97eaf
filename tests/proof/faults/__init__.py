"""Thousands of things that go wrong, done to waitbench on purpose, and how each of them ended."""
