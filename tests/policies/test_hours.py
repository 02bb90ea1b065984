"""Business hours of the policies as schedules."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from handoff.policies.hours import EVERY_HOUR, business_hours

HEADER = "calendar_id,timezone,weekday,opens_at,closes_at,valid_from,valid_to\n"
TODAY = date(2026, 9, 30)


def test_the_shipped_calendar_runs_on_weekdays_from_opening_to_closing() -> None:
    hours = business_hours(None, TODAY)
    assert (hours.hourly, hours.nightly, hours.timezone) == (("0 9-17 * * 1,2,3,4,5",), "30 3 * * *", "UTC")


@pytest.mark.parametrize(
    ("rows", "crons"),
    [
        # Sunday is 7 in the policy and 0 in cron; an opening at half past starts with the next full hour.
        ("default,Europe/Berlin,7,08:30,12:00,,\n", ("0 9-12 * * 0",)),
        ("default,Europe/Berlin,1,00:00,24:00,,\n", ("0 0-23 * * 1",)),
        # A lunch break, and a short Friday.
        (
            "default,Europe/Berlin,4,09:00,12:00,,\ndefault,Europe/Berlin,4,13:00,17:00,,\n"
            "default,Europe/Berlin,5,09:00,12:00,,\n",
            ("0 13-17 * * 4", "0 9-12 * * 4,5"),
        ),
        ("default,Europe/Berlin,1,09:10,09:50,,\n", ("10 9 * * 1",)),
        ("default,Europe/Berlin,1,08:30,09:30,,\n", ("0 9 * * 1",)),
        # Other calendars and other times do not count.
        (
            "night,UTC,1,20:00,22:00,,\ndefault,Europe/Berlin,2,09:00,10:00,,2026-09-30\n"
            "default,Europe/Berlin,3,09:00,10:00,2026-09-30,\n",
            ("0 9-10 * * 3",),
        ),
    ],
)
def test_hours_of_a_calendar_of_ones_own(tmp_path: Path, rows: str, crons: tuple[str, ...]) -> None:
    (tmp_path / "calendars.csv").write_text(HEADER + rows)
    hours = business_hours(tmp_path, TODAY)
    assert (hours.hourly, hours.timezone) == (crons, "Europe/Berlin")


def test_without_an_opening_it_runs_every_hour(tmp_path: Path) -> None:
    (tmp_path / "calendars.csv").write_text(HEADER)
    assert business_hours(tmp_path, TODAY).hourly == EVERY_HOUR
