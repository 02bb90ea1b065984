"""The job, its schedule, and what every station shares."""
