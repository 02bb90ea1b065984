"""The suites, as plain declarations: nothing here imports Great Expectations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handoff.gates import Severity, Tier


@dataclass(frozen=True)
class Check:
    """One expectation on the rows of one query.

    ``rows`` is SQL over the warehouse; the rows it leaves out are not judged. ``expectation`` is the name
    of a Great Expectations class and ``options`` its arguments. ``mostly`` is the share of rows that must
    meet it.
    """

    name: str
    table: str
    tier: Tier
    severity: Severity
    rows: str
    expectation: str
    options: Mapping[str, Any] = field(default_factory=dict)
    mostly: float = 1.0


@dataclass(frozen=True)
class Suite:
    """A named group of checks about one subject."""

    name: str
    checks: tuple[Check, ...]


def _rule(name: str, rows: str, expectation: str, **options: object) -> Check:
    """A rule that the published numbers depend on: it stops the publication."""
    return Check(name, "fct_handoffs", "logic", "critical", rows, expectation, options)


def _share(name: str, rows: str, column: str, mostly: float) -> Check:
    """A share of true values that a healthy CRM reaches: it warns, and everything is published all the
    same.
    """
    options = {"column": column, "value_set": [True]}
    return Check(
        name, "fct_handoffs", "content", "warning", rows, "ExpectColumnValuesToBeInSet", options, mostly
    )


def _in_order(name: str, earlier: str, later: str) -> Check:
    return _rule(
        name,
        f"select {earlier} as earlier, {later} as later from marts.fct_handoffs",
        "ExpectColumnPairValuesAToBeGreaterThanB",
        column_A="later",
        column_B="earlier",
        or_equal=True,
        ignore_row_if="either_value_is_missing",
    )


HANDOFFS = Suite(
    "handoffs",
    (
        _in_order("closed_after_opened", "opened_at", "closed_at"),
        _in_order("assigned_after_opened", "opened_at", "assigned_at"),
        _in_order("human_owned_after_assigned", "assigned_at", "human_owned_at"),
        _in_order("due_after_human_owned", "human_owned_at", "first_action_due_at"),
        _in_order("first_activity_after_opened", "opened_at", "first_human_activity_at"),
        _in_order("connected_after_first_activity", "first_human_activity_at", "connected_at"),
        # An acceptance stamp may be a bare date: it stands at the start of its day.
        _in_order("accepted_after_opened", "opened_at - interval 1 day", "accepted_at"),
        # A layer that a source does not record, or that is not due yet, says nothing about the CRM's content.
        _share(
            "owners_present",
            "select has_owner from marts.fct_handoffs where layer_routing in ('ok', 'broken')",
            "has_owner",
            0.9,
        ),
        _share(
            "source_present",
            "select has_source from marts.fct_handoffs where layer_capture in ('ok', 'broken')",
            "has_source",
            0.9,
        ),
        _share(
            "context_complete",
            "select is_context_complete from marts.fct_handoffs where layer_capture in ('ok', 'broken')",
            "is_context_complete",
            0.5,
        ),
        _share(
            "statuses_mapped",
            "select status_group <> 'unmapped' as is_mapped from marts.fct_handoffs where has_lead_status",
            "is_mapped",
            0.95,
        ),
    ),
)

REJECTIONS = Suite(
    "rejections",
    (
        _rule(
            "rejection_has_instant",
            "select rejected_at from marts.fct_handoffs where outcome = 'rejected'",
            "ExpectColumnValuesToNotBeNull",
            column="rejected_at",
        ),
        _share(
            "reasons_structured",
            "select rejection_reason is not null as is_structured from marts.fct_handoffs"
            " where outcome = 'rejected' and layer_outcome in ('ok', 'broken')",
            "is_structured",
            0.8,
        ),
    ),
)

SUITES = (HANDOFFS, REJECTIONS)
