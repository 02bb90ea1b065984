"""Salesforce's REST API: describe, query, queryAll with its pages, and the login of a client."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from tests.apis.server import Answer, Api, Request

Record = dict[str, Any]
DATA = "/services/data/v61.0"
QUERY = re.compile(
    r"SELECT (?P<fields>[\w, ]+) FROM (?P<object>\w+)(?: WHERE (?P<cursor>\w+) >= (?P<since>\S+))?"
    r" ORDER BY (?P<order>\w+), Id"
)
TYPES = {bool: "boolean", datetime: "datetime", date: "date", float: "double", int: "int"}


class Salesforce(Api):
    """An org. objects: name -> records by their ids, with values of Python's types."""

    def __init__(self, objects: Mapping[str, list[Record]], page: int = 2_000) -> None:
        super().__init__()
        self.page = page
        self.objects = {name: {row["Id"]: row for row in rows} for name, rows in objects.items()}
        self.client = ("", "")
        self.queries: dict[str, tuple[str, list[Record]]] = {}

    def unauthorised(self) -> Answer:
        """Salesforce's words."""
        return Answer([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}], 401)

    def answer(self, request: Request) -> Answer:
        """One of the resources."""
        if request.path == "/services/oauth2/token":
            return self._login(request)
        if described := re.fullmatch(rf"{DATA}/sobjects/(\w+)/describe", request.path):
            return self._describe(described[1])
        if request.path in (f"{DATA}/query", f"{DATA}/queryAll"):
            return self._query(request)
        if request.path.startswith(f"{DATA}/query/"):
            locator, start = request.path.rsplit("/", 1)[1].rsplit("-", 1)
            return self._page(locator, int(start))
        return _refused("NOT_FOUND", "The requested resource does not exist", 404)

    def _login(self, request: Request) -> Answer:
        given = (request.body.get("client_id"), request.body.get("client_secret"))
        if given != self.client or request.body.get("grant_type") != "client_credentials":
            return Answer({"error": "invalid_client", "error_description": "invalid client credentials"}, 400)
        return Answer({"access_token": self.token, "instance_url": self.url, "token_type": "Bearer"})

    def _describe(self, name: str) -> Answer:
        if name not in self.objects:
            return _refused("NOT_FOUND", "The requested resource does not exist", 404)
        types: dict[str, str] = {}
        for row in self.objects[name].values():
            for field, value in row.items():
                types.setdefault(field, "string")
                if value is not None:
                    types[field] = TYPES.get(type(value), "string")
        # Compound fields cannot be queried together with what they are made of.
        fields = [{"name": "Address", "type": "address"}]
        return Answer({"fields": fields + [{"name": n, "type": t} for n, t in types.items()]})

    def _query(self, request: Request) -> Answer:
        if request.query["q"] == "SELECT COUNT() FROM Lead":
            return Answer({"totalSize": len(self.objects["Lead"]), "done": True, "records": []})
        parsed = QUERY.fullmatch(request.query["q"])
        if not parsed:
            return _refused("MALFORMED_QUERY", f"unexpected token: {request.query['q']}")
        name, fields = parsed["object"], parsed["fields"].split(", ")
        if name not in self.objects:
            return _refused("INVALID_TYPE", f"sObject type '{name}' is not supported")
        known = {field for row in self.objects[name].values() for field in row}
        for field in [*fields, parsed["order"]]:
            if field not in known:
                return _refused("INVALID_FIELD", f"No such column '{field}' on entity '{name}'")
        held = list(self.objects[name].values())
        if request.path.endswith("query"):
            held = [row for row in held if not row.get("IsDeleted")]
        if parsed["since"]:
            since = datetime.fromisoformat(parsed["since"]).astimezone(UTC).replace(tzinfo=None)
            held = [row for row in held if row[parsed["cursor"]] >= since]
        held.sort(key=lambda row: (row[parsed["order"]], row["Id"]))
        locator = f"01g{len(self.queries):012d}"
        shown = [
            {
                "attributes": {"type": name, "url": f"{DATA}/sobjects/{name}/{row['Id']}"},
                **{field: _shown(row.get(field)) for field in fields},
            }
            for row in held
        ]
        self.queries[locator] = (name, shown)
        return self._page(locator, 0)

    def _page(self, locator: str, start: int) -> Answer:
        _, shown = self.queries[locator]
        end = start + self.page
        found: Record = {"totalSize": len(shown), "done": end >= len(shown), "records": shown[start:end]}
        if end < len(shown):
            found["nextRecordsUrl"] = f"{DATA}/query/{locator}-{end}"
        return Answer(found)


def _shown(value: object) -> object:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
    return value.isoformat() if isinstance(value, date) else value


def _refused(code: str, message: str, status: int = 400) -> Answer:
    return Answer([{"message": message, "errorCode": code}], status)


def org_of(tables: Mapping[str, list[Record]]) -> Salesforce:
    """An org that holds what the demo's Salesforce holds, in the version of the latest sync."""
    objects: dict[str, list[Record]] = {}
    for name, rows in tables.items():
        for row in sorted(rows, key=lambda row: row["_fivetran_synced"]):
            kept = {key: value for key, value in row.items() if key != "_fivetran_synced"}
            if not name.endswith("History"):
                kept.setdefault("SystemModstamp", kept.get("LastModifiedDate") or datetime(2026, 1, 1))
            objects.setdefault(name, []).append(kept)
    return Salesforce(objects)
