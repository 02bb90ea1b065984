"""Real exports that nobody has mapped: they land, they build, and coverage says what is wrong with them."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest

from demo.policies import DEMO_POLICIES
from handoff.config import load_settings
from handoff.landing import land
from tests.diagnosis.build import Built, Workshop
from tests.diagnosis.worlds import write_sources

pytestmark = pytest.mark.slow

AS_OF = "2024-12-31T00:00:00Z"
MARTS = ("fct_handoffs", "fct_handoff_findings", "fct_crm_coverage", "rpt_metric_basis")
# The seeds of Fivetran's packages: which table each is, and the lead table that the HubSpot ones go by.
SEEDS = {"salesforce_by_fivetran": "dbt_salesforce", "hubspot_by_fivetran": "dbt_hubspot"}


@pytest.fixture(scope="module")
def built(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Salesforce's own CSV export, and Salesforce and HubSpot as Fivetran lands them, built together.

    The export is landed a second time without a column and with one row that cannot be read.
    """
    folder = tmp_path_factory.mktemp("crm_exports")
    export = folder / "salesforce_export"
    shutil.copytree(real_data / "salesforce_native_csv", export, copy_function=shutil.copyfile)
    for source, package in SEEDS.items():
        (folder / source).mkdir()
        for path in (real_data / "fivetran_layouts" / package).glob("*_data.csv"):
            table = path.name.removesuffix("_data.csv").removeprefix("sf_")
            shutil.copyfile(path, folder / source / f"{table}.csv")
    sources = [
        {"name": name, "crm": crm, "from": {"kind": "files", "path": str(folder / name)}}
        for name, crm in [
            ("salesforce_export", "salesforce"),
            ("salesforce_by_fivetran", "salesforce"),
            ("hubspot_by_fivetran", "hubspot"),
        ]
    ]
    write_sources(folder / "sources.yml", AS_OF, sources)
    first = load_settings(
        {"HANDOFF_HOME": str(folder / "home"), "HANDOFF_SOURCES": str(folder / "sources.yml")}
    )
    land(first)
    lose_a_column_and_break_a_row(export / "Lead.csv")
    workshop = Workshop(tmp_path_factory.mktemp("crm_exports_workshop"))
    landed = Built(first.warehouse_path, folder / "no_manifest.json")
    return workshop.build("second", folder / "sources.yml", DEMO_POLICIES, MARTS, onto=landed)


def lose_a_column_and_break_a_row(path: Path) -> None:
    """Take LeadSource out of the file, and put a row at its end that has too many cells."""
    with path.open(newline="", encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        del row["LeadSource"]
    with path.open("w", newline="", encoding="utf-8-sig") as lines:
        writer = csv.DictWriter(lines, rows[0])
        writer.writeheader()
        writer.writerows(rows)
        lines.write(",".join(["broken"] * (len(rows[0]) + 3)) + "\n")


def coverage(built: Built, source: str) -> dict[str, dict[str, Any]]:
    """Coverage of one source by element."""
    names = ("element", "coverage", "populated", "records", "quarantined_rows", "quarantine_reasons",
             "drifted_columns", "drift", "bulk_loaded_leads", "note", "field_to_add")  # fmt: skip
    query = f"select {', '.join(names)} from marts.fct_crm_coverage where source_system = '{source}'"
    return {row[0]: dict(zip(names, row, strict=True)) for row in built.rows(query)}


@pytest.mark.parametrize("source", ["salesforce_export", *SEEDS])
def test_every_lead_of_a_real_export_is_read_or_accounted_for(built: Built, source: str) -> None:
    ((read,),) = built.rows(
        f"select count(*) from intermediate.int_crm__leads where source_system = '{source}'"
    )
    ((landed,),) = built.rows(
        f"select sum(rows_landed) from landing.loads where is_current and source_system = '{source}'"
        f" and lower(raw_table) = '{'contact' if source.startswith('hubspot') else 'lead'}'"
    )
    ((aside,),) = built.rows(
        "select count(*) from intermediate.int_crm__quarantine"
        f" where is_row_set_aside and source_system = '{source}'"
        " and staging_model in ('stg_salesforce__lead', 'stg_hubspot__contact')"
    )
    assert read > 0
    assert read + aside <= landed
    assert coverage(built, source)["created_at"]["records"] == read


def test_the_export_is_read_as_salesforce_means_it(built: Built) -> None:
    rows = built.rows(
        "select count(*), count(status), count(owner_id), count(country),"
        " count(*) filter (where is_converted), count(*) filter (where is_deleted)"
        " from intermediate.int_crm__leads"
        " where source_system = 'salesforce_export'"
    )
    # Blank is false here, and every lead has its status, owner and country.
    assert rows == [(60, 60, 60, 60, 0, 0)]


def test_coverage_explains_what_is_wrong_with_the_export(built: Built) -> None:
    found = coverage(built, "salesforce_export")
    assert found["created_at"]["bulk_loaded_leads"] == 60
    assert "mass update" in found["created_at"]["note"]
    assert found["status"]["quarantined_rows"] == 1
    assert found["status"]["quarantine_reasons"] == "1 of Lead: unreadable row"
    assert found["status"]["drifted_columns"] == 1
    assert found["status"]["drift"].startswith("LeadSource of Lead has vanished since 20")
    assert found["activity"]["drifted_columns"] == 0
    # It was landed anew without its sources: the leads keep those they had, and nothing is accused of it.
    assert found["original_source"]["coverage"] == "recorded"
    assert found["original_source"]["populated"] == 60
    assert built.rows(
        "select count(*) from marts.fct_handoff_findings where source_system = 'salesforce_export'"
        " and finding_code = 'source_missing'"
    ) == [(0,)]


def test_no_history_means_not_recorded(built: Built) -> None:
    for source in ("salesforce_export", *SEEDS):
        found = coverage(built, source)
        assert found["owner_history"]["coverage"] == "not_recorded", source
        missing = built.rows(
            f"select missing from marts.rpt_metric_basis where source_system = '{source}'"
            " and metric = 'reassignment_rate'"
        )
        assert "owner history" in missing[0][0]
