"""A CRM landed from its API gives the diagnosis that the files of a loading tool give, row for row."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest

from demo import config
from demo.cli import write_demo
from demo.policies import DEMO_POLICIES
from tests.apis.hubspot import portal_of
from tests.apis.salesforce import org_of
from tests.apis.server import TOKEN, served
from tests.diagnosis.build import Built, Workshop
from tests.diagnosis.worlds import copy_policies, write_sources
from tests.layouts import hubspot, salesforce
from tests.layouts.files import Tables

pytestmark = pytest.mark.slow

MARTS = ("fct_handoffs", "fct_handoff_findings")
VARIABLE = "TEST_CRM_TOKEN"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The demo's two CRMs, each from its API and from files."""
    folder = tmp_path_factory.mktemp("api_world")
    write_demo(folder, 0, 101, ("salesforce", "hubspot"), copies=1)
    landing = folder / "landing"
    org = org_of(salesforce.read_org(landing / "demo_salesforce"))
    tables = _with_known_senders(hubspot.read_portal(landing / "demo_hubspot"))
    hubspot.airbyte(tables, landing / "known_hubspot")
    portal = portal_of(tables)
    portal.page = 37
    before = {name: os.environ.get(name) for name in (VARIABLE, "HANDOFF_HOME")}
    os.environ |= {VARIABLE: TOKEN, "HANDOFF_HOME": str(folder / "home")}
    try:
        with served(org) as org_url, served(portal) as portal_url:
            sources: list[dict[str, Any]] = []
            for crm, url, folder_name in (
                ("salesforce", org_url, "demo_salesforce"),
                ("hubspot", portal_url, "known_hubspot"),
            ):
                api = {"kind": "api", "token_env": VARIABLE, "base_url": url}
                files = {"kind": "files", "path": str(landing / folder_name)}
                sources.append({"name": f"{crm}_api", "crm": crm, "from": api})
                sources.append({"name": f"{crm}_files", "crm": crm, "from": files})
            write_sources(folder / "sources.yml", config.AS_OF, sources)
            named = {f"demo_{crm}": [f"{crm}_api", f"{crm}_files"] for crm in ("salesforce", "hubspot")}
            copy_policies(DEMO_POLICIES, folder / "own_policies", named)
            workshop = Workshop(tmp_path_factory.mktemp("api_workshop"))
            return workshop.build("api", folder / "sources.yml", folder / "own_policies", MARTS)
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _with_known_senders(portal: Tables) -> Tables:
    """The API tells whose a submission is by its address alone, and several contacts may have that."""
    addresses = {
        contact["id"]: (contact["properties"].get("email") or "").strip().lower()
        for contact in portal["contacts"]
    }
    owners = Counter(addresses.values())
    kept = [
        row
        for row in portal["contacts_form_submissions"]
        if owners[addresses.get(row["canonical-vid"], "")] == 1
    ]
    assert len(kept) > 150
    return {**portal, "contacts_form_submissions": kept}


def told(built: Built, mart: str, source: str) -> list[tuple[Any, ...]]:
    names = [name for (name,) in built.rows(f"select column_name from (describe marts.{mart})")]
    kept = ", ".join(f'"{name}"' for name in names if name != "source_system")
    return built.rows(f"select {kept} from marts.{mart} where source_system = '{source}' order by all")


@pytest.mark.parametrize("mart", MARTS)
@pytest.mark.parametrize("crm", ["salesforce", "hubspot"])
def test_the_diagnosis_is_that_of_the_files(built: Built, crm: str, mart: str) -> None:
    from_files = told(built, mart, f"{crm}_files")
    assert len(from_files) > 100
    from_api = told(built, mart, f"{crm}_api")
    assert [row for row in from_files if row not in from_api] == []
    assert len(from_api) == len(from_files)
