"""A plain Salesforce org: no lifecycle stage, no MQL date, no reasons. Being a lead is being handed over."""

# fmt: off
from demo.story import (
    MARKETER,
    QUEUE,
    REP,
    STRANGER,
    Story,
    business,
    days,
    due,
    hours,
    in_time,
    minutes,
    pinned,
    queue_wait,
)
from demo.story import story as tell

WITH_TERRITORY = ("sales_emea", "sales_amer", "sales_apac")


def story(
    name: str,
    about: str,
    near: str | tuple[str, ...] = (),
    teams: tuple[str, ...] = (),
    most: int | None = None,
) -> Story:
    """A story that only a plain org can tell."""
    return tell(name, about, near=near, only=("plain",), teams=teams, most=most)


(
    story("plain_first_of_all", "The org's first lead: before its changes nothing was logged.", most=1)
    .arrives(pinned("2026-03-02 10:00", "2026-03-02 11:00"))
    .owned_by(REP, minutes(1, 5)).call().status("working", minutes(4, 40)).converted(stage=None)
    .handoff("created", "converted")
)

(
    story("plain_converted", "Created, assigned, called, converted.")
    .arrives().owned_by(REP).call().status("working", minutes(4, 40)).converted(stage=None)
    .handoff("created", "converted")
)
(
    story("plain_recycled", "Created, assigned, called, recycled.")
    .arrives().owned_by(REP).email().status("working", minutes(4, 40)).recycled(stage=None)
    .handoff("created", "recycled")
)
(
    story("plain_rejected_without_reason", "Rejected; this org has no field for a reason: none is missing.",
          near=("rejection_reason_missing", "rejection_reason_in_notes"))
    .arrives().owned_by(REP).call(body=True).rejected(None, business(30, 400), stage=None)
    .handoff("created", "rejected")
)
(
    story("plain_rejected_untouched", "Rejected without an attempt; no field could tell that it was spam.")
    .arrives().owned_by(REP).rejected(None, in_time(), stage=None)
    .handoff("created", "rejected", "rejected_untouched")
)
(
    story("plain_rejected_and_reopened", "Rejected, taken up again, converted.")
    .arrives().owned_by(REP).call().rejected(None, business(30, 400), stage=None)
    .status("working", days(5, 20)).call(business(3, 25)).converted(stage=None)
    .handoff("created", "rejected").handoff("status_reopened", "converted")
)
(
    story("plain_created_once", "Set back to new after its rejection: it is not created a second time.")
    .arrives().owned_by(REP).call().rejected(None, business(30, 400), stage=None).status("new", days(2, 9))
    .handoff("created", "rejected")
)
(
    story("plain_first_action_late", "Called hours after it was due.")
    .arrives().owned_by(REP).call(due(30, 300)).status("working", minutes(4, 40)).recycled(stage=None)
    .handoff("created", "recycled", "first_action_late")
)
(
    story("plain_robot_only", "Assigned, and only the robot wrote.")
    .arrives().owned_by(REP).robot_mail(minutes(2, 9))
    .until_today(due(1, 200))
    .handoff("created", "open", "automated_only", "first_action_missing")
)
(
    story("plain_marketer_only", "Assigned, and only a marketer rang.", near="automated_only")
    .arrives().owned_by(REP).call(minutes(2, 9), by=MARKETER)
    .until_today(due(1, 200))
    .handoff("created", "open", "first_action_missing")
)
(
    story("plain_owner_missing", "Nobody of sales owns it.")
    .arrives()
    .until_today(business(90, 3000).since("created"))
    .handoff("created", "open", "owner_missing")
)
(
    story("plain_queue_waiting", "Too long in the queue.")
    .arrives().owned_by(QUEUE)
    .until_today(queue_wait(1, 100).since("queued"))
    .handoff("created", "open", "queue_unworked")
)
(
    story("plain_account_ignored", "The account has an owner; geography gave the lead to another team.",
          teams=WITH_TERRITORY)
    .arrives().account(STRANGER).owned_by(REP).call().status("working", minutes(4, 40)).recycled(stage=None)
    .handoff("created", "recycled", "existing_account_as_new", "territory_overrode_account")
)
(
    story("plain_duplicate", "The same person again, weeks after a rejection.")
    .arrives(key="earlier").owned_by(REP).call().rejected(None, business(30, 400), stage=None)
    .arrives(days(3, 20), same_person=0).owned_by(REP).call().status("working", minutes(4, 40))
    .converted(stage=None)
    .handoff("created", "rejected", of="earlier").handoff("created", "converted", "duplicate_restarted")
)
(
    story("plain_converted_without_opportunity", "Converted into a contact; an opportunity never came.")
    .arrives().owned_by(REP).call().status("working", minutes(4, 40))
    .converted(stage=None, with_opportunity=False)
    .settled(days(20))
    .handoff("created", "converted", "opportunity_missing")
)
(
    story("plain_merged_while_open", "The second record of the same person is merged into the first.")
    .arrives(key="survivor").owned_by(REP).call(minutes(4, 9)).status("working", minutes(1, 9))
    .arrives(hours(3, 20), key="copy", same_person=0).owned_by(REP).call(minutes(3, 9))
    .merged_into("survivor", minutes(30, 300))
    .of("survivor").converted(stage=None)
    .handoff("created", "converted", of="survivor").handoff("created", "merged", of="copy")
)
