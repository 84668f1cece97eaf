"""The proof: null races and races with injected slow-downs, and how often verdicts were right."""
