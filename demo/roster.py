"""Who works in the demo company: users, queues and their members. Fixed, so that policies can name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TEAM_NAMES = {
    "sales_emea": "Sales EMEA",
    "sales_amer": "Sales AMER",
    "sales_apac": "Sales APAC",
    "sales_desk": "Inside Sales Desk",
    "sales_partner": "Partner Sales",
    "marketing": "Marketing",
    "system": "System",
}


@dataclass(frozen=True)
class Owner:
    """A user or a queue. `crm_team` is what the CRM itself says; the owner_map policy comes before it."""

    key: str
    kind: Literal["user", "queue"]
    name: str
    email: str | None
    crm_team: str | None
    is_active: bool = True
    members: tuple[str, ...] = ()
    member_groups: tuple[str, ...] = ()

    @property
    def is_queue(self) -> bool:
        """Whether this is a queue."""
        return self.kind == "queue"


def _user(name: str, team: str | None, is_active: bool = True) -> Owner:
    key = name.lower().replace(" ", ".")
    return Owner(key, "user", name, f"{key}@demo.example", TEAM_NAMES[team] if team else None, is_active)


def _queue(name: str, members: tuple[str, ...] = (), groups: tuple[str, ...] = ()) -> Owner:
    return Owner(name.lower().replace(" ", "."), "queue", name, None, None, True, members, groups)


REPS: dict[str, tuple[str, ...]] = {
    "sales_emea": ("Miriam Vogel", "Jonas Keller", "Chloe Martin", "Pablo Serrano", "Ella de Vries"),
    "sales_amer": (
        "Dana Whitfield",
        "Marcus Reed",
        "Priya Nair",
        "Luis Ortega",
        "Hannah Cole",
        "Owen Brooks",
    ),
    "sales_apac": ("Yuki Tanaka", "Grace Lim", "Liam Walsh"),
    "sales_desk": ("Owen Hughes", "Aoife Byrne", "Sam Patel", "Nadia Hassan"),
    "sales_partner": ("Victor Lund", "Irene Costa", "Tom Baker"),
}
"""Active reps by team; a story's rep, team mates and strangers are drawn from here."""

LEAVERS: dict[str, str] = {
    "sales_emea": "Felix Braun",
    "sales_amer": "Carla Jimenez",
    "sales_desk": "Neil Fraser",
}
"""Deactivated reps: they owned and worked leads while they were here."""

MOVER = "Robin Marsh"
MOVED_FROM, MOVED_TO, MOVED_ON = "sales_emea", "sales_amer", "2026-06-01"
UNLISTED = "Theo Lambert"
"""A rep of Sales EMEA whom the owner_map policy forgot: his team comes from the CRM."""
MARKETERS = ("Julia Stone", "Ben Archer")
ROBOT = "Integration"
ROBOT_OWNER = Owner("integration", "user", "Integration User", "integration@demo.example", "System")

NIGHT_GROUP = "Night Shift Crew"
NIGHT_GROUP_MEMBERS = ("aoife.byrne", "sam.patel")

QUEUES: tuple[Owner, ...] = (
    _queue("EMEA Inbound", ("jonas.keller", "chloe.martin", "felix.braun")),
    _queue("AMER Inbound", ("marcus.reed", "priya.nair", "carla.jimenez")),
    _queue("Fast Lane", ("owen.hughes", "nadia.hassan")),
    _queue("Event Leads", ("victor.lund", "grace.lim")),
    # Its only members have left.
    _queue("Old Web Queue", ("felix.braun", "carla.jimenez")),
    # The policy names no escalation owner.
    _queue("Partner Leads", ("victor.lund", "irene.costa")),
    # Missing from the policy altogether.
    _queue("Trade Fair Leads", ("hannah.cole", "pablo.serrano")),
    # Nobody is a direct member; a group is.
    _queue("Night Shift", (), (NIGHT_GROUP,)),
)
QUEUE_TEAMS = {
    "EMEA Inbound": "sales_emea",
    "AMER Inbound": "sales_amer",
    "Fast Lane": "sales_desk",
    "Night Shift": "sales_desk",
}
TEAM_QUEUE = {
    "sales_emea": "EMEA Inbound",
    "sales_amer": "AMER Inbound",
    "sales_desk": "Fast Lane",
    "sales_apac": "Event Leads",
    "sales_partner": "Event Leads",
}

OWNERS: tuple[Owner, ...] = (
    *(_user(name, team) for team, names in REPS.items() for name in names),
    *(_user(name, team, is_active=False) for team, name in LEAVERS.items()),
    _user(MOVER, MOVED_TO),
    _user(UNLISTED, "sales_emea"),
    *(_user(name, "marketing") for name in MARKETERS),
    ROBOT_OWNER,
    *QUEUES,
)
INDEX = {owner.name: number for number, owner in enumerate(OWNERS)}
KEY_INDEX = {owner.key: number for number, owner in enumerate(OWNERS)}
ROBOT_INDEX = INDEX[ROBOT_OWNER.name]


def owner_map_rows() -> list[tuple[str, str, str, str]]:
    """The owner_map policy of this roster: owner_key, team_id, valid_from, valid_to."""
    rows: list[tuple[str, str, str, str]] = []
    for team, names in REPS.items():
        rows += [(str(OWNERS[INDEX[name]].email), team, "", "") for name in names]
    rows += [(str(OWNERS[INDEX[name]].email), team, "", "") for team, name in LEAVERS.items()]
    mover = str(OWNERS[INDEX[MOVER]].email)
    rows += [(mover, MOVED_FROM, "", MOVED_ON), (mover, MOVED_TO, MOVED_ON, "")]
    rows += [(str(OWNERS[INDEX[name]].email), "marketing", "", "") for name in MARKETERS]
    rows += [(str(ROBOT_OWNER.email), "system", "", "")]
    rows += [(queue, team, "", "") for queue, team in QUEUE_TEAMS.items()]
    return rows
