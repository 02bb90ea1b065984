"""HubSpot's API: contacts with the history of their properties, companies, deals, engagements, owners, forms.

The first landing lists every object. Later ones search for what was modified since, and read that in batches:
the search gives neither the history of properties nor associations. Deleted objects are listed each time: no
search finds them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import requests

from handoff.landing.api.client import Api, allowed, in_groups, rows_of, status_of
from handoff.landing.lead_tables import read_columns
from handoff.landing.streams import Batch, Stream

# As the change log is read: whoever wants more of it has to track more.
_TRACKED = ("lifecycle_stage", "status", "owner_id", "rejection_reason")
_OVERLAP = timedelta(hours=1)
_PAGE = 100
_PAGE_WITH_HISTORY = 50
# A search gives no more than this; what is beyond has to be asked for anew.
_SEARCHED = 10_000
_FRAME = ("id", "createdAt", "updatedAt", "archived", "archivedAt")
_HISTORY = "contacts_property_history"
_SUBMISSION = ("conversionId", "formId", "submittedAt", "pageUrl", "values")


@dataclass(frozen=True)
class _Kind:
    """A kind of CRM object. modified: its property that tells when it changed."""

    path: str
    table: str
    modified: str = "hs_lastmodifieddate"
    linked_to: tuple[str, ...] = ("contacts",)
    has_history: bool = False

    @property
    def page(self) -> int:
        return _PAGE_WITH_HISTORY if self.has_history else _PAGE


_KINDS = (
    _Kind("contacts", "contacts", "lastmodifieddate", linked_to=(), has_history=True),
    _Kind("companies", "companies", linked_to=()),
    _Kind("deals", "deals", linked_to=("contacts", "companies")),
    _Kind("calls", "engagements_calls"),
    _Kind("emails", "engagements_emails"),
    _Kind("meetings", "engagements_meetings"),
    _Kind("tasks", "engagements_tasks"),
    _Kind("communications", "engagements_communications"),
)


def streams(api: Api) -> list[Stream]:
    """What is read of the portal."""
    found = []
    overlap = api.source.overlap(_OVERLAP)
    for kind in _KINDS:
        tables: dict[str, tuple[str, ...]] = {kind.table: ("id",)}
        if kind.has_history:
            tables[_HISTORY] = ("contactId", "property", "timestamp", "value")
        found += [
            Stream(kind.table, tables, partial(_read, api, kind), earlier=partial(_earlier, overlap)),
            Stream(
                f"{kind.table}_archived",
                tables,
                partial(_read_archived, api, kind),
                is_whole=False,
            ),
        ]
    return [
        *found,
        Stream("owners", {"owners": ("id",)}, partial(_read_owners, api)),
        Stream("deal_pipeline_stage", {"deal_pipeline_stage": ("id",)}, partial(_read_stages, api)),
        Stream("forms", {"forms": ("id",)}, partial(_read_forms, api)),
        Stream(
            "form_submissions",
            {"form_submissions": ()},
            partial(_read_submissions, api),
            earlier=partial(_earlier, overlap),
        ),
    ]


def check(api: Api) -> str:
    """Count the contacts, in words."""
    with allowed("contacts", _mend("contacts")):
        found = api.post("crm/v3/objects/contacts/search", {"filterGroups": [], "limit": 1})
    return f"{int(found.get('total', 0)):,} contacts"


def _mend(what: str) -> str:
    return f"Add the scope that reads {what} to the private app, or leave it out: it is then not recorded."


def _earlier(overlap: timedelta, reached: str) -> str:
    return _iso(datetime.fromisoformat(reached) - overlap)


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _read(api: Api, kind: _Kind, since: str | None) -> Iterator[Batch]:
    """A kind of object: everything, page by page, or what was modified since an instant."""
    with allowed(kind.path, _mend(kind.path)):
        if since is None or since.startswith("{"):
            page = json.loads(since) if since else {"began": _iso(datetime.now(UTC))}
            yield from _list(api, kind, page)
        else:
            yield from _search(api, kind, since)


def _list(api: Api, kind: _Kind, page: dict[str, Any]) -> Iterator[Batch]:
    """All objects, from a page on. What changes while they are listed is found by the search from `began`."""
    while True:
        found = api.get(f"crm/v3/objects/{kind.path}", **_list_parameters(api, kind), **_after(page))
        after = _next(found)
        mark = json.dumps({**page, "after": after}) if after else str(page["began"])
        yield Batch(_rows(api, kind, found["results"]), mark)
        if not after:
            return
        page = {**page, "after": after}


def _list_parameters(api: Api, kind: _Kind) -> dict[str, str | int]:
    names: dict[str, str | int] = {"limit": kind.page, "properties": ",".join(_properties(api, kind))}
    if kind.has_history:
        names["propertiesWithHistory"] = ",".join(_tracked(api, kind))
    if kind.linked_to:
        names["associations"] = ",".join(kind.linked_to)
    return names


def _after(page: Mapping[str, Any]) -> dict[str, str | int]:
    return {"after": str(page["after"])} if page.get("after") else {}


def _next(found: Mapping[str, Any]) -> str | None:
    after = found.get("paging", {}).get("next", {}).get("after")
    return str(after) if after else None


def _read_archived(api: Api, kind: _Kind, since: str | None) -> Iterator[Batch]:
    """The objects in the recycle bin."""
    with allowed(kind.path, _mend(kind.path)):
        page: dict[str, Any] = {}
        while True:
            parameters = {**_list_parameters(api, kind), **_after(page), "archived": "true"}
            found = api.get(f"crm/v3/objects/{kind.path}", **parameters)
            yield Batch(_rows(api, kind, found["results"]))
            page = {"after": _next(found)}
            if not page["after"]:
                return


def _search(api: Api, kind: _Kind, since: str) -> Iterator[Batch]:
    """The objects modified since, in the order of their modification."""
    while True:
        last, seen = since, 0
        for hits in _hits(api, kind, [_filter(kind.modified, "GTE", _millis(since))], kind.modified):
            seen += len(hits)
            last = hits[-1][1]
            yield Batch(_details(api, kind, [found for found, _ in hits]), last)
        if seen < _SEARCHED:
            yield Batch({}, last)
            return
        if _millis(last) == _millis(since):
            # More than a search gives were modified at one instant: go through those by their ids.
            yield from _at_one_instant(api, kind, since)
            last = _iso(datetime.fromisoformat(since) + timedelta(milliseconds=1))
        since = last


def _at_one_instant(api: Api, kind: _Kind, instant: str) -> Iterator[Batch]:
    last = "0"
    while True:
        seen = 0
        filters = [
            _filter(kind.modified, "EQ", _millis(instant)),
            _filter("hs_object_id", "GT", last),
        ]
        for hits in _hits(api, kind, filters, "hs_object_id"):
            seen += len(hits)
            last = hits[-1][0]
            yield Batch(_details(api, kind, [found for found, _ in hits]))
        if seen < _SEARCHED:
            return


def _hits(
    api: Api, kind: _Kind, filters: Sequence[Mapping[str, str]], sorted_by: str
) -> Iterator[list[tuple[str, str]]]:
    """Ids with the instant of their modification, page by page, no more than a search gives."""
    page: dict[str, Any] = {}
    seen = 0
    while seen < _SEARCHED:
        body = {
            "filterGroups": [{"filters": list(filters)}],
            "sorts": [{"propertyName": sorted_by, "direction": "ASCENDING"}],
            "properties": [kind.modified],
            "limit": kind.page,
            **_after(page),
        }
        found = api.post(f"crm/v3/objects/{kind.path}/search", body)
        hits = [(str(hit["id"]), _modified(kind, hit)) for hit in found["results"]]
        if hits:
            seen += len(hits)
            yield hits
        page = {"after": _next(found)}
        if not page["after"]:
            return


def _modified(kind: _Kind, hit: Mapping[str, Any]) -> str:
    return str(hit.get("properties", {}).get(kind.modified) or hit["updatedAt"])


def _filter(name: str, operator: str, value: str) -> dict[str, str]:
    return {"propertyName": name, "operator": operator, "value": value}


def _millis(instant: str) -> str:
    return str(round(datetime.fromisoformat(instant).timestamp() * 1000))


def _details(api: Api, kind: _Kind, ids: Sequence[str]) -> dict[str, Any]:
    """Objects by their ids, with history and associations."""
    body: dict[str, Any] = {
        "inputs": [{"id": found} for found in ids],
        "properties": _properties(api, kind),
    }
    if kind.has_history:
        body["propertiesWithHistory"] = _tracked(api, kind)
    found = api.post(f"crm/v3/objects/{kind.path}/batch/read", body)["results"]
    for other in kind.linked_to:
        linked = _linked(api, kind.path, other, ids)
        for record in found:
            record.setdefault("associations", {})[other] = {"results": linked.get(str(record["id"]), [])}
    return _rows(api, kind, found)


def _linked(api: Api, path: str, other: str, ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Which objects of another kind belong to each: id -> its associations, all pages of them."""
    linked: dict[str, list[dict[str, Any]]] = {}
    asked: list[dict[str, str]] = [{"id": found} for found in ids]
    while asked:
        answer = api.post(f"crm/v4/associations/{path}/{other}/batch/read", {"inputs": asked})
        asked = []
        for entry in answer.get("results", []):
            own = str(entry["from"]["id"])
            linked.setdefault(own, []).extend({"id": str(to["toObjectId"])} for to in entry.get("to", []))
            after = _next(entry)
            if after:
                asked.append({"id": own, "after": after})
    return linked


def _rows(api: Api, kind: _Kind, records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Records as raw tables, in the shape in which a loading tool lands them."""
    if not records:
        return {}
    cut_off = [
        (other, str(record["id"]))
        for record in records
        for other, found in (record.get("associations") or {}).items()
        if found.get("paging")
    ]
    for other in {other for other, _ in cut_off}:
        linked = _linked(api, kind.path, other, [own for name, own in cut_off if name == other])
        for record in records:
            if str(record["id"]) in linked:
                record["associations"][other] = {"results": linked[str(record["id"])]}
    columns = [*_FRAME, *kind.linked_to]
    rows = {kind.table: rows_of([_row(kind, record) for record in records], columns)}
    history = [change for record in records for change in _changes(record)]
    if kind.has_history and history:
        rows[_HISTORY] = rows_of(history)
    return rows


def _row(kind: _Kind, record: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {name: record.get(name) for name in _FRAME}
    row.update({f"properties_{name}": value for name, value in (record.get("properties") or {}).items()})
    for other in kind.linked_to:
        found = (record.get("associations") or {}).get(other, {}).get("results", [])
        row[other] = list(dict.fromkeys(str(entry["id"]) for entry in found))
    return row


def _changes(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, versions in (record.get("propertiesWithHistory") or {}).items():
        for version in versions:
            yield {
                "contactId": str(record["id"]),
                "property": name,
                **{
                    key: version.get(key)
                    for key in ("value", "timestamp", "sourceType", "sourceId", "updatedByUserId")
                },
            }


def _properties(api: Api, kind: _Kind) -> list[str]:
    """The properties that a staging model looks for. HubSpot leaves out those that a portal does not have."""
    names = []
    for name, values in read_columns(api.source, kind.table):
        names += [name.replace("*", value) for value in values] if "*" in name else [name]
    return _as_properties([*names, kind.modified])


def _tracked(api: Api, kind: _Kind) -> list[str]:
    """The properties whose history is read."""
    names = [name for name, _ in read_columns(api.source, kind.table, _TRACKED)]
    return _as_properties(names)


def _as_properties(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for name in names if re.fullmatch("[a-z][a-z0-9_]*", name)))


def _read_owners(api: Api, since: str | None) -> Iterator[Batch]:
    with allowed("owners", _mend("owners")):
        for archived in ("false", "true"):
            pages = api.pages("crm/v3/owners", limit=_PAGE, archived=archived)
            for owners in in_groups(pages, _PAGE):
                yield Batch({"owners": rows_of(owners, ["id", "archived", "teams"])})


def _read_stages(api: Api, since: str | None) -> Iterator[Batch]:
    with allowed("deal pipelines", _mend("deals")):
        stages = []
        for pipeline in api.pages("crm/v3/pipelines/deals"):
            for stage in pipeline.get("stages", []):
                told = stage.get("metadata") or {}
                is_closed = str(told.get("isClosed", "")).lower() == "true"
                is_won = is_closed and float(told.get("probability") or 0) == 1
                stages.append(
                    {
                        "id": stage["id"],
                        "label": stage.get("label"),
                        "pipeline_id": pipeline.get("id"),
                        "is_closed": is_closed,
                        "closed_won": is_won,
                    }
                )
        if stages:
            yield Batch({"deal_pipeline_stage": rows_of(stages)})


def _read_forms(api: Api, since: str | None) -> Iterator[Batch]:
    with allowed("forms", _mend("forms")):
        for forms in in_groups(_forms(api), _PAGE):
            kept = ("id", "name", "formType", "createdAt", "updatedAt", "archived")
            yield Batch({"forms": rows_of([{name: form.get(name) for name in kept} for form in forms])})


def _forms(api: Api) -> Iterator[dict[str, Any]]:
    yield from api.pages("marketing/v3/forms", limit=_PAGE, formTypes="all")


def _read_submissions(api: Api, since: str | None) -> Iterator[Batch]:
    """What was submitted since, of every form: the API gives the newest first."""
    with allowed("forms", _mend("forms")):
        began = _iso(datetime.now(UTC))
        first = int(_millis(since)) if since else 0
        for form in _forms(api):
            path = f"form-integrations/v1/submissions/forms/{form['id']}"
            try:
                for group in in_groups(_submitted_since(api, path, first), _PAGE_WITH_HISTORY):
                    rows = [{**submission, "formId": form["id"]} for submission in group]
                    yield Batch({"form_submissions": rows_of(rows, _SUBMISSION)})
            except requests.HTTPError as error:
                # A form deleted since it was listed, or of a type that takes no submissions.
                if status_of(error) != 404:
                    raise
        yield Batch({}, began)


def _submitted_since(api: Api, path: str, first: int) -> Iterator[dict[str, Any]]:
    for submission in api.pages(path, limit=_PAGE_WITH_HISTORY):
        if int(submission["submittedAt"]) < first:
            return
        yield {name: submission.get(name) for name in _SUBMISSION}
