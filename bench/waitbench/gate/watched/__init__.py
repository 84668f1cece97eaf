"""The folder that each Python process looks through first where its files are watched."""
