"""Writes docs/fields.md: which column feeds each canonical field in each layout, asked of the resolver.

    python -m tests.layouts.field_table

The layouts are those of the demo CRM that the tests beside this hold against each other row for row.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from demo import config
from demo.cli import write_demo
from handoff.config import PROJECT, load_settings
from handoff.landing import land
from handoff.landing.lead_tables import staging_models
from handoff.resolution import Resolved, Table, resolve
from tests.diagnosis.worlds import write_sources
from tests.layouts import hubspot, salesforce

PAGE = PROJECT / "docs" / "fields.md"
CRMS = {"salesforce": "Salesforce", "hubspot": "HubSpot", "canonical": "Canonical"}
SHOWN = 2
HEAD = """# Which column feeds what

For each canonical field, the column that feeds it in each layout; a dash where that layout does not land it.
Columns that hold one field between them stand together: the first that has a value counts. Under *also read
from* stand further names that are looked for, in their order, in every tool's spelling: names are compared in
lower case, without anything but letters and digits, the `c` of a custom field and HubSpot's `property_`.

An org's own names go into the sources file, `fields: {lifecycle_stage: My_Stage__c}` or
`tables: {lead: crm_leads_export}`. What your own sources resolve to: `python -m handoff resolution`.

This page is written by `python -m tests.layouts.field_table` out of what the resolver says; never by hand.
"""

Writer = Callable[[Path], None]


def layouts(folder: Path) -> Iterator[tuple[str, str, Writer]]:
    """Every layout as (crm, what it is called, what writes it into a folder)."""
    write_demo(folder / "demo", 0, 101, ("salesforce", "hubspot", "canonical"), copies=1)
    landing = folder / "demo" / "landing"
    org = salesforce.read_org(landing / "demo_salesforce")
    portal = hubspot.with_stage_dates(hubspot.read_portal(landing / "demo_hubspot"))

    def copied(name: str, to: Path) -> None:
        shutil.copytree(landing / name, to)

    yield "salesforce", "Fivetran", partial(copied, "demo_salesforce")
    yield "salesforce", "Airbyte", partial(salesforce.airbyte, org)
    yield "salesforce", "Airbyte, older", partial(salesforce.airbyte_older, org)
    yield "salesforce", "PyAirbyte", partial(salesforce.pyairbyte, org)
    yield "salesforce", "dlt", partial(salesforce.dlt, org)
    yield "salesforce", "Stitch", partial(salesforce.stitch, org)
    yield "salesforce", "CSV export", partial(salesforce.export, org)
    yield "hubspot", "Fivetran", partial(hubspot.fivetran, portal)
    yield "hubspot", "Airbyte", partial(hubspot.airbyte, portal)
    yield "hubspot", "Airbyte, older", partial(hubspot.airbyte_older, portal)
    yield "hubspot", "PyAirbyte", partial(hubspot.pyairbyte, portal)
    yield "hubspot", "dlt", partial(hubspot.dlt, portal)
    yield "hubspot", "Stitch", partial(hubspot.stitch, portal)
    yield "hubspot", "API", partial(hubspot.rest_api, portal)
    yield "hubspot", "CSV export", partial(hubspot.export, portal)
    yield "canonical", "canonical", partial(copied, "demo_canonical")


def page(folder: Path) -> str:
    """The page, of every layout landed below an empty folder."""
    sources, called = [], {}
    for number, (crm, name, write) in enumerate(layouts(folder)):
        source = f"layout_{number:02}"
        write(folder / source)
        called[source] = name
        sources.append({"name": source, "crm": crm, "from": {"kind": "files", "path": str(folder / source)}})
    write_sources(folder / "sources.yml", config.AS_OF, sources)
    home = folder / "home"
    land(load_settings({"HANDOFF_HOME": str(home), "HANDOFF_SOURCES": str(folder / "sources.yml")}))
    resolved = resolve(home)
    return "\n".join([HEAD, *_sections(resolved, called)]).rstrip() + "\n"


def _sections(resolved: Sequence[Resolved], called: dict[str, str]) -> Iterator[str]:
    for crm, title in CRMS.items():
        mine = [source for source in resolved if source.crm == crm]
        yield f"## {title}\n"
        for model in staging_models(crm):
            name = str(model["name"]).split("__")[-1]
            yield f"### {name}\n"
            tables = [next(table for table in source.tables if table.name == name) for source in mine]
            yield from _table(model, tables, [called[source.name] for source in mine])
            yield ""


def _table(model: dict[str, object], tables: Sequence[Table], layouts: Sequence[str]) -> Iterator[str]:
    yield f"| field | {' | '.join(layouts)} | also read from |"
    yield "|---" * (len(layouts) + 2) + "|"
    named = [table.raw_table for table in tables]
    yield _row(
        "*table*", [_code([name] if name else []) for name in named], _others(tables[0].known_as, named)
    )
    held = [{field.name: field.raw for field in table.fields} for table in tables]
    for field, aliases in _declared(model):
        columns = [fields.get(field, ()) for fields in held]
        found = [name for column in columns for name in column]
        yield _row(field, [_code(column) for column in columns], _others(aliases, found))


def _declared(model: dict[str, object]) -> Iterator[tuple[str, Sequence[str]]]:
    columns: list[dict[str, object]] = model["columns"]  # type: ignore[assignment]
    for column in columns:
        about: dict[str, dict[str, object]] = column.get("config", {})  # type: ignore[assignment]
        meta = about.get("meta", {})
        if meta.get("kind"):
            raw: Sequence[str] = meta.get("raw", [column["name"]])  # type: ignore[assignment]
            yield str(column["name"]), raw


def _row(field: str, cells: Sequence[str], others: str) -> str:
    return f"| {field} | {' | '.join(cells)} | {others} |"


def _code(names: Sequence[str]) -> str:
    """The first names; of a list of columns, one for each of many stages, the first of them."""
    shown = [f"`{name.split(', ')[0]}`{' …' if ', ' in name else ''}" for name in names]
    return " ".join(shown[:SHOWN]) + (" …" if len(shown) > SHOWN else "") or "-"


def _others(aliases: Sequence[str], found: Sequence[str | None]) -> str:
    """Aliases that no layout's own column is found by."""
    have = {_plain(name) for name in found if name}
    return " ".join(f"`{alias}`" for alias in aliases if _plain(alias) not in have)


def _plain(name: str) -> str:
    kept = name.lower().removeprefix("property_").removeprefix("properties_").removesuffix("__value")
    kept = kept.removesuffix("__c").removesuffix("_c")
    return "".join(letter for letter in kept if letter.isalnum())


def main() -> None:
    """Write the page."""
    with tempfile.TemporaryDirectory() as scratch:
        PAGE.write_text(page(Path(scratch)), encoding="utf-8")
    print(f"{PAGE} is written.")


if __name__ == "__main__":
    main()
