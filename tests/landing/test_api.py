"""HubSpot and Salesforce over HTTP: paged, incremental, patient with faults, gone on with after a death."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Generic, TypeVar

import duckdb
import pytest

from handoff.config import Settings, Source
from handoff.landing import LandingError, LandingReport, TableLanding, land
from handoff.landing.api import check_api, client, hubspot, salesforce
from tests.apis.hubspot import HubSpot
from tests.apis.salesforce import Salesforce
from tests.apis.server import TOKEN, Answer, Api, Fault, Request, Strike, served

VARIABLE = "TEST_CRM_TOKEN"
BEGAN = datetime(2026, 1, 1)
Served = TypeVar("Served", bound=Api)


@dataclass
class Crm(Generic[Served]):
    """An API and the warehouse that it lands in."""

    api: Served
    settings: Settings
    rows_of: dict[str, int] = field(default_factory=dict)

    def land(self) -> LandingReport:
        self.api.requests.clear()
        return land(self.settings)

    def table(self, name: str) -> TableLanding:
        (found,) = (table for table in self.land().sources[0].tables if table.table == name)
        return found

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.warehouse_path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def count(self, table: str) -> int:
        ((rows,),) = self.query(f"select count(*) from raw_acme.{table}")
        return int(rows)


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, TOKEN)
    monkeypatch.setenv("HANDOFF_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(client, "_FIRST_WAIT", 0.05)


def settings_of(tmp_path: Path, crm: str, url: str, **options: str | int) -> Settings:
    source = Source("acme", crm, "api", {"token_env": VARIABLE, "base_url": url, **options})
    return Settings(tmp_path / "home", tmp_path / "sources.yml", None, None, None, (source,))


def stamp(minutes: int) -> str:
    return (BEGAN + timedelta(minutes=minutes)).isoformat() + ".000Z"


def contact(portal: HubSpot, number: int, minutes: int, stage: str = "lead") -> None:
    """A contact that was modified so many minutes after the beginning."""
    versions: list[dict[str, Any]] = [
        {"value": "lead", "timestamp": stamp(0), "sourceType": "FORM", "sourceId": None},
        {"value": stage, "timestamp": stamp(minutes), "sourceType": "CRM_UI", "sourceId": "userId:77"},
    ]
    portal.put(
        "contacts",
        str(number),
        {
            "createdate": stamp(0),
            "email": f"{number}@example.com",
            "lifecyclestage": stage,
            "shoe_size": "44",
        },
        stamp(minutes),
        history={"lifecyclestage": versions[-1 if stage == "lead" else 0 :][::-1], "shoe_size": versions},
    )


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Crm[HubSpot]]:
    """A portal with 230 contacts, and one or two of everything else."""
    api = HubSpot(page=50)
    for number in range(1, 231):
        contact(api, number, number)
    links = {"contacts": ["1", "2", "1"], "companies": ["9"]}
    api.put("companies", "9", {"name": "Acme", "domain": "acme.example"}, stamp(1))
    api.put("deals", "70", {"dealname": "Big", "dealstage": "won", "createdate": stamp(5)}, stamp(6), links)
    for kind, own in (("calls", "80"), ("emails", "81"), ("meetings", "82"), ("tasks", "83")):
        api.put(kind, own, {"hs_timestamp": stamp(7), "hs_createdate": stamp(7)}, stamp(7), links)
    api.owners = [
        {"id": "11", "email": "rep@example.com", "userId": 77, "archived": False, "teams": [{"id": "5"}]},
        {"id": "12", "email": "gone@example.com", "userId": None, "archived": True},
    ]
    api.forms = [{"id": "f1", "name": "Demo form"}, {"id": "f2", "name": "Other"}]
    api.submissions = {
        "f1": [
            {
                "conversionId": f"c{n}",
                "submittedAt": 1767225600000 + n * 60_000,
                "pageUrl": "https://x.example",
                "values": [{"name": "email", "value": f"{n}@example.com"}],
            }
            for n in range(120)
        ]
    }
    api.pipelines = [
        {
            "id": "default",
            "stages": [
                {"id": "won", "label": "Won", "metadata": {"isClosed": "true", "probability": "1.0"}},
                {"id": "open", "label": "Open", "metadata": {"isClosed": "false", "probability": "0.4"}},
            ],
        }
    ]
    with served(api) as url:
        yield Crm(api, settings_of(tmp_path, "hubspot", url))


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Crm[Salesforce]]:
    """An org with 130 leads, their history and a task; no other object is known to it."""
    history: list[dict[str, Any]] = [
        {
            "Id": f"017{number:03d}",
            "LeadId": f"00Q{number:03d}",
            "Field": "Status",
            "OldValue": "New",
            "NewValue": "Working",
            "CreatedDate": BEGAN + timedelta(minutes=number),
        }
        for number in range(130)
    ]
    task: dict[str, Any] = {"Id": "00T1", "WhoId": "00Q001", "SystemModstamp": BEGAN, "IsDeleted": False}
    leads = [lead(number, number) for number in range(130)]
    api = Salesforce({"Lead": leads, "LeadHistory": history, "Task": [task]}, page=50)
    with served(api) as url:
        yield Crm(api, settings_of(tmp_path, "salesforce", url))


def lead(number: int, minutes: int, **more: str) -> dict[str, Any]:
    return {
        "Id": f"00Q{number:03d}",
        "Status": "New",
        "My_Stage__c": "MQL",
        "Shoe_Size__c": 44,
        "IsConverted": False,
        "CreatedDate": BEGAN,
        "SystemModstamp": BEGAN + timedelta(minutes=minutes),
        "IsDeleted": False,
        **more,
    }


def test_a_portal_lands_whole_in_the_shape_of_a_loading_tool(portal: Crm[HubSpot]) -> None:
    portal.land()
    tables = {
        name: portal.count(name)
        for (name,) in portal.query("select table_name from duckdb_tables() where schema_name = 'raw_acme'")
    }
    assert tables == {
        "contacts": 230,
        "contacts_property_history": 230,
        "companies": 1,
        "deals": 1,
        "engagements_calls": 1,
        "engagements_emails": 1,
        "engagements_meetings": 1,
        "engagements_tasks": 1,
        "owners": 2,
        "deal_pipeline_stage": 2,
        "forms": 2,
        "form_submissions": 120,
    }
    assert portal.query(
        "select properties_email, properties_lifecyclestage, archived from raw_acme.contacts where id = '7'"
    ) == [("7@example.com", "lead", "false")]
    assert portal.query("select contacts, companies from raw_acme.deals") == [('["1", "2"]', '["9"]')]
    assert portal.query("select id, archived, teams from raw_acme.owners order by id") == [
        ("11", "false", '[{"id": "5"}]'),
        ("12", "true", None),
    ]
    assert portal.query("select id, is_closed, closed_won from raw_acme.deal_pipeline_stage order by 1") == [
        ("open", "false", "false"),
        ("won", "true", "true"),
    ]
    # What no model reads is not asked for.
    assert portal.query(
        "select count(*) from raw_acme.contacts_property_history where property = 'shoe_size'"
    ) == [(0,)]


def test_only_what_was_modified_is_asked_for_again(portal: Crm[HubSpot]) -> None:
    portal.land()
    later = datetime.now() + timedelta(days=1)
    minutes = int((later - BEGAN).total_seconds() / 60)
    contact(portal.api, 3, minutes, "marketingqualifiedlead")
    contact(portal.api, 231, minutes)
    portal.api.objects["calls"]["80"]["properties"]["hs_lastmodifieddate"] = stamp(minutes)
    portal.api.objects["calls"]["80"]["links"] = {"contacts": ["5"]}

    report = {table.table: table for table in portal.land().sources[0].tables}

    assert (report["contacts"].rows, report["contacts"].rows_new, report["contacts"].status) == (
        231,
        2,
        "appended",
    )
    # The change before stays, though only the present state is told.
    assert portal.query(
        "select value from raw_acme.contacts_property_history where contactId = '3' order by timestamp"
    ) == [("lead",), ("lead",), ("marketingqualifiedlead",)]
    assert portal.query("select contacts from raw_acme.engagements_calls") == [('["5"]',)]
    assert not [
        request
        for request in portal.api.asked("objects/contacts")
        if request.query.get("properties") and request.query.get("archived") != "true"
    ]
    (batch,) = portal.api.asked("objects/contacts/batch/read")
    assert {entry["id"] for entry in batch.body["inputs"]} == {"3", "231"}
    assert report["deals"].status == report["form_submissions"].status == "unchanged"


def test_nothing_new_lands_nothing(portal: Crm[HubSpot], org: Crm[Salesforce]) -> None:
    for crm in (portal, org):
        crm.land()
        assert not crm.land().has_changed


def test_contacts_modified_while_they_are_listed_come_with_the_next_landing(portal: Crm[HubSpot]) -> None:
    """The list goes by ids: whoever it has passed and is modified then, the next search has to find."""
    listed = portal.api._list

    def modified_behind(kind: str, request: Request) -> Answer:
        answer = listed(kind, request)
        if kind == "contacts" and request.query.get("after") == "100":
            contact(portal.api, 3, int((datetime.now() - BEGAN).total_seconds() / 60) + 1, "opportunity")
        return answer

    portal.api._list = modified_behind  # type: ignore[method-assign]
    portal.land()
    assert portal.query("select properties_lifecyclestage from raw_acme.contacts where id = '3'") == [
        ("lead",)
    ]
    portal.land()
    assert portal.query("select properties_lifecyclestage from raw_acme.contacts where id = '3'") == [
        ("opportunity",)
    ]


def test_deleted_contacts_are_marked_and_stay(portal: Crm[HubSpot]) -> None:
    portal.land()
    record = portal.api.objects["contacts"]["4"]
    portal.api.put("contacts", "4", record["properties"], stamp(4), archived_at=stamp(500))
    assert portal.table("contacts").rows == 230
    assert portal.query("select archived, archivedAt from raw_acme.contacts where id = '4'") == [
        ("true", stamp(500))
    ]


def test_more_than_a_search_gives_is_found_all_the_same(
    portal: Crm[HubSpot], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Searches end at 10,000; an import stamps more than that with one instant."""
    portal.land()
    portal.api.searched = 100
    monkeypatch.setattr(hubspot, "_SEARCHED", 100)
    minutes = int((datetime.now() + timedelta(days=1) - BEGAN).total_seconds() / 60)
    for number in range(1, 131):
        contact(portal.api, number, minutes, "opportunity")
    for number in range(131, 231):
        contact(portal.api, number, minutes + number, "customer")
    assert portal.table("contacts").rows_new == 230
    assert portal.query(
        "select properties_lifecyclestage, count(*) from raw_acme.contacts group by 1 order by 1"
    ) == [("customer", 100), ("opportunity", 130)]


def test_an_org_lands_what_the_models_read_deleted_rows_too(org: Crm[Salesforce], tmp_path: Path) -> None:
    org.api.objects["Lead"]["00Q007"]["IsDeleted"] = True
    (source,) = org.settings.sources
    named = replace(source, fields={"lifecycle_stage": "My_Stage__c"})
    org.settings = replace(org.settings, sources=(named,))
    report = org.land()
    assert (org.count("Lead"), org.count("LeadHistory"), org.count("Task")) == (130, 130, 1)
    assert org.query("select id, status, my_stage__c, isdeleted from raw_acme.lead where id = '00Q007'") == [
        ("00Q007", "New", "MQL", "true")
    ]
    columns = {name.lower() for (name,) in org.query("select column_name from (describe raw_acme.lead)")}
    assert "shoe_size__c" not in columns and "address" not in columns
    assert any(remark.startswith("Campaign is not read: ") for remark in report.sources[0].remarks)


def test_an_org_is_asked_for_what_changed_since(org: Crm[Salesforce]) -> None:
    org.land()
    org.api.objects["Lead"]["00Q003"] = lead(3, 200, Status="Working")
    org.api.objects["Lead"]["00Q500"] = lead(500, 201)
    # Before the overlap of an hour: nobody sees it.
    org.api.objects["Lead"]["00Q060"]["Status"] = "unseen"
    org.api.objects["LeadHistory"]["017999"] = {
        **org.api.objects["LeadHistory"]["017003"],
        "Id": "017999",
        "CreatedDate": BEGAN + timedelta(minutes=200),
    }
    report = {table.table: table for table in org.land().sources[0].tables}
    assert (report["Lead"].rows, report["Lead"].rows_new) == (131, 2)
    assert report["LeadHistory"].rows_new == 1
    assert org.query("select status, count(*) from raw_acme.lead group by 1 order by 1") == [
        ("New", 130),
        ("Working", 1),
    ]


def test_a_login_of_a_client_takes_the_place_of_a_token(
    org: Crm[Salesforce], monkeypatch: pytest.MonkeyPatch
) -> None:
    org.api.client = ("an-id", "a-s3cret")
    monkeypatch.setenv("TEST_ID", "an-id")
    monkeypatch.setenv("TEST_SECRET", "a-s3cret")
    (source,) = org.settings.sources
    options = {"base_url": org.api.url, "client_id_env": "TEST_ID", "client_secret_env": "TEST_SECRET"}
    org.settings = replace(org.settings, sources=(replace(source, options=options),))
    org.land()
    assert org.count("Lead") == 130
    monkeypatch.setenv("TEST_SECRET", "wrong-canary")
    with pytest.raises(LandingError, match=r"refuses the login .*Set TEST_ID and TEST_SECRET") as raised:
        org.land()
    assert "canary" not in str(raised.value)


LIMIT = Answer(
    {"status": "error", "message": "You have reached your secondly limit.", "category": "RATE_LIMITS"}, 429
)


def test_a_limit_is_waited_for_as_long_as_it_says(portal: Crm[HubSpot]) -> None:
    limited = replace(LIMIT, headers={"Retry-After": "2"})
    portal.api.faults = [Fault("objects/contacts", limited, passed=2)]
    portal.land()
    asked = [r for r in portal.api.asked("objects/contacts") if r.query.get("archived") != "true"]
    waits = [after.at - before.at for before, after in pairwise(asked)]
    assert asked[2].query == asked[3].query
    assert waits[2] >= 2
    assert portal.count("contacts") == 230


@pytest.mark.parametrize(
    "answer",
    [LIMIT, Answer({"message": "internal"}, 500), "half", "broken json", "no answer"],
)
@pytest.mark.parametrize("crm", ["hubspot", "salesforce"])
def test_a_passing_fault_is_tried_again_and_loses_and_doubles_nothing(
    portal: Crm[HubSpot], org: Crm[Salesforce], crm: str, answer: Strike
) -> None:
    tested: Crm[Any] = portal if crm == "hubspot" else org
    path = "objects/contacts" if crm == "hubspot" else "/query/"
    tested.api.faults = [Fault(path, answer, times=2, passed=1)]
    tested.land()
    table, rows = ("contacts", 230) if crm == "hubspot" else ("Lead", 130)
    assert tested.query(f"select count(*), count(distinct id) from raw_acme.{table}") == [(rows, rows)]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (LIMIT, r"says that its rate limit is used up \(RATE_LIMITS: .*Land later"),
        (Answer({"message": "internal"}, 500), r"failed 8 times in a row \(500: internal\)"),
        ("half", "cannot be reached"),
        ("broken json", "gave an answer that breaks off"),
    ],
)
def test_a_fault_that_stays_is_told_in_words_and_gone_on_with_later(
    portal: Crm[HubSpot], monkeypatch: pytest.MonkeyPatch, answer: Strike, words: str
) -> None:
    monkeypatch.setattr(client, "_FIRST_WAIT", 0.001)
    portal.api.faults = [Fault("objects/contacts", answer, times=8, passed=3)]
    with pytest.raises(LandingError, match=f"acme: http://127.0.0.1:[0-9]+ {words}") as raised:
        portal.land()
    assert TOKEN not in str(raised.value)
    assert "goes on where this one stopped" in str(raised.value)
    assert raised.value.may_pass
    portal.land()
    first = portal.api.asked("objects/contacts")[0]
    assert first.query["after"] == "150"
    assert portal.query("select count(*), count(distinct id) from raw_acme.contacts") == [(230, 230)]


def test_an_expired_token_is_told_in_words(
    portal: Crm[HubSpot], org: Crm[Salesforce], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "old-canary")
    for crm, said in ((portal, "EXPIRED_AUTHENTICATION"), (org, "INVALID_SESSION_ID")):
        words = rf"refuses the login \({said}: .*expired, revoked.* Set {VARIABLE} to a valid one"
        with pytest.raises(LandingError, match=words) as raised:
            crm.land()
        assert "canary" not in str(raised.value)
        assert not raised.value.may_pass


def test_a_token_that_expires_half_way_is_mended_and_the_landing_goes_on(
    org: Crm[Salesforce], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(salesforce, "_PAGE", 50)
    org.api.faults = [Fault("/query/", org.api.unauthorised(), passed=1)]
    with pytest.raises(LandingError, match="refuses the login"):
        org.land()
    org.land()
    query = next(r.query["q"] for r in org.api.asked("queryAll") if "FROM Lead " in r.query["q"])
    # 100 of 130 had come, in the order of their stamps.
    assert "WHERE SystemModstamp >= 2026-01-01T01:39:00.000Z" in query
    assert org.query("select count(*), count(distinct id) from raw_acme.lead") == [(130, 130)]


def test_a_right_that_the_token_lacks_is_told_and_the_rest_lands(
    portal: Crm[HubSpot], org: Crm[Salesforce]
) -> None:
    missing = {
        "status": "error",
        "message": "This app hasn't been granted forms",
        "category": "MISSING_SCOPES",
    }
    portal.land()
    portal.api.faults = [Fault("marketing/v3/forms", Answer(missing, 403), times=2)]
    report = portal.land()
    assert [remark.split(":")[0] for remark in report.sources[0].remarks] == [
        "forms is not read",
        "form_submissions is not read",
    ]
    assert (portal.count("forms"), portal.count("form_submissions")) == (2, 120)
    portal.api.faults = [Fault("objects/contacts", Answer(missing, 403))]
    with pytest.raises(LandingError, match="contacts, which holds the leads: the token has no right"):
        portal.land()
    limit = [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
    org.api.faults = [Fault("queryAll", Answer(limit, 403))]
    with pytest.raises(LandingError, match="says that its rate limit is used up"):
        org.land()


DIES = """
import os, signal, sys
from itertools import pairwise
from pathlib import Path
from handoff.config import Settings, Source
from handoff.landing import land, registry, streams

name, calls, crm, url, home = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], Path(sys.argv[5])
owner = registry if name == "record_source" else streams
whole, made = getattr(owner, name), []


def die(*arguments, **named):
    made.append(name)
    if len(made) == calls:
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(*arguments, **named)


setattr(owner, name, die)
source = Source("acme", crm, "api", {"token_env": "TEST_CRM_TOKEN", "base_url": url})
land(Settings(home, home, None, None, None, (source,)))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("crm", "place", "calls"),
    [("hubspot", "_write", 6), ("hubspot", "record_source", 1), ("salesforce", "_write", 2)],
)
def test_a_landing_that_is_killed_is_gone_on_with_and_loses_and_doubles_nothing(
    portal: Crm[HubSpot], org: Crm[Salesforce], crm: str, place: str, calls: int
) -> None:
    tested: Crm[Any] = portal if crm == "hubspot" else org
    dead = subprocess.run(
        [sys.executable, "-c", DIES, place, str(calls), crm, tested.api.url, str(tested.settings.home)],
        env={**os.environ},
        capture_output=True,
        check=False,
    )
    assert dead.returncode == -9, dead.stderr
    tested.land()
    if crm == "hubspot":
        # Contacts and their history are written page by page: the sixth writing died in the third page.
        first = tested.api.asked("objects/contacts")[0]
        if place == "_write":
            assert first.query["after"] == "100"
        else:
            assert first.path.endswith("search")
        expected = {"contacts": 230, "contacts_property_history": 230, "form_submissions": 120, "owners": 2}
    else:
        expected = {"Lead": 130, "LeadHistory": 130, "Task": 1}
    assert {table: tested.count(table) for table in expected} == expected
    assert tested.query("select count(*) from duckdb_tables() where table_name like '__incoming%'") == [(0,)]
    assert not tested.land().has_changed


def test_the_token_is_written_nowhere(portal: Crm[HubSpot], capsys: pytest.CaptureFixture[str]) -> None:
    report = portal.land()
    written = [path for path in portal.settings.home.rglob("*") if path.is_file()]
    assert not [path for path in written if TOKEN.encode() in path.read_bytes()]
    told = json.dumps([*report.lines(), *capsys.readouterr()])
    assert TOKEN not in told


def test_what_cannot_be_asked_is_said(portal: Crm[HubSpot], monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_api(portal.settings.sources[0]) == f"230 contacts in {portal.api.url}"
    (source,) = portal.settings.sources
    with pytest.raises(LandingError, match="knows hubspot and salesforce, not canonical"):
        check_api(replace(source, crm="canonical"))
    with pytest.raises(LandingError, match="needs `base_url` for salesforce"):
        check_api(replace(source, crm="salesforce", options={"token_env": VARIABLE}))
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(LandingError, match=f"the environment variable {VARIABLE} is not set"):
        check_api(source)
