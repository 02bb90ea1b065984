"""Gives every lead the long history that a benchmark wants, without changing what is true of it.

All of it happens between a lead's creation and its next event, before any handoff: a workflow flips the
status between two words for new, a robot sends newsletters. Neither opens a handoff nor counts as action.
"""

from __future__ import annotations

import numpy as np

from demo import roster
from demo import vocabulary as v
from demo.business_time import Instants, Numbers
from demo.ledger import NULL_INSTANT, STATUS, Columns, Ledger

CHANGES, ACTIVITIES = 12, 6
_NEW, _OPEN = v.STATUSES.index("new"), v.STATUSES.index("open")


def add_history(ledger: Ledger) -> None:
    """Fill each lead up to twelve field changes (an even number is added) and six activities."""
    leads = ledger.table("leads")
    number, created = leads["number"], leads["created"]
    first = int(number[0])
    changes, activities = ledger.table("changes"), ledger.table("activities")
    until = np.full(len(number), 2**62, dtype=np.int64)
    for table, column in ((changes, "at"), (activities, "at"), (activities, "created")):
        np.minimum.at(until, table["lead"] - first, table[column])
    # A lead that saw nothing else got its newsletters within a day.
    until = np.minimum(until, created + 86400)
    is_nurtured = (leads["first_stage"] == v.STAGES.index("inquiry")) & (leads["first_status"] == _NEW)
    # What a merged record did would count for its survivor.
    has_room = (until - created > 60) & is_nurtured & (leads["merged_into"] < 0)
    missing = np.where(has_room, CHANGES - _count(changes, first, len(number)), 0)
    _flip_status(ledger, number, created, until, 2 * (np.maximum(missing, 0) // 2))
    missing = np.where(has_room, ACTIVITIES - _count(activities, first, len(number)), 0)
    _send_newsletters(ledger, number, created, until, np.maximum(missing, 0))


def _count(table: Columns, first: int, leads: int) -> Numbers:
    return np.bincount(table["lead"] - first, minlength=leads).astype(np.int64)


def _spread(created: Instants, until: Instants, times: Numbers) -> tuple[Numbers, Numbers, Instants]:
    """For each repeated row: its position, its rank, and its instant strictly between the two given."""
    position = np.repeat(np.arange(len(times), dtype=np.int64), times)
    rank = np.arange(len(position), dtype=np.int64) - np.repeat(np.cumsum(times) - times, times)
    room = (until - created)[position]
    return position, rank, created[position] + room * (rank + 1) // (times[position] + 1)


def _flip_status(ledger: Ledger, number: Numbers, created: Instants, until: Instants, times: Numbers) -> None:
    position, rank, at = _spread(created, until, times)
    is_back = rank % 2 == 1
    ledger.add(
        "changes", lead=number[position], field=STATUS, old=np.where(is_back, _OPEN, _NEW),
        new=np.where(is_back, _NEW, _OPEN), at=at, by=roster.ROBOT_INDEX,
    )  # fmt: skip


def _send_newsletters(
    ledger: Ledger, number: Numbers, created: Instants, until: Instants, times: Numbers
) -> None:
    position, _, at = _spread(created, until, times)
    ledger.add(
        "activities", lead=number[position], type=v.ACTIVITY_TYPES.index("email"), owner=roster.ROBOT_INDEX,
        created_by=roster.ROBOT_INDEX, at=at, created=at, due=NULL_INSTANT, is_planned=False,
        is_inbound=False, is_connected=False, source=v.ACTIVITY_SOURCES.index("list"),
        is_day_level=False, body=-1,
    )  # fmt: skip
