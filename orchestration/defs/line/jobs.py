"""The one job, and when it runs."""

from dagster import AssetSelection, ScheduleDefinition, define_asset_job, in_process_executor

handoff_line = define_asset_job(
    "handoff_line",
    selection=AssetSelection.all(),
    description="Land every CRM source, build, gate, publish, report: the whole line, in one process.",
    executor_def=in_process_executor,
)

hourly = ScheduleDefinition(
    name="hourly",
    job=handoff_line,
    cron_schedule="0 * * * *",
    execution_timezone="UTC",
    description="The whole line at each full hour.",
)
