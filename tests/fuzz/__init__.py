"""Hostile bytes for everything that reads what a peer sends. `test_targets.py` is the short run of the suite;
`python -m tests.fuzz` is the long one by hand."""
