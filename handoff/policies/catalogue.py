"""What each policy file holds: its columns, what they take, what identifies a row, and what it refers to.

The seeds' yml says the same in words for people; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from handoff.gates import CONTENT_CHECKS

Kind = Literal["text", "flag", "number", "integer", "minutes", "day", "time", "weekday", "timezone"]

STATUS_GROUPS = ("new", "accepted", "working", "recycled", "rejected", "converted")
STAGES = ("inquiry", "mql", "sal", "sql", "opportunity", "customer", "recycled", "disqualified")
ALLOWANCES = (
    "owner_assignment",
    "queue_wait",
    "first_action",
    "acceptance",
    "status_update",
    "next_step",
    "abandon",
    "stale",
    "opportunity",
    "outcome",
)
# The checks of the content whose threshold is a policy.
THRESHOLDS = tuple(check.check for check in CONTENT_CHECKS if check.tier == "content")
YES = ("true", "t", "yes", "y", "1")
NO = ("false", "f", "no", "n", "0")


@dataclass(frozen=True)
class Column:
    """A column of a policy. choices: the words it takes, case ignored. refers_to: policy and column."""

    name: str
    kind: Kind = "text"
    is_required: bool = True
    choices: tuple[str, ...] = ()
    refers_to: tuple[str, str] | None = None


@dataclass(frozen=True)
class Policy:
    """A policy file. keys: sets of columns of which no two rows (in force on the same day) agree in all."""

    name: str
    columns: tuple[Column, ...]
    keys: tuple[tuple[str, ...], ...]

    @property
    def is_dated(self) -> bool:
        """Whether its rows hold from one day to another."""
        return any(column.name == "valid_from" for column in self.columns)

    def column(self, name: str) -> Column | None:
        """The column of that name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)


_SOURCE = Column("source_system")
_DATED = (Column("valid_from", "day", is_required=False), Column("valid_to", "day", is_required=False))


def _flag(name: str, *, is_required: bool = True) -> Column:
    return Column(name, "flag", is_required)


def _optional(name: str, kind: Kind = "text", refers_to: tuple[str, str] | None = None) -> Column:
    return Column(name, kind, is_required=False, refers_to=refers_to)


_STAGE = Column("stage", refers_to=("lifecycle_stages", "stage"))
_GROUP = Column("status_group", choices=STATUS_GROUPS)
_TEAM = ("teams", "team_id")
_CALENDAR = ("calendars", "calendar_id")

POLICIES: Mapping[str, Policy] = {
    policy.name: policy
    for policy in (
        Policy(
            "lifecycle_stages",
            (
                Column("stage", choices=STAGES),
                Column("rank", "integer"),
                _flag("is_sales_ready"),
                _flag("is_required"),
                _flag("is_active_sales"),
            ),
            (("stage",),),
        ),
        Policy(
            "lifecycle_stage_map", (_SOURCE, Column("raw_stage"), _STAGE), (("source_system", "raw_stage"),)
        ),
        Policy(
            "lead_status_map",
            (_SOURCE, Column("raw_status"), _GROUP, _flag("is_vague", is_required=False)),
            (("source_system", "raw_status"),),
        ),
        Policy("status_stage_conflicts", (_GROUP, _STAGE), (("status_group", "stage"),)),
        Policy(
            "rejection_reasons",
            (Column("reason"), _flag("is_timing"), Column("marketing_insight")),
            (("reason",),),
        ),
        Policy(
            "rejection_reason_map",
            (_SOURCE, Column("raw_reason"), Column("reason", refers_to=("rejection_reasons", "reason"))),
            (("source_system", "raw_reason"),),
        ),
        Policy("generic_sources", (Column("source"),), (("source",),)),
        Policy(
            "channel_map",
            (
                Column("raw_source"),
                Column("channel"),
                _flag("expects_campaign", is_required=False),
                _flag("expects_form", is_required=False),
            ),
            (("raw_source",),),
        ),
        Policy(
            "fit_policy",
            (
                _optional("fit_grade"),
                _optional("min_score", "number"),
                Column("fit_band"),
                _flag("is_sales_ready"),
            ),
            (("fit_grade",), ("min_score",)),
        ),
        Policy(
            "intent_policy",
            (Column("intent_signal"), Column("intent_tier"), _flag("is_sales_ready")),
            (("intent_signal",),),
        ),
        Policy(
            "sla_policy",
            (
                Column("policy_id"),
                _optional("intent_tier"),
                _optional("fit_band"),
                _optional("team_id", refers_to=_TEAM),
                Column("first_action_minutes", "minutes"),
                *_DATED,
            ),
            (("policy_id",), ("intent_tier", "fit_band", "team_id")),
        ),
        Policy(
            "allowances",
            (Column("allowance", choices=ALLOWANCES), Column("business_minutes", "minutes"), *_DATED),
            (("allowance",),),
        ),
        Policy(
            "calendars",
            (
                Column("calendar_id"),
                Column("timezone", "timezone"),
                Column("weekday", "weekday"),
                Column("opens_at", "time"),
                Column("closes_at", "time"),
                *_DATED,
            ),
            # Several openings a day are allowed: what may not overlap are their hours, see `checking`.
            (),
        ),
        Policy(
            "holidays",
            (Column("calendar_id", refers_to=_CALENDAR), Column("day", "day")),
            (("calendar_id", "day"),),
        ),
        Policy(
            "teams",
            (
                Column("team_id"),
                Column("name"),
                Column("function", choices=("sales", "marketing", "system")),
                _optional("calendar_id", refers_to=_CALENDAR),
                _optional("territory"),
            ),
            (("team_id",),),
        ),
        Policy(
            "owner_map",
            (Column("owner_key"), Column("team_id", refers_to=_TEAM), *_DATED),
            (("owner_key",),),
        ),
        Policy(
            "territories",
            (Column("country"), _optional("region"), Column("territory")),
            (("country", "region"),),
        ),
        Policy(
            "queue_policy",
            (
                Column("queue_key"),
                _optional("max_wait_minutes", "minutes"),
                _optional("escalation_owner"),
                *_DATED,
            ),
            (("queue_key",),),
        ),
        Policy(
            "activity_outcome_map",
            (_SOURCE, Column("raw_outcome"), _flag("is_connected")),
            (("source_system", "raw_outcome"),),
        ),
        Policy(
            "content_thresholds",
            (
                _SOURCE,
                Column("check_name", choices=THRESHOLDS),
                Column("threshold", "number"),
                Column("severity", is_required=False, choices=("warning", "critical")),
            ),
            (("source_system", "check_name"),),
        ),
        Policy("automation_users", (Column("owner_key"),), (("owner_key",),)),
        Policy("free_email_domains", (Column("domain"),), (("domain",),)),
        Policy(
            "findings",
            (
                Column("code"),
                Column(
                    "layer", choices=("capture", "qualification", "routing", "action", "status", "outcome")
                ),
                Column(
                    "quality_dimension", choices=("channel", "form", "routing", "sales_process", "crm_data")
                ),
                Column("confusion_type", choices=("quality", "ownership", "timing", "outcome")),
                Column("severity", choices=("critical", "high", "medium", "low")),
                Column("fires_when"),
                Column("what_to_inspect"),
                _optional("urgency"),
                _optional("who_acts"),
                _optional("what_to_do"),
            ),
            (("code",),),
        ),
    )
}
