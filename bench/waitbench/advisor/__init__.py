"""The advisor: does a callable wait or compute, which model would help it, and is that true?"""
