"""The benchmark: what a build costs beside the least that DuckDB alone must do with the same events."""

from handoff.bench.run import BenchFailed, bench

__all__ = ["BenchFailed", "bench"]
