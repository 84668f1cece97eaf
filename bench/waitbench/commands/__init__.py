"""A file is a command: what `waitbench` does when it has understood what was typed."""
