"""Code of the user, where it is measured: a file of benchmarks, and what a callable returned."""
