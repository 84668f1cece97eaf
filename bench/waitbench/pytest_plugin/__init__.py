"""Turns a race into rows of pytest-benchmark."""
