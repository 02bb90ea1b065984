"""Who plays a story's parts, and what each lead's record says: everything that is drawn, not told."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from demo import roster, segments
from demo import vocabulary as v
from demo.business_time import Numbers
from demo.story import NOBODY, Profile, Role
from demo.timeline import Timeline

BLANK = -1
"""A code that stands for a blank value."""
_TEAM_ORDER = list(segments.TEAM_SHARES)
_REPS = [[roster.INDEX[name] for name in roster.REPS[team]] for team in _TEAM_ORDER]
_NAMED_ROLES = {
    Role.MOVER: roster.MOVER, Role.UNLISTED_REP: roster.UNLISTED, Role.ROBOT: roster.ROBOT_OWNER.name,
    Role.DESERTED_QUEUE: "Old Web Queue", Role.UNESCALATED_QUEUE: "Partner Leads",
    Role.UNLISTED_QUEUE: "Trade Fair Leads", Role.GROUP_QUEUE: "Night Shift",
}  # fmt: skip


@dataclass
class Copies:
    """The leads for which one story is played, and who plays which part for each."""

    count: int
    rng: np.random.Generator
    team: Numbers  # positions in segments.TEAM_SHARES
    rep: Numbers  # position of the rep in his team
    _roles: dict[Role, Numbers] = field(default_factory=dict)

    def of(self, role: Role) -> Numbers:
        """The roster number of whoever plays that part, -1 for nobody."""
        if role not in self._roles:
            self._roles[role] = self._cast(role)
        return self._roles[role]

    def _mate(self, shift: int) -> Numbers:
        return _pick(_REPS, self.team, self.rep + shift)

    def _cast(self, role: Role) -> Numbers:
        mates = {Role.REP: 0, Role.TEAMMATE: 1, Role.SECOND_TEAMMATE: 2}
        if role in mates:
            return self._mate(mates[role])
        if role is NOBODY:
            return np.full(self.count, -1, dtype=np.int64)
        if role in _NAMED_ROLES:
            return np.full(self.count, roster.INDEX[_NAMED_ROLES[role]], dtype=np.int64)
        if role is Role.STRANGER:
            other = (self.team + 1) % len(_REPS)
            return _pick(_REPS, other, self.rng.integers(0, 1 << 30, self.count))
        if role is Role.MARKETER:
            pick = self.rng.integers(0, len(roster.MARKETERS), self.count)
            return np.array([roster.INDEX[name] for name in roster.MARKETERS], dtype=np.int64)[pick]
        by_team = roster.LEAVERS if role is Role.LEAVER else roster.TEAM_QUEUE
        return np.array([roster.INDEX[by_team[_TEAM_ORDER[t]]] for t in self.team], dtype=np.int64)


@dataclass
class Person:
    """What is known of each copy of one of the story's leads; codes are positions in the vocabulary."""

    source: Numbers
    country: Numbers  # positions in COUNTRY_LIST
    campaign: Numbers
    landing_page: Numbers
    form: Numbers
    fit_grade: Numbers
    fit_score: Numbers
    fit_band: NDArray[np.str_]
    intent: Numbers
    intent_tier: NDArray[np.str_]
    qualification: Numbers
    is_submitted: bool  # whether its form submission is a record of its own


COUNTRY_LIST: list[tuple[str, str | None]] = [*(c for group in v.COUNTRIES.values() for c in group), v.HAWAII]
_TERRITORY_OF_TEAM = {"sales_emea": "EMEA", "sales_amer": "AMER", "sales_apac": "APAC"}


def cast(timeline: Timeline, count: int, rng: np.random.Generator) -> Copies:
    """Teams and reps for so many leads of a story."""
    story = timeline.story
    shares = {t: s for t, s in segments.TEAM_SHARES.items() if not story.teams or t in story.teams}
    chosen = segments.draw(rng, count, shares, segments.concentrations(_tags(timeline), "team"))
    team = np.array([_TEAM_ORDER.index(name) for name in shares], dtype=np.int64)[chosen]
    sizes = np.array([len(reps) for reps in _REPS])
    # The first reps of a team get more leads than the last.
    rep = (rng.random(count) ** 1.4 * sizes[team]).astype(np.int64)
    return Copies(count, rng, team, rep)


def draw_person(timeline: Timeline, profile: Profile, copies: Copies) -> Person:
    """What each copy's record says, drawn from the segments where the story does not care."""
    rng, count, tags = copies.rng, copies.count, _tags(timeline)
    source = _draw_source(rng, count, profile.source, tags)
    expects_campaign = np.array([c for _, c, _ in v.SOURCES])[source] | (source < 0)
    expects_form = np.array([f for _, _, f in v.SOURCES])[source] | (source < 0)
    campaign = draw_campaigns(rng, source)
    if profile.campaign is None:
        campaign[:] = BLANK
    elif profile.campaign == "as_expected":
        campaign[~expects_campaign] = BLANK
    form = segments.draw(rng, count, segments.FORM_SHARES, segments.concentrations(tags, "form"))
    landing_page = form.copy()
    for attribute, codes in ((profile.form, form), (profile.landing_page, landing_page)):
        if attribute is None:
            codes[:] = BLANK
        elif attribute == "as_expected":
            codes[~expects_form] = BLANK
    grade, score, band = _draw_fit(rng, count, profile.fit)
    intent = _draw_intent(rng, count, profile.intent)
    qualification = rng.integers(0, len(v.QUALIFICATIONS), count)
    if not profile.qualification:
        qualification[:] = BLANK
    tiers = np.array([*v.INTENT_TIERS, ""])[intent]
    country = _draw_country(rng, copies.team, profile)
    return Person(
        source, country, campaign, landing_page, form, grade, score, band, intent, tiers, qualification,
        profile.is_submitted,
    )  # fmt: skip


def _tags(timeline: Timeline) -> list[str]:
    outcomes = {e.outcome for e in timeline.story.expected}
    return sorted(timeline.story.fires | outcomes)


def _draw_source(rng: np.random.Generator, count: int, wanted: str | None, tags: list[str]) -> Numbers:
    if wanted is None:
        return np.full(count, BLANK, dtype=np.int64)
    if wanted == "generic":
        return segments.source_positions(v.GENERIC_SOURCES)[rng.integers(0, len(v.GENERIC_SOURCES), count)]
    if wanted not in ("any", "campaign", "form"):
        return np.full(count, segments.source_positions([wanted])[0], dtype=np.int64)
    expects = {name: (campaign, form) for name, campaign, form in v.SOURCES}
    shares = {
        name: share
        for name, share in segments.SOURCE_SHARES.items()
        if wanted == "any" or expects[name][0 if wanted == "campaign" else 1]
    }
    chosen = segments.draw(rng, count, shares, segments.concentrations(tags, "source"))
    return segments.source_positions(list(shares))[chosen]


def draw_campaigns(rng: np.random.Generator, source: Numbers) -> Numbers:
    """A campaign of the lead's source; any campaign where the source has none of its own."""
    by_source = [[i for i, (_, s) in enumerate(v.CAMPAIGNS) if s == name] for name, _, _ in v.SOURCES]
    every = list(range(len(v.CAMPAIGNS)))
    options = [own or every for own in by_source] + [every]
    return _pick(options, source, rng.integers(0, 1 << 30, len(source)))


def _pick(options: list[list[int]], group: Numbers, number: Numbers) -> Numbers:
    """One option of each row's group: the number counts through them, round and round."""
    sizes = np.array([len(o) for o in options])
    table = np.array([[o[i % len(o)] for i in range(sizes.max())] for o in options], dtype=np.int64)
    picked: Numbers = table[group, number % sizes[group]]
    return picked


def _draw_fit(
    rng: np.random.Generator, count: int, wanted: str | None
) -> tuple[Numbers, Numbers, NDArray[np.str_]]:
    """Grade code or score (the other is blank), and the band that the policy makes of it."""
    blank = np.full(count, BLANK, dtype=np.int64)
    if wanted is None:
        return blank, blank.copy(), np.full(count, "", dtype="<U6")
    good = segments.GOOD_FIT_SHARES
    bands = {"good": good, "scored": good, "best": {"high": 1.0}, "poor": {"low": 1.0}}[wanted]
    band = np.array(list(bands))[segments.draw(rng, count, bands)].astype("<U6")
    grade, score = blank, blank.copy()
    for name in bands:
        low, high = next((low, high) for low, high, b in v.FIT_SCORE_BANDS if b == name)
        grade = np.where(band == name, v.FIT_GRADE_BANDS.index(name), grade)
        score = np.where(band == name, rng.integers(low, high + 1, count), score)
    is_graded = rng.random(count) < (0.0 if wanted == "scored" else 0.7)
    return np.where(is_graded, grade, BLANK), np.where(is_graded, BLANK, score), band


def _draw_intent(rng: np.random.Generator, count: int, wanted: str | None) -> Numbers:
    if wanted is None:
        return np.full(count, BLANK, dtype=np.int64)
    if wanted == "good":
        return segments.draw(rng, count, segments.GOOD_INTENT_SHARES)
    tier = {"best": "high", "poor": "low", "unknown": ""}[wanted]
    options = np.array([i for i, t in enumerate(v.INTENT_TIERS) if t == tier], dtype=np.int64)
    return options[rng.integers(0, len(options), count)]


def _draw_country(rng: np.random.Generator, team: Numbers, profile: Profile) -> Numbers:
    if profile.geography == "hawaii":
        return np.full(len(team), COUNTRY_LIST.index(v.HAWAII), dtype=np.int64)
    own = [_TERRITORY_OF_TEAM.get(name, "") for name in _TEAM_ORDER]
    wanted = own if profile.geography == "own" else [_next_territory(t) for t in own]
    if profile.geography == "none":
        wanted = [""] * len(own)
    if profile.geography == "blank":
        return np.full(len(team), BLANK, dtype=np.int64)
    starts = {t: COUNTRY_LIST.index(group[0]) for t, group in v.COUNTRIES.items()}
    first = np.array([starts[t] for t in wanted], dtype=np.int64)[team]
    size = np.array([len(v.COUNTRIES[t]) for t in wanted], dtype=np.int64)[team]
    return first + rng.integers(0, 1 << 30, len(team)) % size


def _next_territory(territory: str) -> str:
    order = ["EMEA", "AMER", "APAC"]
    return order[(order.index(territory) + 1) % 3] if territory else "EMEA"


def draw_reasons(rng: np.random.Generator, count: int, wanted: str | None) -> Numbers:
    """Reason codes of what a story asks for: any_quality, timing, one reason, or None for blank."""
    if wanted is None:
        return np.full(count, BLANK, dtype=np.int64)
    names = {"any_quality": v.QUALITY_REASONS, "timing": v.TIMING_REASONS}.get(wanted, (wanted,))
    codes = np.array([v.REASONS.index(name) for name in names], dtype=np.int64)
    return codes[rng.integers(0, len(codes), count)]
