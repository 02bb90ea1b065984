"""The Dagster line: raw to staging to marts to published."""
