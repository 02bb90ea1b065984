"""The diagnosis held against what is known to be true: worlds of which the answer is known, built by dbt."""
