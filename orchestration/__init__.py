"""The line as Dagster assets and asset checks: raw, staging, marts, gates, publication, report."""
