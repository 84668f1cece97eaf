"""The results file: its record, written and read; what measures and what derives meet here."""
