"""The one job, and when it runs by itself."""

import os
from datetime import UTC, datetime

from dagster import (
    AssetSelection,
    DefaultScheduleStatus,
    DefaultSensorStatus,
    ScheduleDefinition,
    define_asset_job,
    in_process_executor,
)

from handoff.config import ConfigError, load_settings, policies_folder
from handoff.policies.hours import business_hours

AUTOMATION_SETTING = "HANDOFF_AUTOMATION"


def _is_automatic() -> bool:
    return os.environ.get(AUTOMATION_SETTING, "").strip().lower() == "on"


# Whoever opens Dagster to look must not set off runs; where it runs for good, the setting says so.
SCHEDULES = DefaultScheduleStatus.RUNNING if _is_automatic() else DefaultScheduleStatus.STOPPED
SENSORS = DefaultSensorStatus.RUNNING if _is_automatic() else DefaultSensorStatus.STOPPED

handoff_line = define_asset_job(
    "handoff_line",
    selection=AssetSelection.all(),
    description="Land every CRM source, build, gate, publish, report: the whole line, in one process.",
    executor_def=in_process_executor,
)


def _hours_of_policies() -> tuple[list[str], str, str]:
    try:
        policies = load_settings().policies_dir
    except ConfigError:
        # Definitions must load for anybody who opens Dagster; the landing step tells what is wrong, in full.
        try:
            policies = policies_folder()
        except ConfigError:
            policies = None
    hours = business_hours(policies, datetime.now(UTC).date())
    return list(hours.hourly), hours.nightly, hours.timezone


_HOURLY, _NIGHTLY, _ZONE = _hours_of_policies()

hourly = ScheduleDefinition(
    name="hourly",
    job=handoff_line,
    cron_schedule=_HOURLY,
    execution_timezone=_ZONE,
    default_status=SCHEDULES,
    description="The whole line at each full hour of business: the calendar `default` of the policies.",
)

nightly = ScheduleDefinition(
    name="nightly",
    job=handoff_line,
    cron_schedule=_NIGHTLY,
    execution_timezone=_ZONE,
    default_status=SCHEDULES,
    description="The whole line once a night, on days without business hours too.",
)
