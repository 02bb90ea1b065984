"""Raw tables as connectors leave them in a lake: typed columns, in schemas of the metastore."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from handoff.config import Settings
from handoff.lake.tables import Ask
from handoff.landing import land, open_warehouse
from tests.diagnosis.worlds import World, copy_policies, write_sources
from tests.layouts import hubspot
from tests.layouts.files import Row, columns_of

# Sources that lie in the lake: their schema there, how its tables were made, and the format they are in.
SALESFORCE, HUBSPOT = "salesforce_101", "hubspot_lake"
SCHEMAS = {SALESFORCE: "salesforce_replica", HUBSPOT: "hubspot_replica"}
FORMATS = {SALESFORCE: "using parquet", HUBSPOT: "stored as parquet"}


def with_lake_sources(world: World, folder: Path) -> tuple[World, dict[str, Path]]:
    """The world with its Salesforce in the lake, as Fivetran types it, and its HubSpot in it once more, as
    the API nests it. Returns it, and by source the Parquet files that the lake's tables are made of.
    """
    given = yaml.safe_load(world.sources.read_text(encoding="utf-8"))
    paths = {source["name"]: Path(source["from"]["path"]) for source in given["sources"]}
    files = {SALESFORCE: paths[SALESFORCE], HUBSPOT: folder / HUBSPOT}
    _write_nested(hubspot.as_api_answers(hubspot.read_portal(paths["hubspot_101"])), files[HUBSPOT])
    sources = [source for source in given["sources"] if source["name"] != SALESFORCE]
    sources += [
        {"name": name, "crm": name.split("_")[0], "from": {"kind": "warehouse", "schema": schema}}
        for name, schema in SCHEMAS.items()
    ]
    write_sources(folder / "sources.yml", given["as_of"], sources)
    copy_policies(world.policies, folder / "policies", {"hubspot_101": ["hubspot_101", HUBSPOT]})
    return World(folder / "sources.yml", folder / "policies"), files


def make_tables(ask: Ask, files: dict[str, Path]) -> None:
    """Make the tables of the lake: what a connector does to the metastore."""
    for source, schema in SCHEMAS.items():
        ask(f"create schema {schema}")
        for path in sorted(files[source].glob("*.parquet")):
            ask(f"create table {schema}.`{path.stem}` {FORMATS[source]} as select * from parquet.`{path}`")


def land_on_duckdb(settings: Settings, files: dict[str, Path]) -> None:
    """The same tables as schemas of DuckDB's warehouse, and all sources landed there."""
    with open_warehouse(settings) as connection:
        for source, schema in SCHEMAS.items():
            connection.execute(f"create schema {schema}")
            for path in sorted(files[source].glob("*.parquet")):
                connection.execute(f"create table {schema}.\"{path.stem}\" as from '{path}'")
    land(settings)


def types_in_spark(ask: Ask) -> set[str]:
    """The types of the columns of the lake's tables, as far as their first word tells."""
    tables = [(schema, row[1]) for schema in SCHEMAS.values() for row in ask(f"show tables in {schema}")]
    return {
        held.split("<")[0] for schema, table in tables for _, held, *_ in ask(f"describe {schema}.`{table}`")
    }


def _write_nested(tables: dict[str, list[Row]], folder: Path) -> None:
    folder.mkdir(parents=True)
    for table, rows in tables.items():
        columns = {name: _array(name, [row.get(name) for row in rows]) for name in columns_of(rows)}
        held = {name: array for name, array in columns.items() if _holds_anything(array.type)}
        pq.write_table(pa.table(held), folder / f"{table}.parquet")


def _array(name: str, values: list[object]) -> pa.Array:
    """The column by its values; the API's own instants with their zone."""
    if name.endswith("At"):
        values = [datetime.fromisoformat(str(value)) if value else None for value in values]
    array = pa.array(values)
    return array.cast(_known(array.type))


def _known(held: pa.DataType) -> pa.DataType:
    """The type, with text for what is always empty."""
    if pa.types.is_null(held):
        return pa.string()
    if pa.types.is_struct(held):
        return pa.struct([pa.field(field.name, _known(field.type)) for field in held])
    return pa.list_(_known(held.value_type)) if pa.types.is_list(held) else held


def _holds_anything(held: pa.DataType) -> bool:
    return not pa.types.is_struct(held) or held.num_fields > 0
