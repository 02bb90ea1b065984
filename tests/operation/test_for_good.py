"""The line as the recipe in docs/operation.md runs it: Dagster's three processes and a real PostgreSQL.

One run of a hostile CRM, beside a database whose password is a canary, with the daemon restarted under it.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy
import yaml
from playwright.sync_api import sync_playwright

from handoff.config import PROJECT
from handoff.publication import verify
from tests.operation.hostile import HOSTILE, MEGABYTE, write_hostile_crm
from tests.operation.processes import (
    BIN,
    Pages,
    Processes,
    free_port,
    listening_at,
    own_environment,
    unit_command,
    wait_until,
)
from tests.postgres import Postgres, running_postgres

pytestmark = pytest.mark.slow

CANARIES = {
    "storage": "canary-storage-5f1c",
    "crm": "canary-crm-9d2e",
    "webhook": "canary-webhook-7b3a",
}

LAUNCH = """
mutation ($location: String!, $repository: String!) {
  launchRun(executionParams: {
    selector: {
      repositoryLocationName: $location, repositoryName: $repository, jobName: "handoff_line"
    },
    mode: "default"
  }) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
  }
}
"""
REPOSITORIES = """
{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } } } } }
"""
STATUS = "query ($run: ID!) { runOrError(runId: $run) { ... on Run { status } } }"
# All that the pages show of a run and of the instance.
SHOWN = """
query ($run: ID!) {
  instance { info }
  runOrError(runId: $run) {
    ... on Run {
      status runConfigYaml tags { key value }
      eventConnection(limit: 10000) { events { ... on MessageEvent { message } } }
    }
  }
}
"""


@dataclass
class Operation:
    """What one run left behind, and the processes that are still up."""

    home: Path
    folder: Path
    processes: Processes
    pages: Pages
    postgres: Postgres
    run: str
    sources: dict[str, str]
    alerts: list[dict[str, Any]]
    daemon_exit: int

    def status(self) -> str:
        """Status of the run, as the pages tell it."""
        return str(self.pages.ask(STATUS, run=self.run)["runOrError"]["status"])


def fill_database(postgres: Postgres) -> str:
    """Make the databases and logins, and a HubSpot in one of them; returns the URL with its password."""
    with sqlalchemy.create_engine(postgres.url(), isolation_level="AUTOCOMMIT").connect() as connection:
        for name in ("dagster", "crm"):
            connection.execute(sqlalchemy.text(f"create role {name} login"))
            connection.execute(sqlalchemy.text(f"create database {name} owner {name}"))
    url = postgres.url("crm", "crm", CANARIES["crm"])
    with sqlalchemy.create_engine(url).begin() as connection:
        connection.execute(sqlalchemy.text("create schema hubspot"))
        connection.execute(
            sqlalchemy.text(
                "create table hubspot.contact as select n as id, 'Jane Canary-Person' as property_firstname,"
                " n || '@canary-person.example' as property_email,"
                " timestamptz '2026-09-01 09:00Z' as property_createdate,"
                " 'marketingqualifiedlead' as property_lifecyclestage,"
                " timestamptz '2026-09-02Z' as _fivetran_synced"
                " from generate_series(1, 5) as n"
            )
        )
    return url


@pytest.fixture(scope="module")
def webhook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A webhook on this machine, and what it was sent."""
    received: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{CANARIES['webhook']}", received
        server.shutdown()


@pytest.fixture(scope="module")
def operation(
    tmp_path_factory: pytest.TempPathFactory, webhook: tuple[str, list[dict[str, Any]]]
) -> Iterator[Operation]:
    """Start all as the units do, launch a run, restart the daemon while it works, and wait for its end."""
    folder = tmp_path_factory.mktemp("for_good")
    home, dagster_home, logs = folder / "home", folder / "dagster", folder / "logs"
    for made in (dagster_home, logs):
        made.mkdir()
    shutil.copyfile(PROJECT / "deploy" / "dagster.yaml", dagster_home / "dagster.yaml")
    code_port, web_port = free_port(), free_port()
    workspace = (PROJECT / "deploy" / "workspace.yaml").read_text().replace("4266", str(code_port))
    (folder / "workspace.yaml").write_text(workspace)
    sources = write_hostile_crm(folder / "landing")
    (folder / "sources.yml").write_text(
        yaml.safe_dump(
            {
                "as_of": "2026-09-30T00:00:00Z",
                "sources": [
                    {"name": "hostile", "crm": "canonical", "from": {"kind": "files", "path": "./landing"}},
                    {
                        "name": "replica",
                        "crm": "hubspot",
                        "from": {"kind": "database", "url_env": "CRM_URL", "schema": "hubspot"},
                    },
                ],
            }
        )
    )
    with running_postgres() as postgres:
        environment = own_environment(
            home,
            DAGSTER_HOME=str(dagster_home),
            DAGSTER_PG_HOST="127.0.0.1",
            DAGSTER_PG_PORT=str(postgres.port),
            DAGSTER_PG_USER="dagster",
            DAGSTER_PG_PASSWORD=CANARIES["storage"],
            DAGSTER_PG_DB="dagster",
            CRM_URL=fill_database(postgres),
            HANDOFF_ALERT_WEBHOOK=webhook[0],
            HANDOFF_SOURCES=str(folder / "sources.yml"),
        )
        places = {"/opt/crm-handoff/.venv/bin": str(BIN)}
        in_workspace = places | {"/opt/crm-handoff/deploy/workspace.yaml": str(folder / "workspace.yaml")}
        in_project = places | {"4266": str(code_port), "/opt/crm-handoff": str(PROJECT)}
        processes = Processes(logs, environment)
        try:
            processes.start("code", unit_command("crm-handoff-code", in_project))
            pages = Pages(web_port)
            web = unit_command("crm-handoff-web", in_workspace | {"3000": str(web_port)})
            processes.start("web", web)
            wait_until(pages.is_ready, "the pages show the line")
            daemon = unit_command("crm-handoff-daemon", in_workspace)
            processes.start("daemon", daemon)
            (node,) = pages.ask(REPOSITORIES)["repositoriesOrError"]["nodes"]
            launched = pages.ask(LAUNCH, location=node["location"]["name"], repository=node["name"])
            assert launched["launchRun"]["__typename"] == "LaunchRunSuccess", launched
            started = Operation(
                home,
                folder,
                processes,
                pages,
                postgres,
                launched["launchRun"]["run"]["runId"],
                sources,
                webhook[1],
                -1,
            )
            wait_until(lambda: any(home.glob("warehouse.duckdb.wal")), "the run writes the warehouse")
            started.daemon_exit = processes.stop("daemon")
            assert started.status() == "STARTED"
            processes.start("daemon", daemon)
            wait_until(lambda: started.status() in ("SUCCESS", "FAILURE"), "the run ends", 600)
            yield started
        finally:
            processes.end()


def test_a_run_survives_a_restart_of_the_daemon(operation: Operation) -> None:
    assert operation.status() == "SUCCESS", operation.processes.told()[-5000:]
    assert operation.daemon_exit == 0
    assert verify(operation.home).row_counts["dim_leads"] == len(HOSTILE) + 5
    # And it is PostgreSQL that keeps it.
    with sqlalchemy.create_engine(operation.postgres.url("dagster")).connect() as connection:
        (status,) = connection.execute(sqlalchemy.text("select status from runs")).fetchall()[0]
    assert status == "SUCCESS"


def test_all_of_it_listens_on_this_machine_alone(operation: Operation) -> None:
    assert listening_at(operation.processes.family()) == {"127.0.0.1"}


def test_no_secret_is_in_logs_storage_pages_or_what_was_written(operation: Operation) -> None:
    shown = json.dumps(operation.pages.ask(SHOWN, run=operation.run))
    assert "landing: hostile, replica" in shown
    dump = subprocess.run(
        ["pg_dump", "-h", "127.0.0.1", "-p", str(operation.postgres.port), "-U", "postgres", "dagster"],
        capture_output=True,
        check=True,
    ).stdout
    assert operation.run.encode() in dump
    places = {"pages": shown.encode(), "storage": dump, "logs": operation.processes.told().encode()}
    for path in [*operation.home.rglob("*"), *(operation.folder / "dagster").rglob("*")]:
        if path.is_file():
            places[str(path)] = path.read_bytes()
    assert any("manifest.json" in place for place in places)
    for name, canary in CANARIES.items():
        found = [place for place, content in places.items() if canary.encode() in content]
        assert not found, f"the {name} secret stands in {found}"


def test_personal_data_leaves_neither_in_marts_nor_in_documents_nor_in_alerts(operation: Operation) -> None:
    readable = [
        *(operation.home / "published").resolve().rglob("*"),
        *(operation.home / "quality").rglob("*"),
    ]
    files = [path for path in readable if path.is_file()]
    assert len(files) > 20
    for path in files:
        content = path.read_bytes()
        assert b"canary-person" not in content.lower(), path
    with duckdb.connect(str(operation.home / "published" / "marts.duckdb"), read_only=True) as connection:
        for (table,) in connection.execute("select table_name from duckdb_tables()").fetchall():
            rows = connection.execute(f"select * from marts.{table}").fetchall()
            assert "canary-person" not in repr(rows).lower(), table
    assert "canary-person" not in json.dumps(operation.alerts).lower()


def test_gates_that_warn_alert_once(operation: Operation) -> None:
    warned = verify(operation.home).gates_warned
    assert warned
    (sent,) = operation.alerts
    assert sent["text"].splitlines()[0].endswith(f"{len(warned)} gates warn")


def test_hostile_text_is_stored_and_published_as_it_came(operation: Operation) -> None:
    with duckdb.connect(str(operation.home / "warehouse.duckdb"), read_only=True) as connection:
        raw = dict(connection.execute("select lead_id, original_source from raw_hostile.leads").fetchall())
    # A file of which a row had to be set aside is read with one kind of line end.
    landed = {lead: text.replace("\r\n", "\n") for lead, text in operation.sources.items()}
    assert raw == landed
    marts = operation.home / "published" / "marts.duckdb"
    with duckdb.connect(str(marts), read_only=True) as connection:
        published = dict(
            connection.execute(
                "select lead_id, original_source from marts.dim_leads where source_system = 'hostile'"
            ).fetchall()
        )
        parquet = dict(
            connection.execute(
                "select lead_id, original_source from read_parquet(?) where source_system = 'hostile'",
                [str(operation.home / "published" / "dim_leads.parquet")],
            ).fetchall()
        )
        assert connection.execute("select count(*) > 0 from marts.fct_handoffs").fetchone() == (True,)
    # Outer blanks and words for nothing are tidied; nothing else is touched.
    kept = {lead: text for lead, text in landed.items() if text != "NULL"}
    assert {lead: published[lead] for lead in kept} == kept
    assert parquet == published


def test_hostile_text_runs_in_no_page(operation: Operation) -> None:
    pages = [
        operation.home / "published" / "report" / "index.html",
        *sorted((operation.home / "quality").rglob("*.html"))[:3],
    ]
    requests: list[str] = []
    dialogs: list[str] = []
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        for path in pages:
            page.goto(path.as_uri())
            assert page.evaluate("window.harmed") is None
        browser.close()
    assert dialogs == []
    assert not [url for url in requests if url.startswith("http")]


def test_no_cell_of_a_published_csv_is_a_formula(operation: Operation) -> None:
    csv.field_size_limit(10 * len(MEGABYTE))
    files = list((operation.home / "published").resolve().rglob("*.csv"))
    cells = [cell for path in files for row in csv.reader(path.open(encoding="utf-8-sig")) for cell in row]
    assert cells
    assert [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))] == []


def test_the_private_warehouse_is_its_owners_alone(operation: Operation) -> None:
    assert operation.home.stat().st_mode & 0o777 == 0o700
    assert (operation.home / "warehouse.duckdb").stat().st_mode & 0o777 == 0o600
    open_to_others = [
        path
        for path in operation.home.rglob("*")
        if operation.home / "published" not in path.parents
        and not path.is_symlink()
        and path != operation.home / "published"
        and path.stat().st_mode & 0o077
    ]
    assert open_to_others == []


def test_each_process_stops_when_asked(operation: Operation) -> None:
    """Last in this module: afterwards nothing is up."""
    assert MEGABYTE
    for name in ("daemon", "web", "code"):
        assert operation.processes.stop(name) in (0, -15), name
