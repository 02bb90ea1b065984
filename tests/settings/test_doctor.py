"""The doctor and the commands that need no build: what they say, and how they end."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from handoff.config import PROJECT
from handoff.doctor import examine

Environment = dict[str, str]


@pytest.fixture
def sources(tmp_path: Path) -> Callable[..., Environment]:
    """Write a sources file and its folder; gives the environment that names them."""

    def write(
        origin: str = "{kind: files, path: ./crm}", more: str = "", table: str = "leads.csv"
    ) -> Environment:
        (tmp_path / "crm").mkdir(exist_ok=True)
        (tmp_path / "crm" / table).write_text("lead_id\nL1\n")
        text = f"sources:\n- name: acme\n  crm: canonical\n  from: {origin}\n{more}"
        (tmp_path / "sources.yml").write_text(text)
        return {"HANDOFF_SOURCES": str(tmp_path / "sources.yml"), "HANDOFF_HOME": str(tmp_path / "home")}

    return write


def remarks(environment: Environment) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"ok": [], "note": [], "mend": []}
    for remark in examine(environment):
        found[remark.state].append(f"{remark.subject}: {remark.text}")
    return found


def command(environment: Environment, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "handoff", *words],
        cwd=PROJECT,
        env={**{k: v for k, v in os.environ.items() if not k.startswith("HANDOFF")}, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_sound_setup_has_nothing_to_mend(sources: Callable[..., Environment]) -> None:
    found = remarks(sources())
    assert found["mend"] == []
    assert [line.split(":")[0] for line in found["ok"]] == [
        "environment",
        "home",
        "settings",
        "acme",
        "policies",
    ]
    assert "leads in leads" in found["ok"][3]


def test_the_doctor_writes_nothing(sources: Callable[..., Environment], tmp_path: Path) -> None:
    remarks(sources())
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("setup", "words"),
    [
        ({"table": "people.csv"}, "no lead table"),
        ({"origin": "{kind: files, path: ./nope}"}, "there is no folder"),
        ({"origin": "{kind: api, token_env: NO_SUCH_TOKEN}"}, "NO_SUCH_TOKEN is not set"),
        ({"origin": "{kind: warehouse, schema: replica}"}, "there is no warehouse"),
        ({"origin": "{kind: database, url_env: NO_SUCH_URL}"}, "NO_SUCH_URL is not set"),
        ({"more": "  fields: {lifecyclestage: Stage}\n"}, "Did you mean lifecycle_stage?"),
        ({"more": "  tables: {leads: leads, activites: calls}\n"}, "Did you mean activities?"),
    ],
)
def test_what_is_missing_is_named_with_its_mend(
    sources: Callable[..., Environment], setup: dict[str, str], words: str
) -> None:
    assert any(words in line for line in remarks(sources(**setup))["mend"])


def test_a_home_that_cannot_be_is_named(sources: Callable[..., Environment], tmp_path: Path) -> None:
    environment = sources()
    (tmp_path / "file").write_text("")
    environment["HANDOFF_HOME"] = str(tmp_path / "file" / "home")
    assert any("Set HANDOFF_HOME" in line for line in remarks(environment)["mend"])


def test_a_damaged_warehouse_is_named(sources: Callable[..., Environment], tmp_path: Path) -> None:
    environment = sources()
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "warehouse.duckdb").write_bytes(b"no database" * 1000)
    assert any("cannot be opened" in line for line in remarks(environment)["mend"])


def test_faulty_policies_are_told_and_advice_is_a_note(
    sources: Callable[..., Environment], tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "holidays.csv").write_text("calendar_id,day\ndefault,someday\n")
    (tmp_path / "own" / "lead_status_map.csv").write_text(
        "source_system,raw_status,status_group\nacne,New,new\n"
    )
    found = remarks({**sources(), "HANDOFF_POLICIES": str(tmp_path / "own")})
    assert any("holidays.csv:2" in line for line in found["mend"])
    assert any("no source 'acne'" in line for line in found["note"])


def test_the_doctor_ends_with_1_where_something_is_to_mend(sources: Callable[..., Environment]) -> None:
    assert command(sources(), "doctor").returncode == 0
    ended = command(sources(table="people.csv") | {"HANDOFF_AS_OF": "soon"}, "doctor")
    assert ended.returncode == 1
    assert "HANDOFF_AS_OF: 'soon' is no instant" in ended.stdout
    assert "1 to mend" in ended.stderr


def test_land_lands_and_says_where(sources: Callable[..., Environment], tmp_path: Path) -> None:
    ended = command(sources(), "land")
    assert ended.returncode == 0, ended.stderr
    assert "acme.leads: 1 row, 1 file, landed" in ended.stdout
    assert (tmp_path / "home" / "warehouse.duckdb").exists()


def test_land_refuses_in_words(sources: Callable[..., Environment], tmp_path: Path) -> None:
    environment = sources()
    (tmp_path / "crm" / "leads.csv").write_bytes(b"")
    ended = command(environment, "land")
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert "leads.csv is empty" in ended.stderr


def test_policies_check_ends_with_1_on_a_fault(tmp_path: Path) -> None:
    (tmp_path / "teams.csv").write_text("team_id,name,function\na,A,support\n")
    ended = command({}, "policies", "check", str(tmp_path))
    assert ended.returncode == 1
    assert ended.stdout.startswith("teams.csv:2: `function` 'support' is not known. Write one of sales")
    assert command({}, "policies", "check").returncode == 0
    assert command({}, "policies", "check", str(tmp_path / "none")).returncode == 1
