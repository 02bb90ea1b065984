"""NxtWave's sales log against a count of the original files that shares nothing with the project."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import pytest

from tests.real_data.conftest import Built
from tests.real_data.recount import INDIA, NxtWaveLead, day_start, read_nxtwave

REASONS = {
    "Can't afford": "no_budget",
    "Cannot afford": "no_budget",
    "No time for student": "no_current_need",
    "Will join in final year": "no_current_need",
    "Student not interested in domain": "poor_company_fit",
    "Wants offline classes": "other",
    "": None,
}
# The local day of an instant.
DAY_OF = "cast(timezone('Asia/Kolkata', timezone('UTC', {})) as date)"

Leads = dict[str, NxtWaveLead]


@pytest.fixture(scope="module")
def truth(nxtwave: Built) -> Leads:
    return read_nxtwave(nxtwave.raw)


def test_every_lead_is_handed_off_once_on_the_day_of_its_assignment(nxtwave: Built, truth: Leads) -> None:
    assert len(truth) == 360
    opened = "select lead_id, (opened_by, handoff_number, opened_at, assigned_at, human_owned_at)"
    expected = {}
    for key, lead in truth.items():
        start = day_start(lead.assigned, INDIA)
        expected[key] = ("mql", 1, start, start, start)
    assert nxtwave.counts(f"{opened} from marts.fct_handoffs") == expected


def test_each_lead_belongs_to_its_manager_and_the_senior_ones_team(nxtwave: Built, truth: Leads) -> None:
    owned = "select lead_id, (owner_id, owner_kind, team_id) from marts.fct_handoffs"
    assert nxtwave.counts(owned) == {
        key: (lead.owner, "sales_user", lead.team) for key, lead in truth.items()
    }


def test_outcomes_and_the_days_that_they_came(nxtwave: Built, truth: Leads) -> None:
    closed = f"select lead_id, (outcome, {DAY_OF.format('closed_at')}) from marts.fct_handoffs"
    assert nxtwave.counts(closed) == {key: (lead.outcome, lead.closed_on) for key, lead in truth.items()}
    assert Counter(lead.outcome for lead in truth.values()) == {"rejected": 294, "converted": 64, "open": 2}


def test_every_call_is_in_the_event_log_on_its_day(nxtwave: Built, truth: Leads) -> None:
    logged: dict[str, list[date]] = defaultdict(list)
    calls = (
        f"select lead_id, {DAY_OF.format('occurred_at')} from marts.fct_lead_events"
        " where event_type = 'activity' and is_human and is_day_level"
    )
    for lead, day in nxtwave.rows(calls):
        logged[lead].append(day)
    assert sum(map(len, logged.values())) == 2192
    for key, lead in truth.items():
        assert sorted(logged[key]) == sorted(day for day, _, _ in lead.calls), key


def test_calls_count_until_the_handoff_closes(nxtwave: Built, truth: Leads) -> None:
    counted = nxtwave.counts("select lead_id, human_activity_count from marts.fct_handoffs")
    assert counted == {key: len(lead.calls_until_close) for key, lead in truth.items()}
    assert sum(len(lead.calls) for lead in truth.values()) - sum(counted.values()) == 4


def test_connected_leads_are_those_of_a_successful_call(nxtwave: Built, truth: Leads) -> None:
    connected = nxtwave.counts("select lead_id, has_connected from intermediate.int_handoff_actions")
    assert {key for key, is_connected in connected.items() if is_connected} == {
        key for key, lead in truth.items() if lead.is_connected
    }


def test_rejection_reasons_are_told_in_canonical_words(nxtwave: Built, truth: Leads) -> None:
    reasons = nxtwave.counts("select lead_id, rejection_reason from marts.fct_handoffs")
    assert reasons == {key: REASONS[lead.reason] for key, lead in truth.items()}
    assert Counter(reasons.values()) == {
        "no_budget": 99,
        "other": 91,
        "no_current_need": 52,
        "poor_company_fit": 52,
        None: 66,
    }


def test_marketing_is_told_how_often_each_reason_was_given(nxtwave: Built, truth: Leads) -> None:
    told = (
        "select member, reason, rejections, member_rejections, share"
        " from marts.fct_rejection_feedback where dimension = '{}'"
    )
    rejected = [lead for lead in truth.values() if lead.outcome == "rejected"]
    given = Counter(REASONS[lead.reason] for lead in rejected)
    assert set(nxtwave.rows(told.format("all"))) == {
        ("all", reason, count, 294, count / 294) for reason, count in given.items()
    }
    of_source = Counter(lead.source for lead in rejected)
    by_source = Counter((lead.source, REASONS[lead.reason]) for lead in rejected)
    assert set(nxtwave.rows(told.format("source"))) == {
        (source, reason, count, of_source[source], count / of_source[source])
        for (source, reason), count in by_source.items()
    }


def test_the_findings_are_the_untouched_leads_and_the_vague_source(nxtwave: Built, truth: Leads) -> None:
    untouched = {
        (key, "first_action_missing", lead.first_action_due_at)
        for key, lead in truth.items()
        if not lead.calls
    }
    vague = {
        (key, "source_generic", day_start(lead.assigned, INDIA))
        for key, lead in truth.items()
        if lead.source == "website"
    }
    assert (len(untouched), len(vague)) == (2, 59)
    found = "select lead_id, finding_code, detected_at from marts.fct_handoff_findings"
    assert set(nxtwave.rows(found)) == untouched | vague


def test_the_worklist_asks_for_the_first_call(nxtwave: Built, truth: Leads) -> None:
    asked = "select lead_id, (owner_id, finding_code, due_since) from marts.fct_worklist"
    assert nxtwave.counts(asked) == {
        key: (lead.owner, "first_action_missing", lead.first_action_due_at)
        for key, lead in truth.items()
        if not lead.calls
    }


def test_layers(nxtwave: Built, truth: Leads) -> None:
    verdicts = nxtwave.counts(
        "select lead_id, (layer_capture, layer_qualification, layer_routing, layer_action, layer_outcome)"
        " from marts.fct_handoffs"
    )
    expected = {}
    for key, lead in truth.items():
        action = "ok" if lead.calls else "broken"
        outcome = "pending" if lead.outcome == "open" else "ok"
        expected[key] = ("ok", "not_recorded", "ok", action, outcome)
    assert verdicts == expected


def test_dates_feed_no_minute_clock(nxtwave: Built) -> None:
    columns = nxtwave.rows(
        "select column_name from information_schema.columns"
        " where table_schema = 'marts' and table_name = 'fct_handoffs' and column_name like '%minutes%'"
    )
    assert len(columns) >= 8
    for (column,) in columns:
        assert nxtwave.value(f"select count({column}) from marts.fct_handoffs") == 0, column
    for instant in ("first_human_activity_at", "first_automated_activity_at", "accepted_at"):
        assert nxtwave.value(f"select count({instant}) from marts.fct_handoffs") == 0, instant


def test_shares_equal_the_count(nxtwave: Built, truth: Leads) -> None:
    overall = "where period_grain = 'all' and dimension = 'all'"
    rates = nxtwave.counts(
        f"select metric, (numerator, denominator) from marts.fct_handoff_metrics {overall}"
    )
    called = sum(bool(lead.calls) for lead in truth.values())
    rejected = sum(lead.outcome == "rejected" for lead in truth.values())
    closed = sum(lead.outcome != "open" for lead in truth.values())
    assert rates["first_activity_completion_rate"] == (called, 360) == (358, 360)
    assert rates["disqualification_rate"] == (rejected, closed) == (294, 358)
    assert rates["rejection_reason_completeness"] == (rejected, rejected)
    assert rates["owner_presence_rate"] == (360, 360)
    for unknown in ("mql_to_sal_rate", "opportunity_creation_rate"):
        assert unknown not in rates


def test_a_rate_of_minutes_is_not_told_from_days(nxtwave: Built, truth: Leads) -> None:
    """135 leads were first called two days or more after their assignment: no 99 % were called in time."""
    waits = [(lead.first_call - lead.assigned).days for lead in truth.values() if lead.first_call]
    assert sum(days >= 2 for days in waits) == 135
    metrics = {metric for (metric,) in nxtwave.rows("select distinct metric from marts.fct_handoff_metrics")}
    assert not metrics & {"first_action_sla_rate", "owner_assignment_sla_rate"}


def test_coverage_names_what_the_files_hold(nxtwave: Built, truth: Leads) -> None:
    recorded = "select element, populated from marts.fct_crm_coverage where is_recorded"
    assert nxtwave.counts(recorded) == {
        "original_source": 360,
        "mql_date": 360,
        "owner": 360,
        "assignment_stamp": 360,
        "activity": 2192,
        "activity_outcome": 2192,
        "status": 358,
        "rejection_reason": 294,
    }


def test_nothing_was_set_aside(nxtwave: Built) -> None:
    assert nxtwave.value("select count(*) from landing.rejected_rows") == 0
    assert nxtwave.value("select count(*) from intermediate.int_crm__quarantine") == 0


def test_the_maps_know_every_status_outcome_reason_and_source(nxtwave: Built) -> None:
    assert nxtwave.rows("select * from intermediate.int_unmapped_values") == []
