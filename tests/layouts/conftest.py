"""One world, landed in every layout and built once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo import config
from demo.cli import write_demo
from demo.policies import DEMO_POLICIES
from tests.diagnosis.build import Built, Workshop
from tests.diagnosis.worlds import copy_policies, write_sources
from tests.layouts import hubspot, salesforce
from tests.layouts.files import Row, Tables

SEED = 101
MARTS = ("fct_handoffs", "fct_handoff_findings", "fct_crm_coverage", "rpt_metric_basis", "int_metric_facts")


@dataclass(frozen=True)
class Layouts:
    """The world: its folder with one landing per source, what was told, and the build."""

    folder: Path
    built: Built

    def landing(self, source: str) -> Path:
        """Where a source's files lie."""
        return self.folder / "landing" / source


def _without_direction(table: str, row: Row) -> None:
    if table == "engagements_calls":
        row["properties"]["hs_call_direction"] = None


def _as_old_engagements_tell(table: str, row: Row) -> None:
    _without_direction(table, row)
    properties = row.get("properties", {})
    if table in hubspot.ENGAGEMENTS:
        properties |= {"hs_object_source": None, "hs_created_by_user_id": None}
    if properties.get("hs_task_status") == "COMPLETED":
        properties["hs_task_completion_date"] = row["updatedAt"]
    _without_deletions(table, row)


def _without_deletions(table: str, row: Row) -> None:
    if table == "contacts":
        row |= {"archived": False, "archivedAt": None}


def _without_deletion_stamps(table: str, row: Row) -> None:
    if table == "contacts":
        row["archivedAt"] = None


def _contacts_alone(portal: Tables, name: str) -> Tables:
    """Contacts to the minute, with one generation of stage dates, and who owns them."""

    def to_the_minute(table: str, row: Row) -> None:
        if table == "contacts":
            row |= {key: row[key][:16] + ":00.000Z" for key in ("createdAt", "updatedAt")}
            row["properties"] |= {
                key: value and value[:16] + ":00.000Z"
                for key, value in row["properties"].items()
                if hubspot.INSTANTS.search(key) or "entered" in key
            }
            row["properties"].pop("associatedcompanyid")
        else:
            row.pop("teams")

    dated = hubspot.with_stage_dates(portal)
    kept = {table: rows for table, rows in dated.items() if table in ("contacts", "owners")}
    kept["contacts"] = [row for row in hubspot.newest(kept["contacts"]) if not row["archived"]]
    kept = hubspot.changed(kept, to_the_minute)

    def renamed(table: str, row: Row) -> None:
        if table == "contacts":
            row["properties"] = {
                name.format(key.removeprefix("hs_v2_date_entered_")) if "entered" in key else key: value
                for key, value in row["properties"].items()
            }

    return hubspot.changed(kept, renamed)


@pytest.fixture(scope="session")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> Layouts:
    """Every layout as a source of one build."""
    folder = tmp_path_factory.mktemp("layouts")
    write_demo(folder, 0, SEED, ("salesforce", "hubspot", "canonical"), copies=1)
    landing = folder / "landing"
    fivetran_salesforce, airbyte_hubspot = landing / "demo_salesforce", landing / "demo_hubspot"
    org, portal = salesforce.read_org(fivetran_salesforce), hubspot.read_portal(airbyte_hubspot)
    dated = hubspot.with_stage_dates(portal)

    written: dict[str, tuple[str, Callable[[Path], None]]] = {
        "sf_airbyte": ("salesforce", lambda to: salesforce.airbyte(org, to)),
        "sf_airbyte_older": ("salesforce", lambda to: salesforce.airbyte_older(org, to)),
        "sf_pyairbyte": ("salesforce", lambda to: salesforce.pyairbyte(org, to)),
        "sf_stitch": ("salesforce", lambda to: salesforce.stitch(org, to)),
        "sf_export": ("salesforce", lambda to: salesforce.export(org, to)),
        "sf_dlt": ("salesforce", lambda to: salesforce.dlt(org, to)),
        "sf_without_history": (
            "salesforce",
            lambda to: salesforce.without(fivetran_salesforce, to, salesforce.NOT_BY_DLT),
        ),
        "hs_pyairbyte": ("hubspot", lambda to: hubspot.pyairbyte(portal, to)),
        "hs_fivetran": ("hubspot", lambda to: hubspot.fivetran(portal, to)),
        "hs_rest_api": ("hubspot", lambda to: hubspot.rest_api(portal, to)),
        "hs_airbyte_older": ("hubspot", lambda to: hubspot.airbyte_older(portal, to)),
        "hs_without_direction": (
            "hubspot",
            lambda to: hubspot.airbyte(hubspot.changed(portal, _without_direction), to),
        ),
        "hs_dlt": ("hubspot", lambda to: hubspot.dlt(portal, to)),
        "hs_without_engagements": (
            "hubspot",
            lambda to: hubspot.airbyte(
                hubspot.changed(
                    portal,
                    _without_deletion_stamps,
                    (*hubspot.ENGAGEMENTS, "contacts_form_submissions", "contacts_merged_audit", "forms"),
                ),
                to,
            ),
        ),
        "hs_stitch": ("hubspot", lambda to: hubspot.stitch(dated, to)),
        "hs_without_history": (
            "hubspot",
            lambda to: hubspot.airbyte(
                hubspot.changed(dated, _as_old_engagements_tell, ("contacts_property_history",)), to
            ),
        ),
        "hs_export": ("hubspot", lambda to: hubspot.export(dated, to)),
    } | {
        f"hs_contacts_{number}": (
            "hubspot",
            lambda to, name=name: hubspot.airbyte(_contacts_alone(portal, name), to),
        )
        for number, name in enumerate(hubspot.STAGE_DATES.values(), start=1)
    }
    sources = [
        {"name": name, "crm": crm, "from": {"kind": "files", "path": str(path)}}
        for name, crm, path in [
            ("sf_fivetran", "salesforce", fivetran_salesforce),
            ("hs_airbyte", "hubspot", airbyte_hubspot),
            ("canonical", "canonical", landing / "demo_canonical"),
        ]
    ]
    for name, (crm, write) in written.items():
        write(landing / name)
        sources.append({"name": name, "crm": crm, "from": {"kind": "files", "path": str(landing / name)}})
    write_sources(folder / "sources.yml", config.AS_OF, sources)
    named = {
        f"demo_{crm}": [str(source["name"]) for source in sources if source["crm"] == crm]
        for crm in ("salesforce", "hubspot", "canonical")
    }
    copy_policies(DEMO_POLICIES, folder / "layout_policies", named)
    workshop = Workshop(tmp_path_factory.mktemp("layouts_workshop"))
    built = workshop.build("layouts", folder / "sources.yml", folder / "layout_policies", MARTS)
    return Layouts(folder, built)
