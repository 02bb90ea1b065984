"""HubSpot's API: CRM objects listed, searched and read in batches, associations, owners, forms, pipelines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from tests.apis.server import Answer, Api, Request

Record = dict[str, Any]
# As published: a search gives no more than 10,000 in all; histories come with 50 a page.
SEARCHED = 10_000
MODIFIED = {"contacts": "lastmodifieddate"}


class HubSpot(Api):
    """A portal. objects: kind -> records as the API shows them; each has `links`, other kind -> ids."""

    def __init__(self, page: int = 100) -> None:
        super().__init__()
        self.page = page
        self.searched = SEARCHED
        self.objects: dict[str, dict[str, Record]] = {
            kind: {}
            for kind in (
                *("contacts", "companies", "deals", "calls", "emails", "meetings", "tasks"),
                "communications",
            )
        }
        self.owners: list[Record] = []
        self.forms: list[Record] = []
        self.submissions: dict[str, list[Record]] = {}
        self.pipelines: list[Record] = []

    def put(
        self,
        kind: str,
        own: str,
        properties: Record,
        updated: str,
        links: dict[str, list[str]] | None = None,
        history: dict[str, list[Record]] | None = None,
        archived_at: str | None = None,
    ) -> None:
        """Write an object, in place of its state before."""
        record: Record = {
            "id": own,
            "properties": {**properties, MODIFIED.get(kind, "hs_lastmodifieddate"): updated},
            "createdAt": properties.get("createdate") or properties.get("hs_createdate") or updated,
            "updatedAt": updated,
            "archived": archived_at is not None,
            "archivedAt": archived_at,
            "links": links or {},
            "history": history or {},
        }
        self.objects[kind][own] = record

    def unauthorised(self) -> Answer:
        """HubSpot's words."""
        return Answer(
            {
                "status": "error",
                "message": "Authentication credentials not found or expired.",
                "category": "EXPIRED_AUTHENTICATION",
            },
            401,
        )

    def answer(self, request: Request) -> Answer:
        """One of the endpoints."""
        parts = request.path.strip("/").split("/")
        match parts:
            case ["crm", "v3", "objects", kind] if kind in self.objects:
                return self._list(kind, request)
            case ["crm", "v3", "objects", kind, "search"] if kind in self.objects:
                return self._search(kind, request)
            case ["crm", "v3", "objects", kind, "batch", "read"] if kind in self.objects:
                return self._batch(kind, request)
            case ["crm", "v4", "associations", kind, other, "batch", "read"]:
                return self._associations(kind, other, request)
            case ["crm", "v3", "owners"]:
                archived = request.query.get("archived") == "true"
                return self._pages(request, [owner for owner in self.owners if owner["archived"] is archived])
            case ["crm", "v3", "pipelines", "deals"]:
                return Answer({"results": self.pipelines})
            case ["marketing", "v3", "forms"]:
                return self._pages(request, self.forms)
            case ["form-integrations", "v1", "submissions", "forms", form]:
                newest = sorted(self.submissions.get(form, []), key=lambda row: -int(row["submittedAt"]))
                return self._pages(request, newest)
        return Answer({"status": "error", "message": "no such resource", "category": "OBJECT_NOT_FOUND"}, 404)

    def _pages(self, request: Request, records: list[Any]) -> Answer:
        start = int(request.query.get("after", 0))
        size = min(int(request.query["limit"]), self.page)
        found: Record = {"results": records[start : start + size]}
        if start + size < len(records):
            found["paging"] = {"next": {"after": str(start + size), "link": "…"}}
        return Answer(found)

    def _list(self, kind: str, request: Request) -> Answer:
        if "propertiesWithHistory" in request.query and int(request.query["limit"]) > 50:
            return _refused("limit must be at most 50 with propertiesWithHistory")
        archived = request.query.get("archived") == "true"
        held = sorted(
            (record for record in self.objects[kind].values() if record["archived"] is archived),
            key=lambda record: int(record["id"]),
        )
        start = int(request.query.get("after", 0))
        size = min(int(request.query["limit"]), self.page)
        # The cursor is the id that the next page begins behind.
        rest = [record for record in held if int(record["id"]) > start]
        shown = [self._shown(record, _names(request.query)) for record in rest[:size]]
        others = [name for name in request.query.get("associations", "").split(",") if name]
        for record, row in zip(rest[:size], shown, strict=True):
            linked = {other: record["links"][other] for other in others if record["links"].get(other)}
            if linked:
                row["associations"] = {
                    other: {"results": [{"id": one, "type": f"{kind}_to_{other}"} for one in ids]}
                    for other, ids in linked.items()
                }
        found: Record = {"results": shown}
        if len(rest) > size:
            found |= {"paging": {"next": {"after": shown[-1]["id"], "link": "…"}}}
        return Answer(found)

    def _shown(self, record: Record, names: dict[str, list[str]]) -> Record:
        shown = {key: record[key] for key in ("id", "createdAt", "updatedAt", "archived")}
        if record["archived"]:
            shown["archivedAt"] = record["archivedAt"]
        # A property that the portal does not have is left out without a word.
        shown["properties"] = {
            name: record["properties"][name] for name in names["properties"] if name in record["properties"]
        }
        if names["propertiesWithHistory"]:
            shown["propertiesWithHistory"] = {
                name: record["history"].get(name, []) for name in names["propertiesWithHistory"]
            }
        return shown

    def _search(self, kind: str, request: Request) -> Answer:
        (group,) = request.body.get("filterGroups") or [{"filters": []}]
        held = [record for record in self.objects[kind].values() if not record["archived"]]
        for wanted in group["filters"]:
            held = [record for record in held if _meets(record, wanted)]
        for order in request.body.get("sorts", []):
            held.sort(key=lambda record: _value(record, order["propertyName"]))
        start, size = int(request.body.get("after", 0)), min(int(request.body["limit"]), self.page)
        if start + size > self.searched:
            return _refused("There was a problem with the request: paging is limited to 10,000")
        names = {"properties": request.body.get("properties", []), "propertiesWithHistory": []}
        shown = [self._shown(record, names) for record in held[start : start + size]]
        found: Record = {"total": len(held), "results": shown}
        if start + size < len(held):
            found |= {"paging": {"next": {"after": str(start + size)}}}
        return Answer(found)

    def _batch(self, kind: str, request: Request) -> Answer:
        wanted = [entry["id"] for entry in request.body["inputs"]]
        if len(wanted) > (50 if request.body.get("propertiesWithHistory") else 100):
            return _refused("too many inputs")
        held = [self.objects[kind][one] for one in wanted if one in self.objects[kind]]
        names = {key: request.body.get(key, []) for key in ("properties", "propertiesWithHistory")}
        shown = [self._shown(record, names) for record in held if not record["archived"]]
        status = 200 if len(shown) == len(wanted) else 207
        return Answer({"status": "COMPLETE", "results": shown}, status)

    def _associations(self, kind: str, other: str, request: Request) -> Answer:
        found, missing = [], []
        for entry in request.body["inputs"]:
            linked = self.objects[kind].get(entry["id"], {}).get("links", {}).get(other, [])
            if linked:
                to = [{"toObjectId": int(one), "associationTypes": []} for one in linked]
                found.append({"from": {"id": entry["id"]}, "to": to})
            else:
                missing.append({"status": "error", "category": "OBJECT_NOT_FOUND", "message": "none"})
        return Answer({"status": "COMPLETE", "results": found, "errors": missing}, 207 if missing else 200)


def _refused(message: str) -> Answer:
    return Answer({"status": "error", "message": message, "category": "VALIDATION_ERROR"}, 400)


def _names(query: Any) -> dict[str, list[str]]:  # noqa: ANN401
    return {
        key: [name for name in query.get(key, "").split(",") if name]
        for key in ("properties", "propertiesWithHistory")
    }


def _value(record: Record, name: str) -> int:
    if name == "hs_object_id":
        return int(record["id"])
    return round(datetime.fromisoformat(record["properties"][name]).timestamp() * 1000)


_OPERATORS: dict[str, Callable[[int, int], bool]] = {
    "GTE": lambda held, asked: held >= asked,
    "GT": lambda held, asked: held > asked,
    "EQ": lambda held, asked: held == asked,
}


def _meets(record: Record, wanted: Record) -> bool:
    return _OPERATORS[wanted["operator"]](_value(record, wanted["propertyName"]), int(wanted["value"]))


def portal_of(tables: dict[str, list[Record]]) -> HubSpot:
    """A portal that holds what the demo's HubSpot holds: records by table, as tests.layouts reads them."""
    portal = HubSpot()
    histories: dict[str, dict[str, list[Record]]] = {}
    for change in tables["contacts_property_history"]:
        of_contact = histories.setdefault(change["contactId"], {})
        kept = ("value", "timestamp", "sourceType", "sourceId", "updatedByUserId")
        of_contact.setdefault(change["property"], []).append({key: change.get(key) for key in kept})
    merged: dict[str, list[str]] = {}
    for audit in tables["contacts_merged_audit"]:
        told = f"{audit['vid-to-merge']}:{audit['timestamp']}"
        merged.setdefault(audit["canonical-vid"], []).append(told)
    for table, records in tables.items():
        kind = table.removeprefix("engagements_")
        if kind not in portal.objects:
            continue
        for record in sorted(records, key=lambda row: str(row["synced"])):
            properties = dict(record["properties"])
            if kind == "contacts":
                properties["hs_calculated_merged_vids"] = ";".join(merged.get(record["id"], [])) or None
            portal.put(
                kind,
                record["id"],
                properties,
                record.get("updatedAt") or record["createdAt"],
                {other: record[other] for other in ("contacts", "companies") if other in record},
                histories.get(record["id"]),
            )
            # The demo has contacts that a tool saw deleted without seeing when.
            deletion = {key: record.get(key) for key in ("archived", "archivedAt")}
            portal.objects[kind][record["id"]] |= deletion
    portal.owners = [_plain(owner) for owner in tables["owners"]]
    portal.forms = [_plain(form) for form in tables["forms"]]
    addresses = {record["id"]: record["properties"].get("email") for record in tables["contacts"]}
    for row in _latest(tables["contacts_form_submissions"], "conversion-id"):
        portal.submissions.setdefault(row["form-id"], []).append(
            {
                "conversionId": row["conversion-id"],
                "submittedAt": int(row["timestamp"]),
                "pageUrl": row["page-url"],
                "values": [
                    {"name": "email", "value": addresses.get(row["canonical-vid"]), "objectTypeId": "0-1"}
                ],
            }
        )
    return portal


def _plain(record: Record) -> Record:
    return {key: value for key, value in record.items() if key != "synced"}


def _latest(records: Iterable[Record], key: str) -> list[Record]:
    return list({record[key]: record for record in records}.values())
