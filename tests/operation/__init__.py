"""The line as it runs for good: Dagster's processes, PostgreSQL, hostile text, full disks, real clients."""
