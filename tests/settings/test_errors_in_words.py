"""The mistakes that a new user makes, made: each is answered by what is wrong and what to do about it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from handoff import doctor
from handoff.cli import main
from handoff.config import PROJECT
from handoff.doctor import examine

Environment = dict[str, str]
# Makes it below a folder; gives the settings that are part of it.
Mistake = Callable[[Path], Environment]

# Root may read and write everything: without these rights it is a user like any other.
AS_A_USER = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []


@pytest.fixture
def acme(tmp_path: Path) -> Environment:
    """A sound setup of one small source, to make mistakes in."""
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "leads.csv").write_text("lead_id\nL1\n")
    (tmp_path / "sources.yml").write_text(
        "sources:\n- name: acme\n  crm: canonical\n  from: {kind: files, path: ./crm}\n"
    )
    (tmp_path / "policies").mkdir()
    return {"HANDOFF_SOURCES": str(tmp_path / "sources.yml"), "HANDOFF_HOME": str(tmp_path / "home")}


def as_a_user(environment: Environment, *words: str) -> tuple[int, str]:
    """How a command ends for somebody who is not root, and all it says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HANDOFF")}
    outcome = subprocess.run(
        [*AS_A_USER, sys.executable, "-m", "handoff", *words],
        cwd=PROJECT,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return outcome.returncode, outcome.stdout + outcome.stderr


def wrong_path(folder: Path) -> Environment:
    return {"HANDOFF_SOURCES": str(folder / "source.yml")}


def folder_for_file(folder: Path) -> Environment:
    return {"HANDOFF_SOURCES": str(folder)}


def nothing_set(folder: Path) -> Environment:
    return {"HANDOFF_SOURCES": ""}


def wrong_folder(folder: Path) -> Environment:
    (folder / "crm").rename(folder / "crm2")
    return {}


def no_lead_table(folder: Path) -> Environment:
    (folder / "crm" / "leads.csv").rename(folder / "crm" / "people.csv")
    return {}


def bad_yaml(folder: Path) -> Environment:
    (folder / "sources.yml").write_text("sources:\n- name: acme\n\tcrm: canonical\n")
    return {}


def unknown_crm(folder: Path) -> Environment:
    text = (folder / "sources.yml").read_text()
    (folder / "sources.yml").write_text(text.replace("canonical", "pipedrive"))
    return {}


def unknown_policy_value(folder: Path) -> Environment:
    (folder / "policies" / "lead_status_map.csv").write_text(
        "source_system,raw_status,status_group,is_vague\n*,New,new,false\n*,Parked,parked,false\n"
    )
    return {"HANDOFF_POLICIES": str(folder / "policies")}


def no_policies(folder: Path) -> Environment:
    return {"HANDOFF_POLICIES": str(folder / "policy")}


def faulty_instant(folder: Path) -> Environment:
    return {"HANDOFF_AS_OF": "yesterday"}


def faulty_number(folder: Path) -> Environment:
    return {"HANDOFF_KEEP": "all"}


def home_in_a_file(folder: Path) -> Environment:
    (folder / "file").write_text("")
    return {"HANDOFF_HOME": str(folder / "file" / "home")}


def home_of_somebody_else(folder: Path) -> Environment:
    (folder / "theirs").mkdir(mode=0o555)
    return {"HANDOFF_HOME": str(folder / "theirs" / "home")}


def sources_of_somebody_else(folder: Path) -> Environment:
    (folder / "sources.yml").chmod(0)
    return {}


def folder_of_somebody_else(folder: Path) -> Environment:
    (folder / "crm").chmod(0)
    return {}


MISTAKES: list[tuple[Mistake, str, str]] = [
    (wrong_path, "source.yml: does not exist", "Set HANDOFF_SOURCES to the YAML file"),
    (folder_for_file, "is a folder, not a YAML file", "Set HANDOFF_SOURCES to the YAML file"),
    (nothing_set, "the demo CRM is not written yet", "Run `make demo`, or set HANDOFF_SOURCES"),
    (wrong_folder, "sources.yml:4: there is no folder", "Mend the path"),
    (no_lead_table, "acme: no lead table in", "`tables: {leads: <its name>}`"),
    (bad_yaml, "sources.yml:3: not valid YAML", "Check indentation"),
    (unknown_crm, "sources.yml:3: unknown crm 'pipedrive'", "Write one of salesforce, hubspot, canonical"),
    (unknown_policy_value, "lead_status_map.csv:3: `status_group` 'parked'", "Write one of new, accepted"),
    (no_policies, "policy: no such folder", "Set HANDOFF_POLICIES"),
    (faulty_instant, "HANDOFF_AS_OF: 'yesterday' is no instant", "Write ISO 8601"),
    (faulty_number, "HANDOFF_KEEP is 'all'", "Set it to a whole number"),
    (home_in_a_file, "home cannot be written", "Set HANDOFF_HOME"),
]
NO_RIGHTS: list[tuple[Mistake, str, str]] = [
    (home_of_somebody_else, "home cannot be written", "Set HANDOFF_HOME"),
    (sources_of_somebody_else, "cannot be read", "Give this user the right to read it"),
    (folder_of_somebody_else, "may not be read by this user", "Give it the right to"),
]


@pytest.mark.parametrize(("mistake", "names", "mend"), MISTAKES)
def test_a_run_tells_at_once_what_is_wrong_and_what_to_do(
    mistake: Mistake,
    names: str,
    mend: str,
    acme: Environment,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (acme | mistake(tmp_path)).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        main(["run"])
    assert names in str(ended.value)
    assert mend in str(ended.value)
    # The doctor finds the same.
    told = [str(remark) for remark in examine() if remark.state == "mend"]
    assert any(names.removeprefix("acme: ") in remark and mend in remark for remark in told), told


@pytest.mark.parametrize(("mistake", "names", "mend"), NO_RIGHTS)
def test_missing_rights_are_told_with_the_file_that_lacks_them(
    mistake: Mistake, names: str, mend: str, acme: Environment, tmp_path: Path
) -> None:
    environment = acme | mistake(tmp_path)
    ended = {command: as_a_user(environment, command) for command in ("run", "doctor")}
    # Only whom it belongs to may take the folder away again.
    for path in (tmp_path / "crm", tmp_path / "sources.yml"):
        path.chmod(0o755)
    for code, told in ended.values():
        assert code == 1
        assert names in told
        assert mend in told
        assert "Traceback" not in told


def test_a_file_that_may_not_be_read_is_named(acme: Environment, tmp_path: Path) -> None:
    (tmp_path / "crm" / "leads.csv").chmod(0)
    code, told = as_a_user(acme, "land")
    assert code == 1
    assert "leads.csv" in told
    assert "ermission" in told or "right" in told
    assert "Traceback" not in told


def test_a_demo_of_too_few_leads_says_so(acme: Environment, tmp_path: Path) -> None:
    code, told = as_a_user(acme, "demo", "--leads", "10")
    assert code == 1
    assert "10 leads are too few" in told
    assert "make demo LEADS=500" in told
    assert "Traceback" not in told


def test_a_misspelt_setting_is_not_ignored(acme: Environment) -> None:
    told = [str(remark) for remark in examine(acme | {"HANDOFF_SOURCE": "x"}) if remark.state == "mend"]
    assert told == ["mend  environment: HANDOFF_SOURCE is no setting. Did you mean HANDOFF_SOURCES?"]


def test_a_port_that_is_taken_is_noted(acme: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(doctor, "_DAGSTER_PORT", taken.getsockname()[1])
        notes = [str(remark) for remark in examine(acme) if remark.state == "note"]
    assert any("is taken" in note and "dagster dev --port 3001" in note for note in notes), notes
    assert not [remark for remark in examine(acme) if remark.subject == "dagster"]


def test_a_question_before_anything_is_published_is_answered_in_words(
    acme: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDOFF_HOME", acme["HANDOFF_HOME"])
    with pytest.raises(SystemExit, match=r"There is no publication .* Run `make demo` or `make run`"):
        main(["query", "select 1"])
