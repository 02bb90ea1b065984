"""The suites, as plain declarations: nothing here imports Great Expectations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handoff.gates import Severity, Tier

OUTCOMES = ("open", "rejected", "recycled", "converted", "merged", "deleted")
OPENINGS = ("mql", "created", "status_reopened", "sales_action")
LAYERS = ("capture", "qualification", "routing", "action", "status", "outcome")
VERDICTS = ("ok", "broken", "pending", "not_reached", "not_recorded")

# A sum of three floating-point minute clocks may differ from the published sum by rounding, and by no more.
MINUTES_TOLERANCE = 1e-6


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
        f"select {earlier}, {later} from marts.fct_handoffs",
        "ExpectColumnPairValuesAToBeGreaterThanB",
        column_A=later,
        column_B=earlier,
        or_equal=True,
        ignore_row_if="either_value_is_missing",
    )


def _in_set(name: str, rows: str, column: str, values: tuple[str, ...]) -> Check:
    return _rule(name, rows, "ExpectColumnValuesToBeInSet", column=column, value_set=list(values))


def _same_instant(name: str, rows: str, column: str, other: str) -> Check:
    # A missing instant on either side is as wrong as a different one.
    return _rule(
        name,
        rows,
        "ExpectColumnPairValuesToBeEqual",
        column_A=column,
        column_B=other,
        ignore_row_if="neither",
    )


HANDOFFS = Suite(
    "handoffs",
    (
        _in_set("outcome_known", "select outcome from marts.fct_handoffs", "outcome", OUTCOMES),
        _in_set("opened_by_known", "select opened_by from marts.fct_handoffs", "opened_by", OPENINGS),
        _in_set(
            "first_broken_layer_known",
            "select first_broken_layer from marts.fct_handoffs where first_broken_layer is not null",
            "first_broken_layer",
            LAYERS,
        ),
        _in_set(
            "layers_known",
            f"select unnest([{', '.join(f'layer_{layer}' for layer in LAYERS)}]) as verdict"
            " from marts.fct_handoffs",
            "verdict",
            VERDICTS,
        ),
        _in_order("closed_after_opened", "opened_at", "closed_at"),
        _in_order("assigned_after_opened", "opened_at", "assigned_at"),
        _in_order("human_owned_after_assigned", "assigned_at", "human_owned_at"),
        _in_order("due_after_human_owned", "human_owned_at", "first_action_due_at"),
        _in_order("first_activity_after_opened", "opened_at", "first_human_activity_at"),
        _in_order("connected_after_first_activity", "first_human_activity_at", "connected_at"),
        _in_order("accepted_after_opened", "opened_at", "accepted_at"),
        _same_instant(
            "rejected_at_closing",
            "select rejected_at, closed_at from marts.fct_handoffs where outcome = 'rejected'",
            "rejected_at",
            "closed_at",
        ),
        _same_instant(
            "recycled_at_closing",
            "select recycled_at, closed_at from marts.fct_handoffs where outcome = 'recycled'",
            "recycled_at",
            "closed_at",
        ),
        _rule(
            "speed_parts_sum",
            "select speed_to_lead_minutes - coalesce(routing_minutes, 0) - coalesce(queue_minutes, 0)"
            " - coalesce(human_minutes, 0) as difference"
            " from marts.fct_handoffs where speed_to_lead_minutes is not null",
            "ExpectColumnValuesToBeBetween",
            column="difference",
            min_value=-MINUTES_TOLERANCE,
            max_value=MINUTES_TOLERANCE,
        ),
        _rule(
            "minutes_not_negative",
            "select least(routing_minutes, queue_minutes, human_minutes, speed_to_lead_minutes) as shortest"
            " from marts.fct_handoffs",
            "ExpectColumnValuesToBeBetween",
            column="shortest",
            min_value=0,
        ),
        # A layer that this source does not record, or that is not due yet, says nothing about the CRM's
        # content.
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
