"""Owners: what kind of owner an id is, which team it belongs to at a moment, and who monitors a queue."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

from .clock import Moment
from .policies import Policies, Team
from .world import Source


@dataclass(frozen=True)
class Person:
    """A user or queue that an id stands for; an id without an owner row is a user of whom only the id is
    known.
    """

    owner_id: str
    is_queue: bool
    keys: tuple[str | None, ...]
    team_keys: tuple[str | None, ...]
    is_active: bool | None


class People:
    """Looks owners up."""

    def __init__(self, source: Source, policies: Policies) -> None:
        """Index a source's owners and queue members."""
        self.policies = policies
        self.persons = {
            owner.owner_id: Person(
                owner.owner_id,
                owner.is_queue,
                # A queue may be keyed by its name; a user only by id or email.
                (owner.owner_id, owner.email, owner.name if owner.is_queue else None),
                owner.team_keys,
                owner.is_active,
            )
            for owner in source.owners.values()
        }
        self.members: dict[str, list[str]] = defaultdict(list)
        for queue_id, owner_id in source.queue_members:
            self.members[queue_id].append(owner_id)

    def find(self, owner_id: str | None) -> Person | None:
        """The owner of an id; None for no id."""
        if not owner_id:
            return None
        return self.persons.get(owner_id) or Person(owner_id, False, (owner_id,), (), None)

    def team(self, person: Person | None, moment: Moment) -> Team | None:
        """The team at a moment: owner_map by its validity, else the CRM's own team."""
        if person is None:
            return None
        # A day stands at its start, which may still be the day before in UTC.
        mapped = self.policies.mapped_team(person.keys, moment.at.astimezone(UTC).date())
        return mapped or self.policies.crm_team(person.team_keys)

    def kind(self, person: Person | None, moment: Moment) -> str:
        """sales_user, queue, other_user or none, as of a moment."""
        if person is None:
            return "none"
        if person.is_queue:
            return "queue"
        team = self.team(person, moment)
        return "sales_user" if team is not None and team.function == "sales" else "other_user"

    def is_always_sales(self, person: Person | None) -> bool:
        """Whether somebody is a user of a sales team whatever the day."""
        days = self.policies.days_of_other_teams(person.keys) if person else set()
        moments = [Moment(datetime(day.year, day.month, day.day, tzinfo=UTC)) for day in days]
        return bool(moments) and all(self.kind(person, moment) == "sales_user" for moment in moments)

    def is_automation(self, owner_id: str | None) -> bool:
        """Whether an id is an automation user."""
        person = self.find(owner_id)
        return person is not None and self.policies.is_automation_user(person.keys)

    def users_of(self, queue_id: str, seen: frozenset[str] = frozenset()) -> set[str]:
        """The users of a queue, through groups and queues that are its members."""
        users: set[str] = set()
        for member in self.members.get(queue_id, []):
            if member in self.members or (member in self.persons and self.persons[member].is_queue):
                if member not in seen:
                    users |= self.users_of(member, seen | {queue_id})
            else:
                users.add(member)
        return users

    def has_active_member(self, queue_id: str) -> bool:
        """Whether anyone active today works a queue; a member of whom nothing is known counts as active."""
        for user in self.users_of(queue_id):
            person = self.find(user)
            if person is not None and person.is_active is not False:
                return True
        return False
