"""Processes that a run starts and ends: the target, PostgreSQL."""
