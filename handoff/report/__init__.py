"""The report: one self-contained page, made from the published marts alone."""

from handoff.report.page import write_report

__all__ = ["write_report"]
