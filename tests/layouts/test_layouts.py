"""Whatever tool landed a CRM, and in whatever spelling, the same handoffs and findings are published."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pytest

from tests.layouts.conftest import Layouts

pytestmark = pytest.mark.slow

Key = tuple[Any, ...]
KEYS = {
    "fct_handoffs": ("lead_id", "handoff_number"),
    "fct_handoff_findings": ("lead_id", "handoff_number", "finding_code"),
}
MINUTE = 1e-6
# What a layout is held against: the same CRM as another tool lands it, or with as little in it.
WHOLE = {
    "sf_airbyte": "sf_fivetran",
    "sf_airbyte_older": "sf_fivetran",
    "sf_pyairbyte": "sf_fivetran",
    "sf_stitch": "sf_fivetran",
    "sf_export": "sf_fivetran",
    "hs_pyairbyte": "hs_airbyte",
    "hs_fivetran": "hs_airbyte",
    "hs_rest_api": "hs_airbyte",
}
PARTIAL = {
    "sf_dlt": "sf_without_history",
    "hs_airbyte_older": "hs_without_direction",
    "hs_dlt": "hs_without_engagements",
    "hs_stitch": "hs_without_history",
    "hs_export": "hs_contacts_1",
    "hs_contacts_2": "hs_contacts_1",
    "hs_contacts_3": "hs_contacts_1",
}
# What coverage says a partial layout does not record, of all that the whole CRM does.
NOT_RECORDED = {
    "sf_dlt": {
        "lifecycle_stage_history",
        "status_history",
        "owner_history",
        "queue_member",
    },
    "hs_airbyte_older": set[str](),
    "hs_dlt": {"activity", "activity_outcome", "activity_body", "next_step"},
    "hs_stitch": {
        "lifecycle_stage_history",
        "status_history",
        "owner_history",
        "deletion",
    },
    "hs_export": {
        "lifecycle_stage_history",
        "status_history",
        "owner_history",
        "deletion",
        "activity",
        "activity_outcome",
        "activity_body",
        "next_step",
        "account",
        "account_owner",
        "account_customer",
        "opportunity",
    },
}


def rows(layouts: Layouts, mart: str, source: str) -> dict[Key, dict[str, Any]]:
    """A mart's rows of one source by key, without the source's name."""
    names = [
        name
        for (name,) in layouts.built.rows(
            "select column_name from information_schema.columns"
            f" where table_schema = 'marts' and table_name = '{mart}' order by ordinal_position"
        )
        if name != "source_system"
    ]
    query = f"select {', '.join(names)} from marts.{mart} where source_system = '{source}'"
    found = [dict(zip(names, row, strict=True)) for row in layouts.built.rows(query)]
    assert found, f"{source} publishes nothing in {mart}"
    return {tuple(row[name] for name in KEYS[mart]): row for row in found}


def differences(told: dict[Key, dict[str, Any]], found: dict[Key, dict[str, Any]]) -> list[Any]:
    """Rows that only one side has, and cells that differ."""
    missing: list[Any] = [("only told", key) for key in sorted(told.keys() - found.keys())]
    missing += [("only found", key) for key in sorted(found.keys() - told.keys())]
    return missing + [
        (key, column, value, found[key][column])
        for key, row in told.items()
        if key in found
        for column, value in row.items()
        if found[key][column] != (pytest.approx(value, abs=MINUTE) if isinstance(value, float) else value)
    ]


@pytest.mark.parametrize("mart", KEYS)
@pytest.mark.parametrize("layout", [*WHOLE, *PARTIAL])
def test_a_layout_publishes_what_the_same_crm_publishes_in_another(
    layouts: Layouts, mart: str, layout: str
) -> None:
    other = (WHOLE | PARTIAL)[layout]
    assert differences(rows(layouts, mart, other), rows(layouts, mart, layout)) == []


@pytest.mark.parametrize("layout", NOT_RECORDED)
def test_coverage_says_what_a_partial_layout_does_not_record(layouts: Layouts, layout: str) -> None:
    whole = "sf_fivetran" if layout.startswith("sf") else "hs_airbyte"

    def recorded(source: str) -> set[str]:
        query = f"select element from marts.fct_crm_coverage where source_system = '{source}' and is_recorded"
        return {element for (element,) in layouts.built.rows(query)}

    assert recorded(whole) - recorded(layout) == NOT_RECORDED[layout]
    assert recorded(layout) - recorded(whole) <= {"mql_date"}, "more than the whole CRM records"


def test_a_metric_is_counted_only_where_what_it_rests_on_is_recorded(layouts: Layouts) -> None:
    basis = layouts.built.rows("select source_system, metric, is_known, missing from marts.rpt_metric_basis")
    # A wait can end by an action of somebody who owned nothing.
    unknown = [
        (source, metric)
        for source, metric, is_known, _ in basis
        if not is_known and not metric.endswith("_minutes")
    ]
    counted = [
        (
            source,
            metric,
            layouts.built.rows(
                f"select count({metric}) from intermediate.int_metric_facts where source_system = '{source}'"
            ),
        )
        for source, metric in unknown
    ]
    assert [found for found in counted if found[2] != [(0,)]] == []
    assert ("sf_dlt", "first_action_sla_rate") in unknown
    whole = {metric for source, metric, is_known, _ in basis if source == "sf_fivetran" and is_known}
    assert whole == {metric for _, metric, _, _ in basis}
    missing = {(source, metric): words for source, metric, _, words in basis}
    assert missing["hs_export", "rejected_without_attempt_rate"] == "activity"
    assert missing["hs_stitch", "first_action_sla_rate"] == "owner history or assignment stamp"
    assert missing["sf_stitch", "stale_rate"] is None


@pytest.mark.parametrize("layout", ["hs_stitch", "hs_contacts_1"])
@pytest.mark.parametrize("stage", ["sal", "sql"])
def test_without_a_history_the_dates_of_stages_tell_when_sales_accepted(
    layouts: Layouts, layout: str, stage: str
) -> None:
    """The portal has no acceptance date, and today's stage is often a later one. `sal` is a stage of its own,
    `sql` one of HubSpot's.
    """
    query = (
        "select lead_id, date_trunc('minute', max(occurred_at)) from intermediate.int_stage_events"
        f" where source_system = '{{}}' and to_stage = '{stage}' and provenance = '{{}}' and lead_id in"
        f" (select lead_id from intermediate.int_lead_records where source_system = '{layout}') group by 1"
    )
    dated = dict(layouts.built.rows(query.format(layout, "record")))
    assert len(dated) > 50
    assert dated == dict(layouts.built.rows(query.format("hs_airbyte", "history")))


@pytest.mark.parametrize("layout", ["hs_stitch", "hs_contacts_1"])
def test_acceptance_is_found_in_the_dates_of_stages(layouts: Layouts, layout: str) -> None:
    """Of a lead that is an opportunity by now today's stage says nothing of its acceptance."""
    found = layouts.built.rows(
        "select min(handoffs.accepted_at), min(stages.occurred_at) from marts.fct_handoffs as handoffs"
        " inner join intermediate.int_lead_records as leads using (source_system, lead_id)"
        " inner join intermediate.int_stage_events as stages using (source_system, lead_id)"
        f" where source_system = '{layout}' and stages.to_stage in ('sal', 'sql')"
        " and leads.lifecycle_stage in ('opportunity', 'customer')"
        " group by lead_id having max(handoff_number) = 1"
    )
    assert len(found) > 10
    assert [pair for pair in found if pair[0] != pair[1]] == []


def stories(layouts: Layouts) -> dict[str, dict[str, list[tuple[str, int]]]]:
    """The handoffs of each story by CRM, in the order of their opening."""
    told: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for line in (layouts.folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        told[row["archetype"]][row["source_system"]].append(
            (row["opened_at"], row["handoff_number"], row["lead_id"])
        )
    return {
        story: {crm: [(lead, number) for _, number, lead in sorted(found)] for crm, found in by_crm.items()}
        for story, by_crm in told.items()
    }


# A CRM's own ids.
OWN = {"lead_id", "owner_id", "campaign_id"}
# What Salesforce cannot tell, or only it can.
TOLD_OTHERWISE = {
    ("converted_and_won", "won_at"): "CloseDate is a date",
    ("merged_while_open", "first_action_minutes"): "a merge has no stamp of its own",
    **dict.fromkeys(
        (
            ("call_came_with_the_merged_record", column)
            for column in (
                "has_landing_page",
                "has_conversion_point",
                "conversion_point",
                "context_fields_present",
            )
        ),
        "form submissions are no object of its own",
    ),
}
# Nobody's record belongs to the integration user: Salesforce has no record without an owner.
NOBODY = {"owner_kind": ("other_user", "none"), "team_id": ("system", None)}


def plain(value: object) -> object:
    """A value for comparison between CRMs, which spell the words of their picklists each in their way."""
    if isinstance(value, str):
        return value.strip().lower()
    return pytest.approx(value, abs=MINUTE) if isinstance(value, float) else value


@pytest.mark.parametrize(("crm", "source"), [("demo_hubspot", "hs_airbyte"), ("demo_canonical", "canonical")])
def test_salesforce_hubspot_and_the_canonical_layout_tell_the_same_crm(
    layouts: Layouts, crm: str, source: str
) -> None:
    mine, theirs = rows(layouts, "fct_handoffs", "sf_fivetran"), rows(layouts, "fct_handoffs", source)
    codes: dict[str, dict[Key, set[str]]] = {}
    for name in ("sf_fivetran", source):
        codes[name] = defaultdict(set)
        for lead, number, code in rows(layouts, "fct_handoff_findings", name):
            codes[name][lead, number].add(code)
    compared, found = 0, []
    for story, told in stories(layouts).items():
        if set(told) != {"demo_salesforce", "demo_hubspot", "demo_canonical"}:
            continue
        for one, other in zip(told["demo_salesforce"], told[crm], strict=True):
            compared += 1
            if codes["sf_fivetran"][one] != codes[source][other]:
                found.append((story, "findings", codes["sf_fivetran"][one], codes[source][other]))
            for column, value in mine[one].items():
                got = theirs[other][column]
                if (
                    column not in OWN
                    and (story, column) not in TOLD_OTHERWISE
                    and NOBODY.get(column) != (value, got)
                    and plain(got) != plain(value)
                ):
                    found.append((story, column, value, got))
    assert compared > 200
    assert found == []
