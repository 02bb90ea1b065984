"""Olist's 8,000 real leads against a count of the original files that shares nothing with the project."""

from __future__ import annotations

import pytest

from tests.real_data.conftest import Built
from tests.real_data.recount import BRAZIL, Olist, day_start

# The layers that nothing in Olist's files tells of.
UNTOLD_LAYERS = ("qualification", "routing", "action", "status")


@pytest.fixture(scope="module")
def truth(olist: Built) -> Olist:
    return Olist.read(olist.raw)


def leads_with(olist: Built, finding: str) -> set[str]:
    rows = olist.rows(f"select lead_id from marts.fct_handoff_findings where finding_code = '{finding}'")
    found = {lead for (lead,) in rows}
    assert len(found) == len(rows)
    return found


def test_every_lead_is_handed_off_once_when_it_became_an_mql(olist: Built, truth: Olist) -> None:
    assert len(truth.leads) == 8000
    assert olist.counts("select lead_id, (opened_by, handoff_number, opened_at) from marts.fct_handoffs") == {
        key: ("mql", 1, lead.opened_at) for key, lead in truth.leads.items()
    }
    late = [lead for lead in truth.leads.values() if lead.won_on and lead.won_on < lead.contacted]
    assert len(late) == 1, "the one first contact that is dated after its deal"


def test_the_won_leads_are_the_deals(olist: Built, truth: Olist) -> None:
    assert len(truth.won()) == 842
    converted = olist.counts("select lead_id, closed_at from marts.fct_handoffs where outcome = 'converted'")
    assert converted == {key: lead.won_at for key, lead in truth.leads.items() if lead.is_won}
    assert (
        olist.counts("select lead_id, won_at from marts.fct_handoffs where won_at is not null") == converted
    )


def test_the_others_stay_open_for_nothing_says_that_they_were_lost(olist: Built, truth: Olist) -> None:
    outcomes = "select outcome, count(*) from marts.fct_handoffs group by outcome"
    assert olist.counts(outcomes) == {"converted": 842, "open": 8000 - 842}


def test_the_won_share_of_each_origin(olist: Built, truth: Olist) -> None:
    counted = olist.rows(
        "select coalesce(original_source, ''), count(*), count(*) filter (outcome = 'converted')"
        " from marts.fct_handoffs group by all"
    )
    assert {origin: (leads, won) for origin, leads, won in counted} == truth.won_by_origin()
    assert sum(won for _, won in truth.won_by_origin().values()) == 842


def test_only_what_olist_records_is_found_fault_with(olist: Built, truth: Olist) -> None:
    assert leads_with(olist, "source_missing") == truth.of_origin("")
    assert leads_with(olist, "source_generic") == truth.of_origin("unknown", "other")
    found = "select finding_code, count(*) from marts.fct_handoff_findings group by 1"
    assert olist.counts(found) == {"source_missing": 60, "source_generic": 1249}


@pytest.mark.parametrize("layer", UNTOLD_LAYERS)
def test_a_layer_that_olist_cannot_tell_is_not_recorded_on_any_handoff(olist: Built, layer: str) -> None:
    verdicts = f"select layer_{layer}, count(*) from marts.fct_handoffs group by 1"
    assert olist.counts(verdicts) == {"not_recorded": 8000}


def test_capture_breaks_on_blank_sources_alone(olist: Built, truth: Olist) -> None:
    verdicts = olist.counts("select lead_id, layer_capture from marts.fct_handoffs")
    assert {lead for lead, verdict in verdicts.items() if verdict == "broken"} == truth.of_origin("")
    assert set(verdicts.values()) == {"broken", "ok"}
    first = olist.counts("select first_broken_layer, count(*) from marts.fct_handoffs group by 1")
    assert first == {"capture": 60, None: 7940}


def test_an_outcome_is_known_of_won_leads_alone(olist: Built, truth: Olist) -> None:
    verdicts = olist.counts("select lead_id, layer_outcome from marts.fct_handoffs")
    assert verdicts == {key: "ok" if lead.is_won else "not_recorded" for key, lead in truth.leads.items()}


def test_dates_feed_no_minute_clock(olist: Built) -> None:
    columns = olist.rows(
        "select column_name from information_schema.columns"
        " where table_schema = 'marts' and table_name = 'fct_handoffs' and column_name like '%minutes%'"
    )
    assert len(columns) >= 8
    for (column,) in columns:
        assert olist.value(f"select count({column}) from marts.fct_handoffs") == 0, column
    assert olist.value("select count(first_action_due_at) from marts.fct_handoffs") == 0
    for mart in ("fct_first_action_survival", "fct_acceptance_survival"):
        assert olist.value(f"select count(*) from marts.{mart}") == 0, mart


def test_a_deal_won_at_midnight_in_brazil_is_known_by_its_day(olist: Built, truth: Olist) -> None:
    by_day = {
        key
        for key, lead in truth.leads.items()
        if lead.won_on and lead.won_at == day_start(lead.won_on, BRAZIL)
    }
    assert len(by_day) == 61
    dated = "select lead_id from marts.fct_lead_events where event_type = 'converted' and is_day_level"
    assert {lead for (lead,) in olist.rows(dated)} == by_day


def test_owners_are_known_only_after_the_outcome(olist: Built, truth: Olist) -> None:
    ((coverage, is_recorded, populated, records, note),) = olist.rows(
        "select coverage, is_recorded, populated, records, note from marts.fct_crm_coverage"
        " where element = 'owner'"
    )
    assert (coverage, is_recorded) == ("recorded_after_outcome", False)
    assert (populated, records) == (len(truth.owners), len(truth.leads)) == (842, 8000)
    assert "after the outcome was known" in note
    assert "treated as not recorded" in note


def test_nothing_is_said_of_owners(olist: Built) -> None:
    owned = "count(owner_id), count(assigned_at), count(human_owned_at), count(team_id)"
    assert olist.rows(f"select {owned} from marts.fct_handoffs") == [(0, 0, 0, 0)]
    assert olist.value("select count(*) from marts.fct_handoff_findings where layer = 'routing'") == 0
    assert olist.value("select count(*) from marts.fct_worklist") == 0


def test_coverage_names_what_the_files_hold(olist: Built, truth: Olist) -> None:
    recorded = "select element, populated from marts.fct_crm_coverage where is_recorded"
    assert olist.counts(recorded) == {
        "created_at": 8000,
        "mql_date": 8000,
        "original_source": 8000 - len(truth.of_origin("")),
        "landing_page": sum(bool(lead.landing_page) for lead in truth.leads.values()),
        "opportunity": 842,
    }
    unrecorded = (
        "select count(*) from marts.fct_crm_coverage where coverage = 'not_recorded' and populated > 0"
    )
    assert olist.value(unrecorded) == 0


def test_what_is_not_recorded_has_no_rate(olist: Built, truth: Olist) -> None:
    """Neither 0 % nor 100 %: of all shares only how complete the context is can be told."""
    overall = "where period_grain = 'all' and dimension = 'all'"
    rates = f"select metric, (numerator, denominator) from marts.fct_handoff_metrics {overall}"
    assert olist.counts(rates) == {"context_completeness_rate": (8000 - len(truth.of_origin("")), 8000)}


def test_nothing_was_set_aside(olist: Built) -> None:
    assert olist.value("select count(*) from landing.rejected_rows") == 0
    assert olist.value("select count(*) from intermediate.int_crm__quarantine") == 0


def test_the_diagnosis_is_taken_the_day_after_the_last_date(olist: Built, truth: Olist) -> None:
    as_of = olist.value("select as_of from landing.clock")
    last = max(max(lead.opened_at, lead.won_at or lead.opened_at) for lead in truth.leads.values())
    assert 0 < (as_of - last).total_seconds() < 24 * 3600


def test_the_crm_is_said_to_have_no_handoff_process(olist: Built) -> None:
    words = olist.value("select verdict_in_words from marts.rpt_handoff_scorecard where aspect = 'crm'")
    assert words.startswith("There is no handoff process, only lead capture")


def test_no_layer_that_olist_cannot_tell_is_scored(olist: Built) -> None:
    scored = (
        "select count(*) from marts.rpt_handoff_scorecard where aspect = 'layer' and verdict = 'not_recorded'"
    )
    assert olist.value(scored) == len(UNTOLD_LAYERS)


def test_the_map_knows_every_origin(olist: Built) -> None:
    assert olist.rows("select * from intermediate.int_unmapped_values") == []
