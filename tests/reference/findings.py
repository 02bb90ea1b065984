"""Section 3: one function per finding of the catalogue. Each says whether it fires on one handoff."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from .clock import Moment
from .coverage import Coverage
from .events import LeadLog, StageValue, Step, Track, World
from .handoffs import Clockwork, Handoff, Measurer, moment_of
from .people import Person
from .policies import norm
from .world import Account, Touch

DUPLICATE_WINDOW = timedelta(days=180)
PLACEHOLDER_LEADS = 20
EMAIL = re.compile(r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$")
QUALIFIED = {"sql", "opportunity", "customer"}
Rule = Callable[["Case"], bool]
V = TypeVar("V")


@dataclass(frozen=True)
class Finding:
    """A rule of the catalogue with what it needs."""

    code: str
    rule: Rule
    needs: tuple[str, ...]
    history: tuple[str, ...]
    is_capture: bool


RULES: dict[str, Finding] = {}


def finding(*needs: str, history: tuple[str, ...] = (), is_capture: bool = False) -> Callable[[Rule], Rule]:
    """Register a rule by its function's name: the elements it requires, the fields whose history must
    reach it.
    """

    def register(rule: Rule) -> Rule:
        RULES[rule.__name__] = Finding(rule.__name__, rule, needs, history, is_capture)
        return rule

    return register


class Context:
    """What findings need to know about the whole source."""

    def __init__(self, world: World, coverage: Coverage, handoffs: dict[str, list[Handoff]]) -> None:
        """Index persons and accounts."""
        self.world = world
        self.coverage = coverage
        self.handoffs = handoffs
        addresses = Counter(email for log in world.logs.values() if (email := email_of(log)) is not None)
        self.placeholders = {email for email, leads in addresses.items() if leads > PLACEHOLDER_LEADS}
        self.persons: dict[str, list[LeadLog]] = defaultdict(list)
        for log in world.logs.values():
            email = email_of(log)
            # Merged records are left out of who is the same person.
            if email is not None and email not in self.placeholders and not log.is_merged:
                self.persons[email].append(log)
        self.accounts: dict[str, list[Account]] = defaultdict(list)
        for account in world.source.accounts.values():
            for domain in {domain_of(written) for written in account.domains} - {None}:
                self.accounts[domain or ""].append(account)
        queues = [person for person in world.people.persons.values() if person.is_queue]
        self.has_queue_policy = any(world.policies.queue_policy_names(queue.keys) for queue in queues)

    def same_person(self, log: LeadLog) -> list[LeadLog]:
        """The other leads of the same person."""
        email = email_of(log)
        if email is None or log.is_merged:
            return []
        return [other for other in self.persons.get(email, []) if other is not log]

    def account(self, log: LeadLog) -> Account | None:
        """The account that existed before the lead: by mail domain, else the CRM's own link."""
        email = email_of(log)
        domain = email.split("@")[1] if email is not None else None
        found: list[Account] = []
        if domain is not None and not self.world.policies.is_free_mail(domain):
            found = [account for account in self.accounts.get(domain, []) if self.is_before(account, log)]
        if not found:
            link = self.world.source.accounts.get(log.lead.account_id or "")
            found = [link] if link is not None and self.is_before(link, log) else []
        return min(
            found,
            key=lambda account: (account.created.at if account.created else None, account.account_id),
            default=None,
        )

    @staticmethod
    def is_before(account: Account, log: LeadLog) -> bool:
        """Created strictly before the lead, and not the conversion's own account."""
        created = log.lead.created
        if account.account_id == log.lead.converted_account_id or account.created is None or created is None:
            return False
        return account.created.at < created.at


@dataclass
class Case:
    """One handoff under examination."""

    context: Context
    handoff: Handoff
    log: LeadLog
    clocks: Clockwork
    window: Measurer

    @property
    def world(self) -> World:
        """The source and its policies."""
        return self.context.world

    @property
    def is_open(self) -> bool:
        """Whether the handoff is open at as_of."""
        return self.handoff.outcome == "open"

    @property
    def as_of(self) -> Moment:
        """The instant of the diagnosis."""
        return Moment(self.world.as_of)

    @property
    def end(self) -> Moment:
        """Where the close ends an allowance, else as_of: on a date at the start of that day, of a record that
        went at its last modification. What today's value alone tells stays inferred.
        """
        closed = self.handoff.closed
        if closed is None:
            return self.as_of
        return Moment(
            closed.at, inferred=closed.inferred and self.handoff.outcome not in {"deleted", "merged"}
        )

    @property
    def span_end(self) -> Moment:
        """The next opening, at the start of its day where only that is known, else as_of."""
        following = self.handoff.next_opened
        return self.as_of if following is None else Moment(following.at, inferred=following.inferred)

    def text(self, column: str) -> str | None:
        """A text column of the lead."""
        return self.log.lead.text[column]

    def is_past(self, start: Moment, end: Moment, allowed: float | str) -> bool:
        """Strictly more business minutes than allowed."""
        return self.clocks.is_past(start, end, allowed)

    def not_after(self, moment: Moment, limit: Moment) -> bool:
        """At or before; where either is only a day, by days."""
        if moment.is_day or limit.is_day:
            local_day = self.world.policies.local_day
            return (moment.day or local_day(moment.at)) <= (limit.day or local_day(limit.at))
        return moment.at <= limit.at

    def touched_by_opening(self, touches: list[Touch], known: list[Touch]) -> list[Touch]:
        """Touches dated at or before the opening; all where the source dates none."""
        if not any(touch.at for touch in known):
            return touches
        return [
            touch
            for touch in touches
            if touch.at is not None and self.not_after(touch.at, self.handoff.opened)
        ]

    @property
    def has_future_task(self) -> bool:
        """An open task due on or after the day of as_of, or a meeting starting after as_of."""
        policies, as_of = self.world.policies, self.world.as_of
        for activity in self.log.planned:
            if activity.created is not None and activity.created.at > as_of:
                continue
            due = activity.due if activity.is_open_task else None
            if due is not None and (due.day or policies.local_day(due.at)) >= policies.local_day(as_of):
                return True
            if activity.kind == "meeting" and activity.starts is not None and activity.starts.at > as_of:
                return True
        return False

    @property
    def fit_is_good(self) -> bool:
        """Fit is in a sales-ready band."""
        fit = self.world.policies.fit(self.text("fit_grade"), self.log.lead.fit_score)
        return fit is not None and fit.is_sales_ready

    @property
    def raw_reason(self) -> str | None:
        """The structured reason of this handoff: by its history, else today's on the last rejected
        handoff.
        """
        if not self.context.coverage.records("reason") or not self.is_reason_known:
            return None
        if self.log.reasons is not None:
            if self.handoff.next_opened is not None:
                return self.log.reasons.before(self.handoff.next_opened.at) or None
            return self.log.reasons.at(self.world.as_of) or None
        return self.text("rejection_reason") if self.holds_todays_reason else None

    @property
    def holds_todays_reason(self) -> bool:
        """Whether today's reason and note are about this handoff."""
        rejected = [
            item for item in self.context.handoffs[self.log.lead.lead_id] if item.outcome == "rejected"
        ]
        return rejected[-1] is self.handoff if rejected else self.handoff.is_last

    @property
    def is_reason_known(self) -> bool:
        """Whether the source can tell this handoff's reason."""
        if self.log.reasons is None or self.holds_todays_reason:
            return self.holds_todays_reason
        last = self.world.as_of
        if self.handoff.next_opened is not None:
            last = self.handoff.next_opened.at - timedelta(microseconds=1)
        return any(step.at.at <= last for step in self.log.reasons.steps) or self.context.coverage.reaches(
            "rejection_reason", self.handoff.opened.at
        )

    @property
    def reason(self) -> str | None:
        """The canonical reason."""
        return self.world.policies.reason(self.world.name, self.raw_reason)

    @property
    def has_words(self) -> bool:
        """A note, or a body of the last human activity in the window, exists."""
        if self.text("rejection_note") is not None and self.holds_todays_reason:
            return True
        human = self.handoff.human_activities
        return bool(human) and human[-1].body is not None

    @property
    def is_sales_created(self) -> bool:
        """Whether a sales user created the lead."""
        created, creator = self.log.lead.created, self.text("created_by")
        if created is None:
            return self.world.people.is_always_sales(self.world.people.find(creator))
        return self.world.is_sales_user(creator, created)

    def stage_moves(self) -> list[tuple[Step[StageValue], StageValue | None]]:
        """Stage events of the window with the stage before them; a blank between two stages is no stage."""
        moves: list[tuple[Step[StageValue], StageValue | None]] = []
        known: StageValue | None = None
        if self.log.stages.initial is not None and self.log.stages.initial.stage is not None:
            known = self.log.stages.initial
        inside = self.log.stages.between(self.window.start, self.window.end)
        for step in self.log.stages.steps:
            if step.old is not None and step.old.stage is not None:
                known = step.old
            if step.new.stage is None:
                continue
            if any(step is other for other in inside):
                moves.append((step, known))
            known = step.new
        return moves


def email_of(log: LeadLog) -> str | None:
    """The lead's address, ignoring case and outer blanks; None when it is not syntactically valid."""
    email = norm(log.lead.text["email"])
    return email if EMAIL.match(email) else None


def domain_of(address: str | None) -> str | None:
    """The bare host of a domain or website: no scheme, no `www.`, no path, no port."""
    host = re.sub(r"^[a-z][a-z0-9+.-]*://", "", norm(address))
    host = re.split(r"[/?#:]", host)[0]
    host = host.removeprefix("www.").rstrip(".")
    return host or None


# -- capture --------------------------------------------------------------------------------------------


@finding("source", is_capture=True)
def source_missing(case: Case) -> bool:
    """Original source is null or blank."""
    return case.text("original_source") is None


@finding("source", is_capture=True)
def source_generic(case: Case) -> bool:
    """Original source says nothing."""
    return case.text("original_source") is not None and case.world.policies.is_generic(
        case.text("original_source")
    )


@finding("campaign", is_capture=True)
def campaign_missing(case: Case) -> bool:
    """No campaign on the lead and no membership dated at or before the opening."""
    if not case.world.policies.expects("campaign", case.text("original_source")):
        return False
    return case.text("campaign_id") is None and not case.touched_by_opening(
        case.log.touches, case.world.source.campaign_members
    )


@finding("landing_page", is_capture=True)
def landing_page_missing(case: Case) -> bool:
    """Landing page is blank, and no form submission gives one."""
    if not case.world.policies.expects("form", case.text("original_source")):
        return False
    forms = case.touched_by_opening(case.log.forms, case.world.source.form_submissions)
    return case.text("landing_page") is None and not any(form.page_url for form in forms)


@finding("conversion_point", is_capture=True)
def conversion_point_missing(case: Case) -> bool:
    """No form or conversion point on the lead, and no form submission gives one."""
    if not case.world.policies.expects("form", case.text("original_source")):
        return False
    forms = case.touched_by_opening(case.log.forms, case.world.source.form_submissions)
    return case.text("conversion_point") is None and not any(form.form_name for form in forms)


@finding("contact")
def contact_invalid(case: Case) -> bool:
    """Neither a syntactically valid email nor a phone number of at least 7 digits."""
    digits = sum(character.isdigit() for character in case.text("phone") or "")
    return email_of(case.log) is None and digits < 7


# -- qualification --------------------------------------------------------------------------------------


@finding("fit")
def fit_missing(case: Case) -> bool:
    """Neither fit grade nor fit score."""
    return case.text("fit_grade") is None and case.log.lead.fit_score is None


@finding("intent")
def intent_missing(case: Case) -> bool:
    """No intent signal."""
    return case.text("intent_signal") is None


@finding("qualification_reason")
def qualification_reason_missing(case: Case) -> bool:
    """No qualification reason on a handoff opened by MQL."""
    return case.handoff.opened_by == "mql" and case.text("qualification_reason") is None


@finding("fit", "intent")
def mql_below_criteria(case: Case) -> bool:
    """Opened by MQL while fit and intent are both known and one says not sales-ready."""
    fit = case.world.policies.fit(case.text("fit_grade"), case.log.lead.fit_score)
    intent = case.world.policies.intent(case.text("intent_signal"))
    if case.handoff.opened_by != "mql" or fit is None or intent is None:
        return False
    return not fit.is_sales_ready or not intent[1]


@finding()
def handoff_undeclared(case: Case) -> bool:
    """Sales worked the lead with no MQL before it, and no sales user created it."""
    return case.handoff.opened_by == "sales_action" and not case.is_sales_created


# -- routing --------------------------------------------------------------------------------------------


@finding("owner", "sales_team", history=("owner_id",))
def owner_missing(case: Case) -> bool:
    """No sales user and no queue owned the lead in the window, past the owner-assignment allowance."""
    return case.handoff.assigned is None and case.is_past(case.handoff.opened, case.end, "owner_assignment")


@finding("owner", "sales_team", history=("owner_id",))
def owner_late(case: Case) -> bool:
    """A sales user or queue first owned it later than the owner-assignment allowance."""
    assigned = case.handoff.assigned
    return assigned is not None and case.is_past(case.handoff.opened, assigned, "owner_assignment")


@finding("owner", "owner_is_active")
def owner_inactive(case: Case) -> bool:
    """Open, and today's owner is a deactivated user."""
    owner = case.world.people.find(case.log.owners.at(case.world.as_of))
    return case.is_open and owner is not None and not owner.is_queue and owner.is_active is False


@finding("owner", history=("owner_id",))
def queue_unworked(case: Case) -> bool:
    """A queue owned it longer than its max wait without a user claiming it."""
    if case.handoff.is_owner_inferred:
        return False
    owned = case.handoff.ownerships
    for number, item in enumerate(owned):
        if item.kind != "queue" or item.person is None:
            continue
        until = owned[number + 1].start if number + 1 < len(owned) else case.end
        began = case.clocks.allowance_start(item.start)
        row = case.world.policies.queue_row(item.person.keys, began) if began is not None else None
        own = norm(row.get("max_wait_minutes")) if row else ""
        if case.is_past(item.start, until, float(own) if own else "queue_wait"):
            return True
    return False


@finding("owner", history=("owner_id",))
def queue_unmonitored(case: Case) -> bool:
    """It sat in a queue without an active member, or (where the policy speaks of this source) without an
    escalation.
    """
    for item in case.handoff.ownerships:
        if item.kind != "queue" or item.person is None:
            continue
        if case.world.source.queue_members and not case.world.people.has_active_member(item.owner_id):
            return True
        row = case.world.policies.queue_row(item.person.keys, item.start)
        if case.context.has_queue_policy and not norm(row.get("escalation_owner") if row else ""):
            return True
    return False


def _owned_by_team_of(case: Case, owner: Person) -> bool:
    """Whether an account's owner, or a user of his team, owned the lead in the window."""
    team = case.world.people.team(owner, case.handoff.opened)
    for item in case.handoff.ownerships:
        if item.owner_id == owner.owner_id:
            return True
        is_user = item.kind in {"sales_user", "other_user"}
        if is_user and team is not None and item.team is not None and item.team.team_id == team.team_id:
            return True
    return False


@finding("owner", "accounts", history=("owner_id",))
def existing_account_as_new(case: Case) -> bool:
    """The company's account has an active sales owner, and neither he nor his team got the lead."""
    account = case.context.account(case.log)
    owner = case.world.people.find(account.owner_id) if account is not None else None
    if owner is None or case.handoff.human_owned is None or owner.is_active is False:
        return False
    if case.world.people.kind(owner, case.handoff.opened) != "sales_user":
        return False
    return not _owned_by_team_of(case, owner)


def is_customer_then(case: Case, account: Account) -> bool:
    """A won opportunity or customer_since at or before the opening; today's type only where neither is
    held.
    """
    won = [
        item.closed
        for item in case.world.source.opportunities
        if item.account_id == account.account_id and item.is_won and item.closed is not None
    ]
    since = [*won, *([account.customer_since] if account.customer_since is not None else [])]
    if since:
        return any(case.not_after(moment, case.handoff.opened) for moment in since)
    return account.is_customer_type


@finding("owner", "accounts", "account_owner", history=("owner_id",))
def existing_customer_as_new(case: Case) -> bool:
    """The account was a customer, a sales user owned the lead, and the account's owner never did."""
    account = case.context.account(case.log)
    if account is None or case.handoff.human_owned is None or not is_customer_then(case, account):
        return False
    return all(item.owner_id != account.owner_id for item in case.handoff.ownerships)


def _territories(case: Case) -> tuple[str | None, str | None]:
    """(territory that geography gives, territory of the first sales owner)."""
    first = case.handoff.first_sales_owner
    theirs = first.team.territory if first is not None and first.team is not None else None
    return case.world.policies.territory(case.text("country"), case.text("region")), theirs or None


@finding("owner", "accounts", "country", history=("owner_id",))
def territory_overrode_account(case: Case) -> bool:
    """existing_account_as_new, and the first sales owner's territory is the one that geography gives."""
    geography, theirs = _territories(case)
    return geography is not None and norm(geography) == norm(theirs) and existing_account_as_new(case)


@finding("owner", "country", history=("owner_id",))
def territory_mismatch(case: Case) -> bool:
    """No account matched, and the first sales owner belongs to another territory than geography gives."""
    geography, theirs = _territories(case)
    if geography is None or theirs is None or case.context.account(case.log) is not None:
        return False
    return norm(geography) != norm(theirs)


@finding("email")
def duplicate_restarted(case: Case) -> bool:
    """An earlier lead of the same person had a handoff inside the window before this one that did not end
    converted.
    """
    created, opened = case.log.lead.created, case.handoff.opened.at
    for other in case.context.same_person(case.log):
        if created is None or other.lead.created is None or other.lead.created.at >= created.at:
            continue
        for earlier in case.context.handoffs[other.lead.lead_id]:
            if opened - DUPLICATE_WINDOW <= earlier.opened.at < opened and earlier.outcome != "converted":
                return True
    return False


@finding("owner", "owner_history", history=("owner_id",))
def reassigned_repeatedly(case: Case) -> bool:
    """Three or more changes from one sales user to another."""
    return case.handoff.reassignments >= 3


@finding("owner")
def assignment_untracked(case: Case) -> bool:
    """A sales user owns it, but nothing says since when."""
    return case.handoff.human_owned is not None and case.handoff.is_owner_inferred


# -- action ---------------------------------------------------------------------------------------------


@finding("owner", "activities", history=("owner_id",))
def first_action_missing(case: Case) -> bool:
    """A sales user owns it, no human sales activity, and the first action is (or was, when it closed)
    overdue.
    """
    if case.log.is_merged or case.handoff.human_activities:
        return False
    return _is_first_action_overdue(case, case.end)


@finding("owner", "activities", history=("owner_id",))
def first_action_late(case: Case) -> bool:
    """The first human sales activity came after the first-action due time."""
    first = case.handoff.first_human
    return first is not None and _is_first_action_overdue(case, first)


def _is_first_action_overdue(case: Case, end: Moment) -> bool:
    """Whether the first action, had it come at `end`, would be past its allowance."""
    owner, allowed = case.handoff.first_sales_owner, case.handoff.first_action_allowed
    return owner is not None and allowed is not None and case.is_past(owner.start, end, allowed)


@finding("activities")
def single_touch_abandoned(case: Case) -> bool:
    """Open, exactly one human activity that did not connect, no future task, past the abandon allowance."""
    human = case.handoff.human_activities
    if not case.is_open or len(human) != 1 or case.world.is_connected(human[0]) or case.has_future_task:
        return False
    return case.is_past(moment_of(human[0]), case.as_of, "abandon")


@finding("activities")
def next_step_missing(case: Case) -> bool:
    """Open and worked, no future task, past the next-step allowance since the last human activity."""
    human = case.handoff.human_activities
    is_worked = len(human) >= 2 or any(case.world.is_connected(item) for item in human)
    if not case.is_open or not is_worked or case.has_future_task:
        return False
    return case.is_past(moment_of(human[-1]), case.as_of, "next_step")


@finding("owner", "activities", history=("owner_id",))
def automated_only(case: Case) -> bool:
    """first_action_missing holds, and an automated activity happened."""
    return bool(case.handoff.automated_activities) and first_action_missing(case)


@finding("owner", "activities", history=("owner_id",))
def worked_by_non_owner(case: Case) -> bool:
    """The first human activity was by a user who did not own the lead at that time."""
    first = case.handoff.first_human
    if first is None or case.log.owners.initial_is_inferred:
        return False
    return case.handoff.human_activities[0].performer != (case.log.owners.at(first.at) or None)


# -- status ---------------------------------------------------------------------------------------------


@finding("status_history", "activities", history=("status",))
def status_unchanged_after_action(case: Case) -> bool:
    """After the first human activity the status stayed in the new group until the close or as_of, past the
    allowance.
    """
    if not case.handoff.human_activities:
        return False
    first = moment_of(case.handoff.human_activities[0])
    # An action known by day only may stand before the opening; what the status did before that says nothing.
    since = max(first.at, case.window.start)
    status = case.log.statuses.at(since)
    if status is None or status.group != "new":
        return False
    for step in case.log.statuses.between(since, case.end.at):
        is_the_close = case.handoff.closed is not None and step.at.at == case.handoff.closed.at
        if step.new.group != "new" and step.at.at > since and not is_the_close:
            return False
    return case.is_past(first, case.end, "status_update")


@finding("status_history", history=("status",))
def status_stale(case: Case) -> bool:
    """Open, no future task, and nothing moved for longer than the stale allowance."""
    if not case.is_open or case.has_future_task:
        return False
    moves = [case.handoff.opened, *(moment_of(item) for item in case.handoff.human_activities)]
    start, end = case.window.start, case.window.end
    moves += [step.at for step in case.log.stages.between(start, end)]
    moves += [step.at for step in case.log.statuses.between(start, end)]
    moves += [step.at for step in case.log.owners.between(start, end)]
    # Of several moves at the last instant the one that is known best.
    last = max(moves, key=lambda moment: (moment.at, moment.is_precise))
    return case.is_past(last, case.as_of, "stale")


@finding("status")
def status_vague(case: Case) -> bool:
    """Open, and the current status is vague or not mapped."""
    status = case.log.statuses.at(case.world.as_of)
    return case.is_open and status is not None and status.is_vague


@finding("stage_history", history=("lifecycle_stage",))
def stage_skipped(case: Case) -> bool:
    """The stage moved forward past a required stage."""
    for step, before in case.stage_moves():
        old, new = before.stage if before else None, step.new.stage
        if old is None or new is None or not old.is_on_path or not new.is_on_path:
            continue
        for stage in case.world.policies.stages.values():
            if stage.is_required and stage.is_on_path and old.rank < stage.rank < new.rank:
                return True
    return False


@finding("stage_history", history=("lifecycle_stage",))
def stage_regressed(case: Case) -> bool:
    """The stage moved backward; not at the closing instant of a rejection or a recycling."""
    for step, before in case.stage_moves():
        old, new = before.stage if before else None, step.new.stage
        if old is None or new is None or not old.is_on_path or not new.is_on_path or new.rank >= old.rank:
            continue
        closed = case.handoff.closed
        if (
            case.handoff.outcome in {"rejected", "recycled"}
            and closed is not None
            and step.at.at == closed.at
        ):
            continue
        return True
    return False


@finding("acceptance", "owner", history=("status", "lifecycle_stage", "owner_id"))
def decision_missing(case: Case) -> bool:
    """Opened by MQL, owned by a sales user, open, and nothing decided within the acceptance allowance."""
    handoff = case.handoff
    if (
        handoff.opened_by != "mql"
        or handoff.human_owned is None
        or not case.is_open
        or handoff.accepted is not None
    ):
        return False
    return case.is_past(handoff.opened, case.as_of, "acceptance")


@finding("acceptance", history=("status", "lifecycle_stage"))
def acceptance_assumed(case: Case) -> bool:
    """Sales worked it with no explicit acceptance, once closed or past the acceptance allowance."""
    handoff = case.handoff
    if handoff.accepted is not None:
        return False
    working = [
        step.at.at
        for step in case.log.statuses.between(case.window.start, case.window.end)
        if step.new.group == "working"
    ]
    initial, created = case.log.statuses.initial, case.log.lead.created
    if initial is not None and initial.group == "working" and created is not None:
        working += [created.at] if case.window.in_window(created) else []
    is_worked = any(moment_of(item).at <= at for item in handoff.human_activities for at in working)
    start, end = case.window.start, case.window.end
    is_worked = is_worked or any(
        item.created is not None and start <= item.created.at <= end for item in case.log.opportunities
    )
    return is_worked and (not case.is_open or case.is_past(handoff.opened, case.as_of, "acceptance"))


@finding("stage", history=("lifecycle_stage",))
def rejected_stage_active(case: Case) -> bool:
    """Rejected, and the stage at the end of the span is still an active sales stage, past the status-
    update allowance.
    """
    rejected = case.handoff.rejected
    if rejected is None:
        return False
    if case.handoff.next_opened is not None:
        value = case.log.stages.before(case.handoff.next_opened.at)
    else:
        value = case.log.stages.at(case.world.as_of)
    if value is None or value.stage is None or not value.stage.is_active_sales:
        return False
    return case.is_past(rejected, case.span_end, "status_update")


@finding("status", "stage")
def status_stage_conflict(case: Case) -> bool:
    """Last handoff, at as_of: status group and stage contradict each other; never rejected with an active
    stage.
    """
    if not case.handoff.is_last:
        return False
    status, value = case.log.statuses.at(case.world.as_of), case.log.stages.at(case.world.as_of)
    stage = value.stage if value is not None else None
    group = status.group if status is not None else "new"
    if group == "rejected" and stage is not None and stage.is_active_sales:
        return False
    return case.world.policies.conflicts(group, stage)


# -- outcome --------------------------------------------------------------------------------------------


@finding("reason")
def rejection_reason_missing(case: Case) -> bool:
    """Rejected with neither a structured reason nor words."""
    is_rejected = case.handoff.outcome == "rejected" and case.is_reason_known
    return is_rejected and case.raw_reason is None and not case.has_words


@finding("reason")
def rejection_reason_in_notes(case: Case) -> bool:
    """Rejected with no structured reason while words exist."""
    is_rejected = case.handoff.outcome == "rejected" and case.is_reason_known
    return is_rejected and case.raw_reason is None and case.has_words


@finding("reason")
def rejection_reason_unmapped(case: Case) -> bool:
    """Rejected with a reason that the map does not know."""
    return case.handoff.outcome == "rejected" and case.raw_reason is not None and case.reason is None


@finding("reason")
def rejection_reason_contradicted(case: Case) -> bool:
    """The reason is refuted by the record."""
    if case.handoff.outcome != "rejected":
        return False
    records = case.context.coverage.records
    if case.reason == "duplicate":
        # Whoever merged a record away found the other one.
        return records("email") and not case.log.is_merged and not case.context.same_person(case.log)
    if case.reason == "existing_customer":
        account = case.context.account(case.log)
        return (
            records("accounts")
            and case.context.coverage.tells_customers()
            and (account is None or not is_customer_then(case, account))
        )
    if case.reason == "invalid_contact":
        return any(case.world.is_connected(item) for item in case.handoff.human_activities)
    return False


@finding("activities")
def rejected_untouched(case: Case) -> bool:
    """Rejected with no human activity since the opening."""
    if case.log.is_merged or case.handoff.outcome != "rejected" or case.handoff.human_activities:
        return False
    return case.reason not in {"duplicate", "existing_customer", "invalid_contact", "spam"}


@finding("reason", "fit")
def recycled_as_rejected(case: Case) -> bool:
    """Rejected for a timing reason while fit is good."""
    return (
        case.handoff.outcome == "rejected" and case.world.policies.is_timing(case.reason) and case.fit_is_good
    )


@finding("outcome")
def outcome_missing(case: Case) -> bool:
    """Open longer than the outcome allowance."""
    return case.is_open and case.is_past(case.handoff.opened, case.as_of, "outcome")


@finding("opportunities")
def opportunity_missing(case: Case) -> bool:
    """Open or converted, marked converted or sales-qualified, and no opportunity linked past the
    allowance.
    """
    if case.handoff.outcome not in {"open", "converted"}:
        return False
    next_opened = case.handoff.next_opened
    for item in case.log.opportunities:
        if item.created is None or next_opened is None or item.created.at < next_opened.at:
            return False
    # The conversion starts the clock; while the handoff is open, of several marks the earliest that is known.
    marks = sorted(_marks(case), key=lambda mark: (mark.inferred, mark.at, mark.is_day))
    return bool(marks) and case.is_past(case.handoff.closed or marks[0], case.span_end, "opportunity")


def _marks(case: Case) -> list[Moment]:
    """Since when the lead has been sales-qualified, in a converted status and flagged, as far as it still is.

    A stage or status that was there before the opening counts from the opening on.
    """
    next_opened = case.handoff.next_opened
    last = case.world.as_of if next_opened is None else next_opened.at - timedelta(microseconds=1)
    marks: list[Moment] = []
    stage_since = _since(
        case, case.log.stages, last, lambda value: value.stage is not None and value.stage.name in QUALIFIED
    )
    status_since = _since(case, case.log.statuses, last, lambda value: value.group == "converted")
    marks += [since for since in (stage_since, status_since) if since is not None]
    if case.log.converted is not None and case.window.in_span(case.log.converted):
        marks.append(case.log.converted)
    return marks


def _since(case: Case, track: Track[V], last: datetime, holds: Callable[[V], bool]) -> Moment | None:
    """Since when the value in force at `last` has held, within the handoff; None where it does not hold."""
    value = track.at(last)
    if value is None or not holds(value):
        return None
    since = case.handoff.opened
    for step in track.between(case.window.start, last):
        if holds(step.new) and (step.old is None or not holds(step.old)):
            since = step.at
    return since


@finding("deletion")
def rejected_deleted(case: Case) -> bool:
    """Deleted while the handoff was open or after a rejection; spam, duplicates and invalid contacts
    excepted.
    """
    if case.handoff.outcome == "deleted":
        is_gone = True
    else:
        is_gone = case.handoff.outcome == "rejected" and case.window.in_span(case.log.deleted)
    return is_gone and case.reason not in {"spam", "duplicate", "invalid_contact"}


def examine(context: Context, handoff: Handoff, layer_of: dict[str, str]) -> set[str]:
    """The codes of all findings of one handoff."""
    case = Case(
        context,
        handoff,
        handoff.log,
        Clockwork(context.world, handoff.log),
        Measurer(context.world, handoff),
    )
    found: set[str] = set()
    for code, rule in RULES.items():
        if handoff.outcome == "merged" and layer_of[code] not in {"capture", "qualification", "routing"}:
            continue
        if rule.is_capture and case.is_sales_created:
            continue
        if not context.coverage.records(*rule.needs):
            continue
        if not all(context.coverage.reaches(name, handoff.opened.at) for name in rule.history):
            continue
        if rule.rule(case):
            found.add(code)
    return found
