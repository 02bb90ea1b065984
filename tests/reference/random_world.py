"""Makes small random CRM worlds in the canonical layout that are as nasty as real ones, and nastier.

    python -m tests.reference.random_world --seed 7 --out DIR [--leads 300] [--shapes full,no_history,…]

One world is a folder with sources.yml, policies/ and landing/<source>/*.csv. Each source of it is one
*shape*: the
same kind of leads, but with columns, tables or histories absent or spoilt. The same seed gives the same
world.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from .hubspot_dates import write_contacts
from .hubspot_portal import Portal, hubspot_roster, write_hubspot
from .random_leads import COLUMNS, Maker, Tables, as_instant
from .random_policies import STAGES, STATUSES, Roster, make_roster, write_csv, write_policies
from .salesforce_landing import Org, salesforce_roster, write_salesforce


def without(*names: str) -> Callable[[Tables], None]:
    """Drop whole tables, or `table.column`."""

    def drop(tables: Tables) -> None:
        for name in names:
            table, _, column = name.partition(".")
            if not column:
                tables.pop(table, None)
            for row in tables.get(table, []) if column else []:
                row.pop(column, None)

    return drop


def without_history(*fields: str) -> Callable[[Tables], None]:
    """Drop the log of some fields."""

    def drop(tables: Tables) -> None:
        tables["lead_changes"] = [row for row in tables["lead_changes"] if row["field"] not in fields]

    return drop


def late_history(name: str, share: float) -> Callable[[Tables], None]:
    """Track a field only since some day: what was logged before is lost."""

    def drop(tables: Tables) -> None:
        changes = [row for row in tables["lead_changes"] if row["field"] == name]
        # Ids grow with the leads, not with time; sorting by the lead is enough to lose whole early histories.
        changes.sort(key=lambda row: as_instant(row["changed_at"]))
        lost = {row["change_id"] for row in changes[: int(len(changes) * share)]}
        tables["lead_changes"] = [row for row in tables["lead_changes"] if row["change_id"] not in lost]

    return drop


def days_only(*columns: str) -> Callable[[Tables], None]:
    """Keep only the day of some stamps of leads."""

    def cut(tables: Tables) -> None:
        for row in tables["leads"]:
            for column in columns:
                if row.get(column):
                    row[column] = (
                        datetime.fromtimestamp(as_instant(row[column]), UTC).date().isoformat()
                        if "T" in row[column]
                        else ""
                    )

    return cut


def some_days_only(tables: Tables) -> None:
    """Keep only the day of every other stamp of leads and of deals, creations and ends included."""
    leads = [column for column in COLUMNS["leads"] if column.endswith("_at") and column != "synced_at"]
    for table, columns in (("leads", leads), ("opportunities", ["created_at", "closed_at"])):
        for number, row in enumerate(tables[table]):
            for place, column in enumerate(columns):
                if (number + place) % 2 and "T" in row.get(column, ""):
                    row[column] = datetime.fromtimestamp(as_instant(row[column]), UTC).date().isoformat()


def after_outcome(column: str) -> Callable[[Tables], None]:
    """Fill a column in only on converted leads."""

    def blank(tables: Tables) -> None:
        for row in tables["leads"]:
            if row.get("is_converted") != "True":
                row[column] = ""

    return blank


def unaccepted(tables: Tables) -> None:
    """A CRM that knows no acceptance."""
    raws = {value.lower() for value in [*STAGES["sal"], *STAGES["sql"], *STATUSES["accepted"]]}
    for row in tables["leads"]:
        row["accepted_at"] = ""
        for column in ("lifecycle_stage", "status"):
            if row.get(column, "").strip().lower() in raws:
                row[column] = "MQL" if column == "lifecycle_stage" else "Attempting"
    for row in tables["lead_changes"]:
        for column in ("old_value", "new_value"):
            if row[column].strip().lower() in raws:
                row[column] = "MQL" if row["field"] == "lifecycle_stage" else "Attempting"


def no_sales_team(tables: Tables) -> None:
    """A CRM in which nobody is known to be of sales: marketers and queues own and do everything."""

    def anyone(owner: str) -> str:
        return f"M1-{owner.rpartition('-')[2]}" if re.fullmatch(r"[SV]\d+-\d+", owner) else owner

    for table in ("leads", "activities", "opportunities", "accounts", "lead_changes", "queue_members"):
        for row in tables[table]:
            for column in ("owner_id", "created_by", "old_value", "new_value", "changed_by"):
                if column in row:
                    row[column] = anyone(row[column])
    tables["owners"] = [row for row in tables["owners"] if row["owner_id"] == anyone(row["owner_id"])]


def both(*changes: Callable[[Tables], None]) -> Callable[[Tables], None]:
    """Several changes, one after another."""

    def apply(tables: Tables) -> None:
        for change in changes:
            change(tables)

    return apply


SHAPES: dict[str, Callable[[Tables], None]] = {
    "full": both(),
    "no_history": without("lead_changes"),
    "plain": both(without("leads.lifecycle_stage", "leads.mql_at"), without_history("lifecycle_stage")),
    "mql_date_only": both(without("leads.lifecycle_stage"), without_history("lifecycle_stage")),
    "stamps": both(without("lead_changes", "leads.lifecycle_stage")),
    "day_stamps": both(
        without("lead_changes"), days_only("mql_at", "assigned_at", "accepted_at", "converted_at")
    ),
    "bare": without(
        "lead_changes",
        "owners",
        "queue_members",
        "accounts",
        "campaigns",
        "campaign_members",
        "form_submissions",
        "opportunities",
        "leads.updated_at",
        "leads.is_converted",
        "leads.converted_at",
    ),
    "no_owners": without("owners", "queue_members"),
    "no_owner_history": without_history("owner_id"),
    "no_status_history": without_history("status"),
    "no_stage_history": without_history("lifecycle_stage"),
    "no_assignment": both(without_history("owner_id"), without("leads.assigned_at")),
    "late_owner": late_history("owner_id", 0.5),
    "late_status": late_history("status", 0.5),
    "late_stage": late_history("lifecycle_stage", 0.4),
    "no_acceptance": unaccepted,
    "no_reason": without("leads.rejection_reason"),
    "no_activities": without("activities"),
    "no_opportunities": both(without("opportunities", "leads.is_converted", "leads.converted_at")),
    "no_accounts": without("accounts"),
    "no_account_owner": without("accounts.owner_id"),
    "no_customers": without("accounts.account_type", "accounts.customer_since", "opportunities.is_won"),
    "no_capture": without(
        "leads.original_source",
        "leads.campaign_id",
        "leads.landing_page",
        "campaign_members",
        "form_submissions",
        "leads.email",
        "leads.phone",
    ),
    "no_email": without("leads.email"),
    "no_phone": without("leads.phone", "opportunities.lead_id"),
    "no_path": both(
        without("leads.lifecycle_stage", "leads.status"), without_history("lifecycle_stage", "status")
    ),
    "no_sales_team": no_sales_team,
    "no_scoring": without(
        "leads.fit_grade",
        "leads.fit_score",
        "leads.intent_signal",
        "leads.qualification_reason",
        "leads.created_by",
    ),
    "no_created_at": without("leads.created_at"),
    "no_old_values": without("lead_changes.old_value", "lead_changes.changed_by"),
    "no_people_flags": without("owners.is_active", "queue_members", "owners.team_id"),
    "owner_after_outcome": both(without("lead_changes"), after_outcome("owner_id")),
    "source_after_outcome": after_outcome("original_source"),
    "no_status": both(without("leads.status"), without_history("status")),
    "stage_dates": write_contacts,
    "no_deletion": without("leads.is_deleted", "leads.deleted_at", "leads.updated_at"),
    "some_days": some_days_only,
    "some_days_no_history": both(without("lead_changes"), some_days_only),
}


def plain(org: Org) -> None:
    """An org without custom fields."""
    for row in org.tables["lead"]:
        for column in [name for name in row if name.endswith("_c")]:
            del row[column]
    org.tables["lead_history"] = [
        row for row in org.tables["lead_history"] if not str(row["field"]).endswith("__c")
    ]


def unlogged(org: Org) -> None:
    """An org that was landed without its LeadHistory."""
    del org.tables["lead_history"]


def unrecorded_work(org: Org) -> None:
    """An org without events, deals' contacts and groups, whose tasks do not say when they were done."""
    for table in ("event", "opportunity_contact_role", "group", "group_member"):
        del org.tables[table]
    for row in org.tables["task"]:
        row["completed_date_time"] = None


def as_it_is(made: Org | Portal) -> None:
    """An org or a portal with all that it has."""


# The same leads as a Salesforce org has them.
ORGS: dict[str, Callable[[Org], None]] = {
    "salesforce": as_it_is,
    "salesforce_plain": plain,
    "salesforce_no_history": unlogged,
    "salesforce_little": unrecorded_work,
}


def unversioned(portal: Portal) -> None:
    """A portal that was landed without the history of its properties."""
    del portal.tables["contacts_property_history"]


def unaudited(portal: Portal) -> None:
    """A portal without the audit of its merges, and without forms, deals and companies."""
    for table in ("contacts_merged_audit", "contacts_form_submissions", "deals", "companies"):
        del portal.tables[table]


# The same leads as a HubSpot portal has them.
PORTALS: dict[str, Callable[[Portal], None]] = {
    "hubspot": as_it_is,
    "hubspot_no_history": unversioned,
    "hubspot_little": unaudited,
}
ALL_SHAPES = (*SHAPES, *ORGS, *PORTALS)


def make_world(seed: int, folder: Path, leads: int, shapes: Sequence[str]) -> None:
    """Write a whole world; raises KeyError for a shape that does not exist."""
    rng = random.Random(seed)
    day = date(2026, 1, 1) + timedelta(days=rng.randint(-70, 110))
    as_of = datetime.combine(day, time(rng.randint(0, 23), rng.choice([0, 15, 30])), tzinfo=UTC)
    rosters = [roster_of(shape)(rng, f"rw_{shape}", number) for number, shape in enumerate(shapes)]
    zone = write_policies(rng, folder / "policies", as_of, rosters)
    lines = [f"as_of: {as_of.strftime('%Y-%m-%dT%H:%M:%SZ')}", "sources:"]
    for shape, roster in zip(shapes, rosters, strict=True):
        naive = ZoneInfo(rng.choice(["UTC", "UTC", "Europe/Berlin", "America/Chicago"]))
        own = random.Random(f"{seed} {shape}")
        tables = Maker(own, roster, as_of, zone, naive).make(leads)
        landing = folder / "landing" / roster.prefix
        if shape in ORGS:
            org = Org(own, roster, as_of, zone, tables)
            ORGS[shape](org)
            write_salesforce(landing, org.tables)
            crm = "salesforce"
        elif shape in PORTALS:
            portal = Portal(own, roster, as_of, naive, tables)
            PORTALS[shape](portal)
            write_hubspot(landing, portal.tables)
            crm = "hubspot"
        else:
            SHAPES[shape](tables)
            write_tables(landing, tables)
            crm = "hubspot" if "contacts" in tables else "canonical"
        lines += [
            f"  - name: {roster.prefix}",
            f"    crm: {crm}",
            f"    from: {{kind: files, path: ./landing/{roster.prefix}}}",
            f"    timezone: {naive.key}",
        ]
    (folder / "sources.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def roster_of(shape: str) -> Callable[[random.Random, str, int], Roster]:
    """What makes the people of a shape."""
    if shape in ORGS:
        return salesforce_roster
    return hubspot_roster if shape in PORTALS else make_roster


def write_tables(folder: Path, tables: Tables) -> None:
    """One CSV per table."""
    for table, rows in tables.items():
        used = {column for row in rows for column in row}
        # A column that no row has is absent, not empty.
        columns = [column for column in COLUMNS.get(table, sorted(used)) if column in used]
        write_csv(folder / f"{table}.csv", columns, rows)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--leads", type=int, default=300, help="per source")
    parser.add_argument("--shapes", default="all", help=f"all, or some of {', '.join(ALL_SHAPES)}")
    options = parser.parse_args()
    shapes = list(ALL_SHAPES) if options.shapes == "all" else options.shapes.split(",")
    make_world(options.seed, options.out, options.leads, shapes)
    print(f"{len(shapes)} sources of {options.leads} leads in {options.out}")


if __name__ == "__main__":
    main()
