"""Interpreters as contestants: which are here, which were asked for, what their workers need."""
