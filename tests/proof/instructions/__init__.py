"""Proves the counts of instructions on commits that change nothing, 1 %, or the order of memory."""
