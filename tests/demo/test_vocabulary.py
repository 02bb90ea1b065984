"""What the demo's words mean to the policies is what its stories mean by them.

The demo relies on the shipped maps for the picklist values of a standard org; a changed map would silently
change what is true of the demo.
"""

from __future__ import annotations

import pytest

from demo import vocabulary as v
from demo.cli import FLAVOURS
from demo.policies import read_policy
from demo.timeline import STATUS_GROUP
from demo.writers import hubspot, salesforce


def mapped(policy: str, source: str, raw: str, meaning: str) -> dict[str, str]:
    """What a map says in one source; a row of the source itself wins over one for any source."""
    found: dict[str, str] = {}
    for row in sorted(read_policy(policy), key=lambda row: row["source_system"] != "*"):
        if row["source_system"] in ("*", source):
            found[row[raw].strip().lower()] = row[meaning]
    return found


SOURCES = [(crm, FLAVOURS[crm].source) for crm in ("salesforce", "hubspot", "canonical")]


@pytest.mark.parametrize(("crm", "source"), SOURCES)
def test_stages(crm: str, source: str) -> None:
    known = mapped("lifecycle_stage_map", source, "raw_stage", "stage")
    for stage, word in zip(v.STAGES, v.STAGE_WORDS[crm], strict=True):
        assert (known[word.lower()] if word else "") == stage


@pytest.mark.parametrize(("crm", "source"), SOURCES)
def test_statuses(crm: str, source: str) -> None:
    groups = mapped("lead_status_map", source, "raw_status", "status_group")
    vague = mapped("lead_status_map", source, "raw_status", "is_vague")
    for status, word in zip(v.STATUSES, v.STATUS_WORDS[crm], strict=True):
        if status == "unmapped":
            assert word is not None and word.lower() not in groups
        elif word:
            assert groups[word.lower()] == STATUS_GROUP[status], word
            assert vague[word.lower()] == str(status == "vague").lower(), word


@pytest.mark.parametrize(("crm", "source"), SOURCES)
def test_rejection_reasons(crm: str, source: str) -> None:
    known = mapped("rejection_reason_map", source, "raw_reason", "reason")
    for reason, word in zip(v.REASONS, v.REASON_WORDS, strict=True):
        assert known.get(word.lower(), "unmapped") == reason
    timing = {row["reason"] for row in read_policy("rejection_reasons") if row["is_timing"] == "true"}
    assert timing == set(v.TIMING_REASONS)


def test_sources() -> None:
    channels = {row["raw_source"].lower(): row for row in read_policy("channel_map")}
    for source, expects_campaign, expects_form in v.SOURCES:
        # What the map does not know expects both.
        row = channels.get(source.lower(), {})
        assert (row.get("expects_campaign") or "true") == str(expects_campaign).lower(), source
        assert (row.get("expects_form") or "true") == str(expects_form).lower(), source
    generic = {row["source"].lower() for row in read_policy("generic_sources")}
    assert [s for s, _, _ in v.SOURCES if s.lower() in generic] == list(v.GENERIC_SOURCES)


def test_fit_and_intent() -> None:
    fit = {row["fit_grade"]: row for row in read_policy("fit_policy")}
    for grade, band in zip(v.FIT_GRADES, v.FIT_GRADE_BANDS, strict=True):
        assert fit[grade]["fit_band"] == band
        assert fit[grade]["is_sales_ready"] == str(band != "low").lower()
    floors = sorted((float(row["min_score"]), row["fit_band"]) for row in fit.values() if row["min_score"])
    for low, high, band in v.FIT_SCORE_BANDS:
        reached = [name for floor, name in floors if floor <= low]
        assert reached[-1] == band
        assert [name for floor, name in floors if floor <= high][-1] == band
    intents = {row["intent_signal"].lower(): row for row in read_policy("intent_policy")}
    for intent, tier in zip(v.INTENTS, v.INTENT_TIERS, strict=True):
        row = intents.get(intent.lower(), {"intent_tier": "", "is_sales_ready": "false"})
        assert row["intent_tier"] == tier
        assert row["is_sales_ready"] == str(tier in ("high", "medium")).lower()


def test_activity_outcomes() -> None:
    known = mapped("activity_outcome_map", "demo_hubspot", "raw_outcome", "is_connected")
    assert known["connected"] == "true"
    assert known["no answer"] == "false"
    assert [known[word] for word in hubspot.DISPOSITIONS] == ["false", "true"]


def test_conflicts_that_stories_rely_on() -> None:
    conflicts = {(row["status_group"], row["stage"]) for row in read_policy("status_stage_conflicts")}
    assert ("recycled", "sql") in conflicts
    agreeing = {
        ("recycled", "sal"),
        ("recycled", "inquiry"),
        ("new", "sal"),
        ("converted", "sal"),
        ("new", "mql"),
    }
    assert not agreeing & conflicts


def test_free_mail_and_companies() -> None:
    domains = {row["domain"] for row in read_policy("free_email_domains")}
    assert "gmail.com" in domains
    assert not any(domain.endswith(".example") for domain in domains)


def test_owner_map_is_the_rosters() -> None:
    from demo.roster import owner_map_rows

    rows = [(r["owner_key"], r["team_id"], r["valid_from"], r["valid_to"]) for r in read_policy("owner_map")]
    assert rows == owner_map_rows()


def test_ids_are_as_salesforce_makes_them() -> None:
    import numpy as np

    ids = salesforce.lead_ids(np.arange(1000, dtype=np.int64)).to_pylist()
    assert len(set(ids)) == 1000
    assert {len(one) for one in ids} == {18}
