"""The shipped policies: columns as the catalogue and the yml say, and default picklists that are known."""

from __future__ import annotations

import csv

import pytest
import yaml

from handoff.config import SHIPPED_POLICIES
from handoff.policies import POLICIES

HUBSPOT_STAGES = {
    "subscriber": "inquiry",
    "lead": "inquiry",
    "marketingqualifiedlead": "mql",
    "salesqualifiedlead": "sql",
    "opportunity": "opportunity",
    "customer": "customer",
    "evangelist": "customer",
    "other": "disqualified",
}
SALESFORCE_STATUSES = {
    "Open - Not Contacted": "new",
    "Working - Contacted": "working",
    "Closed - Converted": "converted",
    "Closed - Not Converted": "rejected",
    "New": "new",
    "Contacted": "working",
    "Nurturing": "recycled",
    "Qualified": "converted",
    "Unqualified": "rejected",
}
HUBSPOT_STATUSES = {
    "NEW": "new",
    "OPEN": "new",
    "IN_PROGRESS": "working",
    "OPEN_DEAL": "converted",
    "UNQUALIFIED": "rejected",
    "ATTEMPTED_TO_CONTACT": "working",
    "CONNECTED": "working",
    "BAD_TIMING": "recycled",
}
# HubSpot's default call dispositions are the same in every portal.
HUBSPOT_CALLS = {
    "9d9162e7-6cf3-4944-bf63-4dff82258764": "false",
    "f240bbac-87c9-4f6e-bf70-924b57d47db7": "true",
    "a4c4c377-d246-4b32-a13b-75a56a4cd0ff": "true",
    "b2cf5968-551e-4856-9783-52b3da59a7d0": "false",
    "73a0d17f-1163-4015-bdd5-ec830791da20": "false",
    "17b47fee-58de-441e-a44c-c6300d46f273": "false",
}
MEETINGS = {
    "COMPLETED": "true",
    "SCHEDULED": "false",
    "NO_SHOW": "false",
    "RESCHEDULED": "false",
    "CANCELED": "false",
}
SOURCES = [
    *("Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"),
    *("ORGANIC_SEARCH", "PAID_SEARCH", "EMAIL_MARKETING", "SOCIAL_MEDIA", "REFERRALS", "OTHER_CAMPAIGNS"),
    *("DIRECT_TRAFFIC", "OFFLINE", "PAID_SOCIAL", "AI_REFERRALS"),
]


def rows(name: str) -> list[dict[str, str]]:
    with (SHIPPED_POLICIES / f"{name}.csv").open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def mapped(name: str, raw: str, meaning: str) -> dict[str, str]:
    return {row[raw].lower(): row[meaning] for row in rows(name)}


@pytest.mark.parametrize("name", POLICIES)
def test_header_yml_and_catalogue_name_the_same_columns(name: str) -> None:
    with (SHIPPED_POLICIES / f"{name}.csv").open(newline="", encoding="utf-8") as handle:
        header = next(csv.reader(handle))
    assert header == [column.name for column in POLICIES[name].columns]
    described = [
        seed
        for file in SHIPPED_POLICIES.glob("*.yml")
        for seed in yaml.safe_load(file.read_text())["seeds"]
        if seed["name"] == name
    ]
    (seed,) = described
    assert list(seed["config"]["column_types"]) == header
    assert [column["name"] for column in seed["columns"]] == header


@pytest.mark.parametrize(
    ("policy", "raw", "meaning", "expected"),
    [
        ("lifecycle_stage_map", "raw_stage", "stage", HUBSPOT_STAGES),
        ("lead_status_map", "raw_status", "status_group", SALESFORCE_STATUSES),
        ("lead_status_map", "raw_status", "status_group", HUBSPOT_STATUSES),
        ("activity_outcome_map", "raw_outcome", "is_connected", HUBSPOT_CALLS | MEETINGS),
    ],
)
def test_default_picklists_are_known(policy: str, raw: str, meaning: str, expected: dict[str, str]) -> None:
    known = mapped(policy, raw, meaning)
    assert {value: known.get(value.lower()) for value in expected} == expected


def test_default_sources_have_a_channel() -> None:
    known = mapped("channel_map", "raw_source", "channel")
    assert [source for source in SOURCES if source.lower() not in known] == []


def test_the_allowances_are_those_of_the_diagnosis() -> None:
    assert {row["allowance"]: row["business_minutes"] for row in rows("allowances")} == {
        "owner_assignment": "60",
        "queue_wait": "120",
        "first_action": "240",
        "acceptance": "960",
        "status_update": "480",
        "next_step": "2400",
        "abandon": "2400",
        "stale": "4800",
        "opportunity": "2400",
        "outcome": "21600",
    }


def test_each_canonical_reason_teaches_marketing_something_of_its_own() -> None:
    insights = [row["marketing_insight"] for row in rows("rejection_reasons")]
    assert len(set(insights)) == len(insights) == 11
    assert min(len(insight) for insight in insights) > 60
    assert {row["reason"] for row in rows("rejection_reasons") if row["is_timing"] == "true"} == {
        "no_current_need",
        "no_budget",
    }


def test_free_mail_domains_are_domains() -> None:
    domains = [row["domain"] for row in rows("free_email_domains")]
    assert {"gmail.com", "outlook.com", "yahoo.com", "gmx.de", "qq.com"} <= set(domains)
    assert [
        domain for domain in domains if domain != domain.lower() or "." not in domain or "@" in domain
    ] == []
