"""waitbench: which concurrency model does this Python work need, and what does each cost?"""
