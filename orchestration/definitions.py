"""What `dagster dev` loads. Everything is declared below `defs/`; nothing is declared here."""

from dagster import (
    Definitions,
    in_process_executor,
    load_asset_checks_from_package_module,
    load_assets_from_package_module,
)

from orchestration import defs as declared
from orchestration.defs.line.jobs import handoff_line, hourly, nightly
from orchestration.defs.line.resources import resources
from orchestration.defs.line.sensors import alert_on_failure, lost_runs, new_files

defs = Definitions(
    assets=load_assets_from_package_module(declared),
    asset_checks=load_asset_checks_from_package_module(declared),
    jobs=[handoff_line],
    schedules=[hourly, nightly],
    sensors=[new_files, alert_on_failure, lost_runs],
    resources=resources(),
    # One process per run: DuckDB has one writer, and each further process would import everything again.
    executor=in_process_executor,
)
