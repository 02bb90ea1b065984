"""What the real data sets hold, counted from their original files alone: no SQL and no module of the project.

python -m tests.real_data.recount <folder of the real data sets>
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

BRAZIL = ZoneInfo("America/Sao_Paulo")
INDIA = ZoneInfo("Asia/Kolkata")


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """Midnight that begins a local day, as naive UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class OlistLead:
    """An MQL. won_at: naive UTC, None where there is no deal. landing_page and origin: "" where blank."""

    contacted: date
    origin: str
    landing_page: str
    won_at: datetime | None

    @property
    def is_won(self) -> bool:
        return self.won_at is not None

    @property
    def won_on(self) -> date | None:
        """The day of the deal in Brazil."""
        return self.won_at.replace(tzinfo=UTC).astimezone(BRAZIL).date() if self.won_at else None

    @property
    def opened_at(self) -> datetime:
        """The first contact, or the deal where that came before it: start of the day in Brazil, naive UTC."""
        return day_start(min(self.contacted, self.won_on or self.contacted), BRAZIL)


@dataclass(frozen=True)
class Olist:
    """Leads by mql_id. owners: the sales representative of each deal."""

    leads: dict[str, OlistLead]
    owners: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> Olist:
        deals = {deal["mql_id"]: deal for deal in read(folder / "olist_closed_deals_dataset.csv")}
        leads = {
            row["mql_id"]: OlistLead(
                date.fromisoformat(row["first_contact_date"]),
                row["origin"],
                row["landing_page_id"],
                datetime.fromisoformat(deals[row["mql_id"]]["won_date"]) if row["mql_id"] in deals else None,
            )
            for row in read(folder / "olist_marketing_qualified_leads_dataset.csv")
        }
        return cls(leads, {lead: deal["sr_id"] for lead, deal in deals.items()})

    def won(self) -> set[str]:
        return {key for key, lead in self.leads.items() if lead.is_won}

    def of_origin(self, *origins: str) -> set[str]:
        return {key for key, lead in self.leads.items() if lead.origin in origins}

    def won_by_origin(self) -> dict[str, tuple[int, int]]:
        """Leads and won leads of each origin."""
        leads = Counter(lead.origin for lead in self.leads.values())
        won = Counter(lead.origin for lead in self.leads.values() if lead.is_won)
        return {origin: (count, won[origin]) for origin, count in leads.items()}


@dataclass
class NxtWaveLead:
    """A lead. reason: as written, "" where none. calls: day, whether it connected, whether it converted."""

    source: str
    owner: str
    team: str
    assigned: date
    reason: str = ""
    calls: list[tuple[date, bool, bool]] = field(default_factory=list)
    watched: list[date] = field(default_factory=list)

    @property
    def converted_on(self) -> date | None:
        return min((day for day, _, is_conversion in self.calls if is_conversion), default=None)

    @property
    def outcome(self) -> str:
        if self.converted_on:
            return "converted"
        return "rejected" if self.reason else "open"

    @property
    def closed_on(self) -> date | None:
        """The conversion, or the last dated entry of a lead that said no."""
        if self.outcome == "rejected":
            return max([self.assigned, *self.watched, *(day for day, _, _ in self.calls)])
        return self.converted_on

    @property
    def calls_until_close(self) -> list[tuple[date, bool, bool]]:
        return [call for call in self.calls if self.closed_on is None or call[0] <= self.closed_on]

    @property
    def is_connected(self) -> bool:
        return any(is_connected for _, is_connected, _ in self.calls_until_close)

    @property
    def first_call(self) -> date | None:
        return min((day for day, _, _ in self.calls), default=None)

    @property
    def first_action_due_at(self) -> datetime:
        """Naive UTC: four working hours after the day of the assignment, so 13:00 of the next day."""
        due = datetime.combine(self.assigned + timedelta(days=1), time(13), INDIA)
        return due.astimezone(UTC).replace(tzinfo=None)


def read_nxtwave(folder: Path) -> dict[str, NxtWaveLead]:
    """Leads by lead_id."""
    assigned = {row["lead_id"]: row for row in read(folder / "sales_managers_assigned_leads_details.csv")}
    leads = {}
    for row in read(folder / "leads_basic_details.csv"):
        to = assigned[row["lead_id"]]
        leads[row["lead_id"]] = NxtWaveLead(
            row["lead_gen_source"], to["jnr_sm_id"], to["snr_sm_id"], _us_day(to["assigned_date"])
        )
    for row in read(folder / "leads_interaction_details.csv"):
        is_connected = row["call_status"] == "successful"
        is_conversion = is_connected and row["lead_stage"] == "conversion"
        leads[row["lead_id"]].calls.append((_us_day(row["call_done_date"]), is_connected, is_conversion))
    for row in read(folder / "leads_demo_watched_details.csv"):
        leads[row["lead_id"]].watched.append(_us_day(row["demo_watched_date"]))
    for row in read(folder / "leads_reasons_for_no_interest.csv"):
        lead = leads[row.pop("lead_id")]
        (lead.reason,) = [said for said in row.values() if said not in ("", "NA")]
    return leads


def _us_day(written: str) -> date:
    month, day, year = map(int, written.split("/"))
    return date(year, month, day)


def main(folder: Path) -> None:
    """Print the figures of both data sets."""
    olist = Olist.read(folder / "olist")
    print(f"Olist: {len(olist.leads):,} leads, {len(olist.won())} won")
    for origin, (leads, won) in sorted(olist.won_by_origin().items(), key=lambda item: -item[1][0]):
        print(f"  {origin or '(blank)':18}{leads:6}{won:5}{won / leads:8.1%}")
    nxtwave = read_nxtwave(folder / "nxtwave")
    print(f"NxtWave: {len(nxtwave)} leads, {sum(len(lead.calls) for lead in nxtwave.values()):,} calls")
    print(f"  outcomes: {dict(Counter(lead.outcome for lead in nxtwave.values()))}")
    print(f"  never called: {sorted(key for key, lead in nxtwave.items() if not lead.calls)}")
    print(f"  connected: {sum(lead.is_connected for lead in nxtwave.values())}")
    reasons: dict[str, int] = defaultdict(int, Counter(lead.reason for lead in nxtwave.values()))
    print(f"  reasons: {dict(sorted(reasons.items(), key=lambda item: -item[1]))}")
    delays = Counter((lead.first_call - lead.assigned).days for lead in nxtwave.values() if lead.first_call)
    print(f"  days from assignment to first call: {dict(sorted(delays.items()))}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
