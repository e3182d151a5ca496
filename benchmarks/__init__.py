"""Benchmarks: us and the peer in one process run, ratios printed; python -m benchmarks.NAME [--quick] [--json]."""
