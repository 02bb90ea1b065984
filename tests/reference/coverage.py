"""Section 4: which elements a source records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from .events import LeadLog, Track, World

# Elements of capture, qualification and ownership: the ones that can have been filled in after the outcome.
LEAD_ELEMENTS: dict[str, tuple[str, ...]] = {
    "source": ("original_source",),
    "campaign": ("campaign_id",),
    "landing_page": ("landing_page",),
    "conversion_point": ("conversion_point",),
    "email": ("email",),
    "phone": ("phone",),
    "fit": ("fit_grade", "fit_score"),
    "intent": ("intent_signal",),
    "qualification_reason": ("qualification_reason",),
    "owner": ("owner_id",),
}


class Coverage:
    """What one source records; asked by element name."""

    def __init__(self, world: World) -> None:
        """Look at every element once."""
        self.world = world
        self.elements: dict[str, bool] = {}
        self.after_outcome: set[str] = set()
        present = world.source.present
        source = world.source
        for element, columns in LEAD_ELEMENTS.items():
            self.elements[element] = any(column in present for column in columns)
        self.elements["campaign"] |= bool(source.campaign_members)
        self.elements["landing_page"] |= any(form.page_url for form in source.form_submissions)
        self.elements["conversion_point"] |= any(form.form_name for form in source.form_submissions)
        self.elements["owner"] |= world.has_history("owner_id")
        for element in list(LEAD_ELEMENTS):
            if self.elements[element] and self.is_after_outcome(element):
                self.after_outcome.add(element)
                self.elements[element] = False
        self.elements["contact"] = self.elements["email"] or self.elements["phone"]
        self.elements["stage"] = "lifecycle_stage" in present or world.has_history("lifecycle_stage")
        self.elements["status"] = "status" in present or world.has_history("status")
        self.elements["stage_history"] = world.has_history("lifecycle_stage")
        self.elements["status_history"] = world.has_history("status")
        self.elements["owner_history"] = world.has_history("owner_id")
        self.elements["owner_is_active"] = any(
            owner.is_active is not None for owner in source.owners.values()
        )
        self.elements["sales_team"] = self.knows_a_sales_user()
        self.elements["activities"] = bool(source.activities)
        self.elements["accounts"] = bool(source.accounts)
        self.elements["account_owner"] = any(account.owner_id for account in source.accounts.values())
        self.elements["opportunities"] = any(item.lead_ids for item in source.opportunities)
        self.elements["converted"] = (
            "is_converted" in present or "converted_at" in present or world.has_history("converted")
        )
        self.elements["country"] = "country" in present
        self.elements["reason"] = "rejection_reason" in present or world.has_history("rejection_reason")
        self.elements["deletion"] = "is_deleted" in present or "deleted_at" in present
        self.elements["acceptance"] = self.records_acceptance()
        # Who records only what was won cannot tell open from lost.
        self.elements["outcome"] = self.elements["stage"] or self.elements["status"]

    def forget_after_outcome(self) -> None:
        """Treat what was filled in after the outcome as not recorded, wherever it is read."""
        for element in self.after_outcome:
            for log in self.world.logs.values():
                for column in LEAD_ELEMENTS[element]:
                    if column in log.lead.text:
                        log.lead.text[column] = None
                if element == "fit":
                    log.lead.fit_score = None
                if element == "owner":
                    log.owners = Track("", False, [])

    def records(self, *elements: str) -> bool:
        """Whether all elements are recorded."""
        return all(self.elements[element] for element in elements)

    def reaches(self, field: str, opened_at: datetime) -> bool:
        """Whether a handoff opened within the history of a field; true where the source has no history of
        it.
        """
        horizon = self.world.horizons.get(field)
        return horizon is None or opened_at >= horizon

    def knows_a_sales_user(self) -> bool:
        """Whether any id of the source is known as a user of a sales team at any time."""
        ids = set(self.world.source.owners)
        ids |= {lead.text["owner_id"] for lead in self.world.source.leads.values() if lead.text["owner_id"]}
        for change in self.world.source.changes:
            if change.field == "owner_id":
                ids |= {value for value in (change.old, change.new) if value}
        sales = {key for key, team in self.world.policies.teams.items() if team.function == "sales"}
        mapped = {
            row["owner_key"].strip().lower()
            for row in self.world.policies.tables["owner_map"]
            if row["team_id"].strip().lower() in sales
        }
        for owner_id in ids:
            person = self.world.people.find(owner_id)
            if person is None or person.is_queue:
                continue
            crm = self.world.policies.crm_team(person.team_keys)
            if (crm is not None and crm.function == "sales") or any(
                key is not None and key.strip().lower() in mapped for key in person.keys
            ):
                return True
        return False

    def tells_customers(self) -> bool:
        """Whether accounts show as customers: by a date, a type or a won opportunity."""
        source = self.world.source
        return any(
            account.has_type or account.customer_since is not None for account in source.accounts.values()
        ) or any(item.is_won and item.account_id for item in source.opportunities)

    def records_acceptance(self) -> bool:
        """An accepted status, a stage sal or sql, or an acceptance stamp anywhere in the source."""
        world = self.world
        if "accepted_at" in world.source.present:
            return True
        stages: set[str | None] = {lead.text["lifecycle_stage"] for lead in world.source.leads.values()}
        statuses: set[str | None] = {lead.text["status"] for lead in world.source.leads.values()}
        for lead in world.source.leads.values():
            stages |= set(lead.stage_dates)
        for change in world.source.changes:
            target = {"lifecycle_stage": stages, "status": statuses}.get(change.field)
            if target is not None:
                target |= {change.old, change.new}
        found_stages = (world.policies.stage(world.name, raw) for raw in stages)
        found_statuses = (world.policies.status(world.name, raw) for raw in statuses)
        return any(stage is not None and stage.name in {"sal", "sql"} for stage in found_stages) or any(
            status.group == "accepted" for status in found_statuses
        )

    def is_after_outcome(self, element: str) -> bool:
        """Values stand almost only on converted leads, while half of the others or more lack it."""
        has: Callable[[LeadLog], bool] = lambda log: self.has_value(log, element)  # noqa: E731
        with_value = others = others_without = converted_with = 0
        for log in self.world.logs.values():
            converted = self.is_converted(log)
            with_value += has(log)
            converted_with += converted and has(log)
            others += not converted
            others_without += not converted and not has(log)
        return (
            with_value > 0
            and others > 0
            and converted_with >= 0.95 * with_value
            and others_without >= 0.5 * others
        )

    def has_value(self, log: LeadLog, element: str) -> bool:
        """Whether one lead has a value of an element."""
        lead = log.lead
        if element == "fit":
            return lead.text["fit_grade"] is not None or lead.fit_score is not None
        if element == "campaign" and log.touches:
            return True
        if element == "landing_page" and any(form.page_url for form in log.forms):
            return True
        if element == "conversion_point" and any(form.form_name for form in log.forms):
            return True
        if element == "owner" and log.owners.steps:
            return True
        return lead.text[LEAD_ELEMENTS[element][0]] is not None

    def is_converted(self, log: LeadLog) -> bool:
        """Whether a lead was converted by as_of: the flag, the status group or a linked opportunity."""
        status = log.statuses.at(self.world.as_of)
        return bool(
            log.converted is not None
            or log.opportunities
            or (status is not None and status.group == "converted")
        )
