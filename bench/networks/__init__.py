"""Benchmarks: `python -m bench NAME`. Each checks its own correctness and prints one JSON object as its last line."""
