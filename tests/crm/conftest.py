"""Every layout and every habit of real CRMs in one warehouse."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crm import real_crms
from tests.crm.layouts import hubspot_sources, odd_sources, salesforce_sources
from tests.crm.warehouse import dbt, land


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse built up to the canonical CRM with all its tests."""
    folder = tmp_path_factory.mktemp("layouts")
    land(folder, [*salesforce_sources(), *hubspot_sources(), *odd_sources(), *real_crms.sources()])
    built = dbt(
        folder,
        "build",
        *("--select", "+path:models/intermediate/crm", "crm_rows_reconcile", "crm_leads_reconcile"),
        *("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious"),
    )
    assert built.returncode == 0, built.stdout
    return folder
