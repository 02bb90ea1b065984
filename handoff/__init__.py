"""Thin Python around the dbt project: configuration, landing, publication, report."""
