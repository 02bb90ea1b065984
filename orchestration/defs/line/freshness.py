"""How old what landed and what is published may become."""

from datetime import timedelta

from dagster import FreshnessPolicy

# The nightly run is the longest wait for one; where not even that came, something is amiss.
DAILY = FreshnessPolicy.time_window(fail_window=timedelta(hours=26), warn_window=timedelta(hours=25))
