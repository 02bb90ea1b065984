"""The candidate, its report, and the publication."""
