"""Which tool catches which fault of the corpus, with its line, and at what cost.

`python -m tests.bench.doctor.compare` makes the table; tools that are not installed are left out.
"""
