"""The checks, as plain declarations: nothing here imports Great Expectations.

Two kinds. A *content* check measures one number per source and holds it against a threshold of the policy
`content_thresholds`. A *rule* holds every row of a published aggregate against what such a number can be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from handoff.gates import Severity, Tier

# Below this many rows a share says little; the metrics call the same number unreliable.
RELIABLE_ROWS = 30


@dataclass(frozen=True)
class Check:
    """One expectation on the rows of one query, as people read it in ``says``.

    ``rows`` is SQL over the warehouse. Of a rule (``bound`` is None) it gives the rows to judge,
    ``expectation`` is the name of a Great Expectations class and ``options`` its arguments. Of a content
    check it gives source_system, judged (how many rows the number rests on) and observed; ``bound`` says on
    which side of the threshold it must lie, and ``least`` how many rows it must rest on. ``{previous}``
    stands for the same table in the last publication.
    """

    name: str
    table: str
    says: str
    rows: str
    bound: Literal["at least", "at most"] | None = None
    least: int = RELIABLE_ROWS
    is_share: bool = True
    expectation: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tier(self) -> Tier:
        """The tier of the check."""
        return "content" if self.bound else "logic"

    @property
    def severity(self) -> Severity:
        """How bad it is to miss it; of content the policy may say otherwise."""
        return "warning" if self.bound else "critical"


@dataclass(frozen=True)
class Suite:
    """A named group of checks about one subject."""

    name: str
    checks: tuple[Check, ...]


def _share_of_handoffs(name: str, says: str, column: str, where: str) -> Check:
    """A share of the handoffs of each source that a healthy CRM reaches.

    A layer that a source does not record, or that is not due yet, says nothing about the CRM's content.
    """
    rows = f"""
        select source_system, count(*) as judged, avg(case when {column} then 1.0 else 0.0 end) as observed
        from marts.fct_handoffs where {where} group by source_system
    """
    return Check(name, "fct_handoffs", says, rows, "at least")


def _share_mapped(name: str, says: str, table: str) -> Check:
    rows = f"""
        select source_system, cast(sum(uses) as bigint) as judged,
            sum(case when is_mapped then uses else 0 end) / sum(uses) as observed
        from intermediate.{table} group by source_system
    """
    return Check(name, table, says, rows, "at least")


def _recent(name: str, says: str, table: str, rows: str, bound: Literal["at least", "at most"]) -> Check:
    return Check(name, table, says, rows, bound, is_share=False)


def _last_week(table: str, instant: str, where: str = "true") -> str:
    """The last seven days against an average week of the eight before, or of what there is of them."""
    return f"""
        select source_system, count(*) filter (age_days > 7) as judged,
            count(*) filter (age_days <= 7) * greatest(1.0, (max(age_days) - 7) / 7)
                / nullif(count(*) filter (age_days > 7), 0) as observed
        from (
            select source_system, date_diff('second', {instant}, as_of) / 86400.0 as age_days
            from marts.{table} cross join intermediate.int_clock
            where {where} and {instant} is not null
        )
        where age_days > 0 and age_days <= 63 group by source_system
    """


def _newest(table: str, instant: str, where: str = "true") -> str:
    """The age of the newest record, in longest silences (a day at least) of the eight weeks before it."""
    return f"""
        select source_system, count(*) as judged,
            date_diff('second', max(happened_at), any_value(as_of))
                / greatest(86400.0, max(silence)) as observed
        from (
            select source_system, happened_at, as_of,
                date_diff('second', lag(happened_at) over (
                    partition by source_system order by happened_at
                ), happened_at) as silence
            from (
                select source_system, {instant} as happened_at, as_of,
                    max({instant}) over (partition by source_system) as newest_at
                from marts.{table} cross join intermediate.int_clock
                where {where} and {instant} <= as_of
            )
            where happened_at > newest_at - interval 56 day
        )
        group by source_system
    """


def _rule(name: str, table: str, says: str, rows: str, expectation: str, **options: object) -> Check:
    """A rule of an aggregate that readers take for granted: it stops the publication."""
    return Check(name, table, says, rows, expectation=expectation, options=options)


def _share(name: str, table: str, column: str, says: str, where: str = "true") -> Check:
    return _rule(
        name,
        table,
        says,
        f"select {column} as share from marts.{table} where {where}",
        "ExpectColumnValuesToBeBetween",
        column="share",
        min_value=0,
        max_value=1,
    )


def _no_more(name: str, table: str, part: str, whole: str, says: str, where: str = "true") -> Check:
    return _rule(
        name,
        table,
        says,
        f"select {part} as part, {whole} as whole from marts.{table} where {where}",
        "ExpectColumnPairValuesAToBeGreaterThanB",
        column_A="whole",
        column_B="part",
        or_equal=True,
        ignore_row_if="either_value_is_missing",
    )


COMPLETENESS = Suite(
    "completeness",
    (
        _share_of_handoffs(
            "owners_present",
            "Share of handoffs that have an owner",
            "has_owner",
            "layer_routing in ('ok', 'broken')",
        ),
        _share_of_handoffs(
            "source_present",
            "Share of handoffs whose lead has a source",
            "has_source",
            "layer_capture in ('ok', 'broken')",
        ),
        _share_of_handoffs(
            "context_complete",
            "Share of handoffs that hand over all the context their source records",
            "is_context_complete",
            "layer_capture in ('ok', 'broken')",
        ),
        _share_of_handoffs(
            "reasons_structured",
            "Share of rejections that have a reason from the list",
            "rejection_reason is not null",
            "outcome = 'rejected' and layer_outcome in ('ok', 'broken')",
        ),
    ),
)

VOCABULARY = Suite(
    "vocabulary",
    (
        _share_mapped(
            "statuses_mapped", "Share of statuses in use that the status map knows", "int_status_values"
        ),
        _share_mapped("stages_mapped", "Share of stages in use that the stage map knows", "int_stage_values"),
        _share_mapped(
            "reasons_mapped", "Share of reasons in use that the reason map knows", "int_reason_values"
        ),
    ),
)

RECENCY = Suite(
    "recency",
    (
        _recent(
            "leads_keep_coming",
            "Leads of the last seven days over those of an average week of the eight before",
            "dim_leads",
            _last_week("dim_leads", "created_at"),
            "at least",
        ),
        _recent(
            "leads_not_flooding",
            "Leads of the last seven days over those of an average week of the eight before",
            "dim_leads",
            _last_week("dim_leads", "created_at"),
            "at most",
        ),
        _recent(
            "newest_lead_is_recent",
            "Age of the newest lead over the longest wait for one in the eight weeks before it, or a day",
            "dim_leads",
            _newest("dim_leads", "created_at"),
            "at most",
        ),
        _recent(
            "activities_keep_coming",
            "Activities of the last seven days over those of an average week of the eight before",
            "fct_lead_events",
            _last_week("fct_lead_events", "occurred_at", "event_type = 'activity'"),
            "at least",
        ),
        _recent(
            "newest_event_is_recent",
            "Age of the newest event over the longest silence in the eight weeks before it, or a day",
            "fct_lead_events",
            _newest("fct_lead_events", "occurred_at"),
            "at most",
        ),
    ),
)

COVERAGE = Suite(
    "coverage",
    (
        Check(
            "elements_still_recorded",
            "fct_crm_coverage",
            "Share of the elements recorded in the last publication that still are",
            """
            select source_system, count(*) as judged,
                avg(case when now.is_recorded then 1.0 else 0.0 end) as observed
            from marts.fct_crm_coverage as now
            inner join {previous} as before using (source_system, element)
            where before.is_recorded group by source_system
            """,
            "at least",
            least=1,
        ),
        Check(
            "leads_still_there",
            "dim_leads",
            "Leads over those of the last publication",
            """
            select source_system, cast(before.leads as bigint) as judged, now.leads / before.leads as observed
            from (select source_system, count(*) as leads from marts.dim_leads group by source_system) as now
            inner join (
                select source_system, count(*) as leads from {previous} group by source_system
            ) as before using (source_system)
            """,
            "at least",
        ),
    ),
)

_IS_SHARE = "metric not like '%minutes%'"

AGGREGATES = Suite(
    "aggregates",
    (
        _share("shares_are_shares", "fct_handoff_metrics", "value", "Rates lie between 0 and 1", _IS_SHARE),
        _no_more(
            "numerators_fit",
            "fct_handoff_metrics",
            "numerator",
            "denominator",
            "No rate counts more handoffs than were due",
        ),
        _rule(
            "values_lie_in_their_intervals",
            "fct_handoff_metrics",
            "Every value lies in its 95 % interval",
            """
            select greatest(coalesce(ci_low, value) - value, value - coalesce(ci_high, value)) as outside
            from marts.fct_handoff_metrics where value is not null
            """,
            "ExpectColumnValuesToBeBetween",
            column="outside",
            max_value=1e-9,
        ),
        _share(
            "survival_is_a_share",
            "fct_first_action_survival",
            "survival",
            "The share that still waits lies between 0 and 1",
        ),
        _share(
            "survival_is_a_share",
            "fct_acceptance_survival",
            "survival",
            "The share that still waits lies between 0 and 1",
        ),
        _share(
            "shares_are_shares",
            "rpt_handoff_scorecard",
            "share_broken",
            "The share that breaks lies between 0 and 1",
        ),
        _no_more(
            "broken_fit_judged",
            "rpt_handoff_scorecard",
            "handoffs_broken",
            "handoffs_judged",
            "No more handoffs break than were judged",
        ),
        _share(
            "shares_are_shares",
            "fct_rejection_feedback",
            "share",
            "Shares of the rejections lie between 0 and 1",
        ),
        _rule(
            "reasons_make_up_the_rejections",
            "fct_rejection_feedback",
            "The reasons of a source, channel, campaign or form add up to its rejections",
            """
            select sum(rejections) - max(member_rejections) as left_over
            from marts.fct_rejection_feedback group by dimension, member
            """,
            "ExpectColumnValuesToBeBetween",
            column="left_over",
            min_value=0,
            max_value=0,
        ),
        _share(
            "p_values_are_shares",
            "fct_rate_gap_contributions",
            "p_value",
            "Chances lie between 0 and 1",
        ),
    ),
)

SUITES = (COMPLETENESS, VOCABULARY, RECENCY, COVERAGE, AGGREGATES)
