"""What a run starts, ends and talks to: processes, the target, PostgreSQL, HTTP."""
