"""Settings: each fault of the environment and of the sources file is named with its line and its mend."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from handoff.config import DEMO_POLICIES, PROJECT, ConfigError, Settings, load_settings


def read(tmp_path: Path, text: str, **environment: str) -> Settings:
    """The settings of a sources file with this text, beside an existing folder `crm`."""
    (tmp_path / "crm").mkdir(exist_ok=True)
    path = tmp_path / "sources.yml"
    path.write_text(text, encoding="utf-8")
    return load_settings(
        {"HANDOFF_SOURCES": str(path), "HANDOFF_HOME": str(tmp_path / "home"), **environment}
    )


GOOD = "sources: [{name: acme, crm: salesforce, from: {kind: files, path: ./crm}}]"


def test_what_a_sources_file_says(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        """
as_of: 2026-09-30T02:00:00+02:00
sources:
  - name: acme_sf
    crm: salesforce
    from: {kind: files, path: ./crm}
    timezone: Europe/Berlin
    fields: {lifecycle_stage: My_Stage__c}
    tables: {lead: crm_leads_export}
    crm_url: https://acme.lightning.force.com/
  - name: replica
    crm: hubspot
    from: {kind: database, url_env: REPLICA_URL, schema: hubspot}
""",
    )
    first, second = settings.sources
    assert settings.home == tmp_path / "home"
    assert settings.warehouse_path == tmp_path / "home" / "warehouse.duckdb"
    assert settings.as_of == settings.file_as_of == datetime(2026, 9, 30)
    assert (first.name, first.crm, first.kind, first.path) == (
        "acme_sf",
        "salesforce",
        "files",
        tmp_path / "crm",
    )
    assert (first.raw_schema, first.timezone) == ("raw_acme_sf", "Europe/Berlin")
    assert (first.fields, first.tables) == ({"lifecycle_stage": "My_Stage__c"}, {"lead": "crm_leads_export"})
    assert (first.crm_url, second.crm_url) == ("https://acme.lightning.force.com", None)
    assert (second.kind, second.timezone) == ("database", "UTC")
    assert second.options == {"url_env": "REPLICA_URL", "schema": "hubspot"}


def test_defaults_are_the_demo_and_its_policies(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="make demo"):
        load_settings({"HANDOFF_HOME": str(tmp_path)})
    (tmp_path / "demo" / "landing").mkdir(parents=True)
    text = "sources: [{name: demo, crm: hubspot, from: {kind: files, path: ./landing}}]"
    (tmp_path / "demo" / "sources.yml").write_text(text)
    settings = load_settings({"HANDOFF_HOME": str(tmp_path)})
    assert settings.policies_dir == DEMO_POLICIES
    assert (
        load_settings(
            {"HANDOFF_HOME": str(tmp_path), "HANDOFF_POLICIES": str(PROJECT / "seeds")}
        ).policies_dir
        is None
    )


def test_own_sources_use_the_shipped_policies_unless_told(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD).policies_dir is None
    assert read(tmp_path, GOOD, HANDOFF_POLICIES=str(tmp_path)).policies_dir == tmp_path


@pytest.mark.parametrize(
    ("in_file", "in_environment", "expected"),
    [
        ("", "", None),
        ("as_of: 2026-09-30\n", "", datetime(2026, 9, 30)),
        ("as_of: '2026-09-30T12:00:00'\n", "", datetime(2026, 9, 30, 12)),
        ("as_of: 2026-09-30T12:00:00Z\n", "2026-10-01T00:00:00-05:00", datetime(2026, 10, 1, 5)),
    ],
)
def test_the_environment_sets_as_of_before_the_file(
    tmp_path: Path, in_file: str, in_environment: str, expected: datetime | None
) -> None:
    assert read(tmp_path, in_file + GOOD, HANDOFF_AS_OF=in_environment).as_of == expected


FAULTS: dict[str, tuple[str, int | None, str]] = {
    "bad_yaml": ("sources:\n  - name: a\n   crm: x\n", 3, "not valid YAML"),
    "empty": ("", None, "holds no settings"),
    "a_list": ("- name: a\n", None, "holds no settings"),
    "no_sources": ("sources: []\n", 1, "lists no sources"),
    "unknown_key": ("sorces: []\n" + GOOD, 1, "unknown key `sorces`"),
    "unknown_source_key": (
        "sources:\n- name: a\n  crm: hubspot\n  feilds: {}\n  from: {kind: files, path: ./crm}\n",
        4,
        "unknown key `feilds`",
    ),
    "key_twice": (
        "sources:\n- name: a\n  crm: hubspot\n  crm: salesforce\n  from: {kind: files, path: ./crm}\n",
        4,
        "`crm` is given twice",
    ),
    "no_name": ("sources:\n- crm: hubspot\n  from: {kind: files, path: ./crm}\n", 2, "has no `name`"),
    "bad_name": (
        "sources:\n- name: acme-sf\n  crm: hubspot\n  from: {kind: files, path: ./crm}\n",
        2,
        "Write acme_sf",
    ),
    "name_of_digits": (
        "sources:\n- name: 1st\n  crm: hubspot\n  from: {kind: files, path: ./crm}\n",
        2,
        "Write crm_1st",
    ),
    "name_twice": (
        "sources:\n- {name: a, crm: hubspot, from: {kind: files, path: ./crm}}\n"
        "- {name: A, crm: hubspot, from: {kind: files, path: ./crm}}\n",
        3,
        "two sources are named 'A'",
    ),
    "unknown_crm": (
        "sources:\n- name: a\n  crm: pipedrive\n  from: {kind: files, path: ./crm}\n",
        3,
        "unknown crm",
    ),
    "unknown_kind": ("sources:\n- name: a\n  crm: hubspot\n  from: {kind: ftp}\n", 4, "unknown kind 'ftp'"),
    "kind_is_a_list": ("sources:\n- name: a\n  crm: hubspot\n  from: {kind: [files]}\n", 4, "unknown kind"),
    "from_is_a_text": (
        "sources:\n- name: a\n  crm: hubspot\n  from: ./crm\n",
        4,
        "write `from: {kind: files",
    ),
    "no_path": ("sources:\n- name: a\n  crm: hubspot\n  from: {kind: files}\n", 4, "needs `path`"),
    "wrong_path": (
        "sources:\n- name: a\n  crm: hubspot\n  from: {kind: files, path: ./nope}\n",
        4,
        "there is no folder",
    ),
    "path_is_a_file": (
        "sources:\n- name: a\n  crm: hubspot\n  from: {kind: files, path: ./sources.yml}\n",
        4,
        "is a file",
    ),
    "wrong_time_zone": (
        "sources:\n- name: a\n  crm: hubspot\n  timezone: Mars\n  from: {kind: files, path: ./crm}\n",
        4,
        "unknown time zone 'Mars'",
    ),
    "time_zone_that_is_a_folder": (
        "sources:\n- name: a\n  crm: hubspot\n  timezone: Europe\n  from: {kind: files, path: ./crm}\n",
        4,
        "unknown time zone 'Europe'",
    ),
    "fields_is_a_list": (
        "sources:\n- name: a\n  crm: hubspot\n  fields: [stage]\n  from: {kind: files, path: ./crm}\n",
        4,
        "`fields` maps names",
    ),
    "field_of_nothing": (
        "sources:\n- name: a\n  crm: hubspot\n  fields: {stage: }\n  from: {kind: files, path: ./crm}\n",
        4,
        "`stage` names no column",
    ),
    "api_without_login": (
        "sources:\n- name: a\n  crm: hubspot\n  from: {kind: api, client_id_env: ID}\n",
        4,
        "needs `token_env`, or `client_id_env` and `client_secret_env`",
    ),
    "login_over_http": (
        "sources:\n- name: a\n  crm: hubspot\n  from: {kind: api, token_env: T, base_url: 'http://x.example'}\n",
        4,
        "must begin with https://",
    ),
    "overlap_of_words": (
        "sources:\n- name: a\n  crm: hubspot\n  from: {kind: database, url_env: U, overlap_minutes: a day}\n",
        4,
        "takes a number of minutes",
    ),
    "bad_as_of": ("as_of: last week\n" + GOOD, 1, "is no instant"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_by_line(tmp_path: Path, name: str) -> None:
    text, line, words = FAULTS[name]
    with pytest.raises(ConfigError) as raised:
        read(tmp_path, text)
    (fault,) = raised.value.faults
    place = f"{tmp_path}/sources.yml" + (f":{line}" if line else "")
    assert fault.startswith(f"{place}: ")
    assert words in fault


SECRETS: dict[str, str] = {
    "token": "{kind: api, token_env: T, token: s3cr3t-canary}",
    "password": "{kind: database, url_env: U, password: s3cr3t-canary}",
    "url": "{kind: database, url_env: U, url: 'postgres://me:s3cr3t-canary@db/crm'}",
    "login_in_the_address": "{kind: api, token_env: T, base_url: 'https://me:s3cr3t-canary@api.example'}",
    "secret_for_its_variable": "{kind: database, url_env: 'postgres://me:s3cr3t-canary@db/crm'}",
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read(tmp_path, f"sources:\n- name: a\n  crm: hubspot\n  from: {SECRETS[name]}\n")
    assert "canary" not in str(raised.value)
    assert "environment variable" in str(raised.value) or "*_env" in str(raised.value)


@pytest.mark.parametrize(
    "address",
    ["acme.force.com", "javascript:alert(1)", "https://me:s3cr3t-canary@acme.example", "'https://a b'", "1"],
)
def test_a_crm_url_is_an_address_without_a_login(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError, match=r"sources\.yml:5: `crm_url` is no address") as raised:
        read(
            tmp_path,
            "sources:\n- name: a\n  crm: hubspot\n  from: {kind: files, path: ./crm}\n"
            f"  crm_url: {address}\n",
        )
    assert "canary" not in str(raised.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        read(
            tmp_path,
            "sources:\n- {name: a b, crm: x, from: {kind: files, path: ./nope}}\n",
            HANDOFF_AS_OF="soon",
            HANDOFF_POLICIES=str(tmp_path / "none"),
        )
    assert len(raised.value.faults) == 5


@pytest.mark.parametrize(("path", "words"), [("nope.yml", "does not exist"), ("crm", "is a folder")])
def test_a_wrong_path_to_the_sources_file(tmp_path: Path, path: str, words: str) -> None:
    (tmp_path / "crm").mkdir()
    with pytest.raises(ConfigError, match=f"{words}.*Set HANDOFF_SOURCES"):
        load_settings({"HANDOFF_SOURCES": str(tmp_path / path), "HANDOFF_HOME": str(tmp_path)})


def test_the_home_is_in_the_project_unless_told(tmp_path: Path) -> None:
    (tmp_path / "sources.yml").write_text(GOOD)
    (tmp_path / "crm").mkdir()
    assert load_settings({"HANDOFF_SOURCES": str(tmp_path / "sources.yml")}).home == PROJECT / "var"
