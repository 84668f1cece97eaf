"""Proves the gate: really run commits with and without injected changes, quiet and beside noise."""
