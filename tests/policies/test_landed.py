"""The user's policies in the warehouse, and the raw values that no map knows."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from handoff.config import ConfigError, Settings
from handoff.policies import PolicyError, as_policy_rows, land_policies, unmapped


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "policies"
    folder.mkdir()
    return Settings(tmp_path / "home", tmp_path / "sources.yml", folder, None, None, ())


def write(settings: Settings, name: str, content: str) -> None:
    assert settings.policies_dir
    (settings.policies_dir / f"{name}.csv").write_text(content, encoding="utf-8")


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        return connection.execute(sql).fetchall()


TABLES = "select table_name from duckdb_tables() where schema_name = 'policies_user' order by 1"


def test_a_policy_lands_as_text_with_every_column(settings: Settings) -> None:
    write(settings, "channel_map", '\ufeffCHANNEL, raw_source\n event ,Bob\'s "Web"inar\n')
    assert land_policies(settings) == ["channel_map"]
    assert query(settings, "from policies_user.channel_map") == [('Bob\'s "Web"inar', "event", None, None)]
    assert query(
        settings, "select distinct data_type from duckdb_columns() where table_name = 'channel_map'"
    ) == [("VARCHAR",)]


def test_a_policy_without_rows_lands_and_replaces_the_shipped_one(settings: Settings) -> None:
    write(settings, "generic_sources", "source\n")
    land_policies(settings)
    assert query(settings, "select count(*) from policies_user.generic_sources") == [(0,)]


def test_a_policy_no_longer_given_is_dropped(settings: Settings) -> None:
    write(settings, "generic_sources", "source\nWeb\n")
    write(settings, "automation_users", "owner_key\nU1\n")
    land_policies(settings)
    assert settings.policies_dir
    (settings.policies_dir / "generic_sources.csv").unlink()
    land_policies(settings)
    assert query(settings, TABLES) == [("automation_users",)]
    land_policies(replace(settings, policies_dir=None))
    assert query(settings, TABLES) == []


def test_faulty_policies_leave_those_before_in_place(settings: Settings) -> None:
    write(settings, "generic_sources", "source\nWeb\n")
    land_policies(settings)
    write(settings, "generic_sources", "source\nOther\n")
    write(settings, "holidays", "calendar_id,day\ndefault,never\n")
    with pytest.raises(PolicyError, match=r"holidays\.csv:2: `day` 'never' is not a day"):
        land_policies(settings)
    assert query(settings, "from policies_user.generic_sources") == [("Web",)]


def test_unmapped_values_are_ready_to_paste(settings: Settings) -> None:
    settings.home.mkdir()
    query(
        settings,
        """
        create schema intermediate;
        create table intermediate.int_unmapped_values as
        select * from (values
            ('acme', 'lead_status_map', 'Parked, for now', 12),
            ('acme', 'lead_status_map', 'Lost "soul"', 1200),
            ('acme', 'channel_map', 'Podcast', 7)
        ) as found (source_system, policy, raw_value, rows)
        """,
    )
    lines = list(as_policy_rows(unmapped(settings)))
    assert [line for line in lines if line.startswith("#")] == [
        "# channel_map.csv: raw_source,channel,expects_campaign,expects_form",
        "# 7 x 'Podcast' of acme",
        "# lead_status_map.csv: source_system,raw_status,status_group,is_vague",
        "# 1,200 x 'Lost \"soul\"' of acme",
        "# 12 x 'Parked, for now' of acme",
    ]
    rows = list(csv.reader(io.StringIO("\n".join(line for line in lines if not line.startswith("#")))))
    assert rows == [
        ["Podcast", "", "", ""],
        ["acme", 'Lost "soul"', "", ""],
        ["acme", "Parked, for now", "", ""],
    ]


def test_unmapped_values_before_a_build_say_what_to_do(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="make run"):
        unmapped(settings)
