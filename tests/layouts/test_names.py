"""Names are compared alike wherever they are: by the landing in Python, by the resolver in Jinja."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace

import jinja2
import pytest

from handoff.config import PROJECT
from handoff.landing.lead_tables import normalised, plain, staging_models

AWKWARD = [
    "My_Stage__c",
    "property_hs_lead_status",
    "properties__hs_lead_status",
    "property_fit_score__value__double",
    "property_hs_lead_status__value",
    "property_market_value",
    "properties_churn__c",
    " Became a Lead Date ",
    "Property",
    "propertyId",
    "metadata__status",
    "c",
    "Straße",
    "",
]
TABLES = [
    "hubspot-crm-exports-all-contacts-2026-09-30",
    "All Contacts 2026_09_30 (1)",
    " leads ",
    "sf_User",
    "2026-09-30",
    "leads2026",
]


class Returned(Exception):
    """What dbt's `return` does in a macro: ends it with a value."""


@pytest.fixture(scope="module")
def macro() -> Callable[[str, str], object]:
    """What a macro of macros/names.sql gives for a name."""

    def give(value: object) -> None:
        raise Returned(value)

    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    template = environment.from_string((PROJECT / "macros" / "names.sql").read_text(encoding="utf-8"))
    module = template.make_module({"modules": SimpleNamespace(re=re), "return": give})

    def call(name: str, argument: str) -> object:
        with pytest.raises(Returned) as returned:
            getattr(module, name)(argument)
        value: object = returned.value.args[0]
        return value

    return call


def test_the_landing_and_the_resolver_compare_names_alike(macro: Callable[[str, str], object]) -> None:
    models = [model for crm in ("salesforce", "hubspot", "canonical") for model in staging_models(crm)]
    aliases = {
        alias
        for model in models
        for column in model["columns"]
        for alias in column.get("config", {}).get("meta", {}).get("raw", [])
    }
    tables = {name for model in models for name in model["config"]["meta"]["raw"]}
    columns = [*AWKWARD, *sorted(aliases)]
    assert {name: normalised(name) for name in columns} == {
        name: macro("normalised_name", name) for name in columns
    }
    names = [*TABLES, *sorted(tables)]
    assert {name: plain(name) for name in names} == {
        name: macro("normalised_table_name", name) for name in names
    }
