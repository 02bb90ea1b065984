"""Salesforce's REST API: each object that a staging model reads, deleted rows too, from where it changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property, partial

from handoff.landing.api.client import Api, allowed, in_groups, rows_of
from handoff.landing.lead_tables import normalised, read_columns
from handoff.landing.streams import Batch, Stream

_DATA = "services/data/v61.0"
_OBJECTS = (
    *("Lead", "LeadHistory", "Task", "Event", "Opportunity", "OpportunityContactRole", "Account", "Contact"),
    *("Campaign", "CampaignMember", "User", "UserRole", "Group", "GroupMember"),
)
# The rows of a change log have no other stamp, and never change.
_CURSORS = ("SystemModstamp", "CreatedDate")
# What SOQL cannot give as one value, or only row by row.
_LEFT_OUT_TYPES = ("address", "location", "base64")
_OVERLAP = timedelta(hours=1)
_PAGE = 2_000


def streams(api: Api) -> list[Stream]:
    """The objects of the org, each a stream of its own."""
    overlap = api.source.overlap(_OVERLAP)
    found = []
    for name in _OBJECTS:
        fields = _Fields(api, name)
        found.append(
            Stream(
                name=name,
                tables={name: ("Id",)},
                read=partial(_read, api, fields),
                cursor="CreatedDate" if name.endswith("History") else "SystemModstamp",
                earlier=partial(_earlier, overlap),
                tells_columns=True,
            )
        )
    return found


def check(api: Api) -> str:
    """Count the leads, in words."""
    with allowed("Lead", "Give its user read access to Lead."):
        found = api.get(f"{_DATA}/query", q="SELECT COUNT() FROM Lead")
    return f"{found['totalSize']:,} leads"


class _Fields:
    """The fields of an object that are worth asking for: those of the org that a staging model looks for."""

    def __init__(self, api: Api, name: str) -> None:
        self.name = name
        self._api = api

    @cached_property
    def names(self) -> Sequence[str]:
        """Their names, in the order of the org."""
        wanted = {normalised(name) for name, _ in read_columns(self._api.source, self.name)}
        described = self._api.get(f"{_DATA}/sobjects/{self.name}/describe")
        return [
            field["name"]
            for field in described["fields"]
            if field["type"] not in _LEFT_OUT_TYPES
            and (normalised(field["name"]) in wanted or field["name"] in ("Id", *_CURSORS))
        ]


def _read(api: Api, fields: _Fields, since: str | None) -> Iterator[Batch]:
    """The rows changed since, in the order of their change."""
    with allowed(fields.name, "Give its user read access to it, or leave it out: it is then not recorded."):
        names = fields.names
        cursor = "CreatedDate" if fields.name.endswith("History") else "SystemModstamp"
        where = f" WHERE {cursor} >= {_soql_instant(since)}" if since else ""
        query = f"SELECT {', '.join(names)} FROM {fields.name}{where} ORDER BY {cursor}, Id"
        # The one that gives deleted and archived rows as well.
        paging = {"type": "json_link", "next_url_path": "nextRecordsUrl"}
        pages = api.resource(f"{_DATA}/queryAll", {"q": query}, "records", paging)
        for records in in_groups(pages, _PAGE):
            for record in records:
                record.pop("attributes", None)
            yield Batch({fields.name: rows_of(records, names)})


def _soql_instant(text: str) -> str:
    """An instant as SOQL writes it: no quotes, and Z for UTC."""
    return datetime.fromisoformat(text).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _earlier(overlap: timedelta, reached: str) -> str:
    return (datetime.fromisoformat(reached) - overlap).isoformat()
