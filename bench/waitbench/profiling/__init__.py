"""Profiling passes, apart from timing: whether a call waits or computes, and where time goes."""
