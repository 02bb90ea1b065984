"""The report: one self-contained page, made from the published marts alone."""

from handoff.report.page import Report, write_report
from handoff.report.pictures import as_metadata

__all__ = ["Report", "as_metadata", "write_report"]
