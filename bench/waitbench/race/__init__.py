"""The race: contestants in worker processes, blocks, launches, and what each round cost."""
