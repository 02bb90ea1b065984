"""Corners: what is carried over, what comes in an unusual order, what only one field tells."""

# fmt: off
from demo.story import (
    AFTER_TODAY,
    MARKETER,
    NOBODY,
    OFFICE_TEAMS,
    QUEUE,
    REP,
    ROBOT,
    STRANGER,
    TOGETHER,
    allowance,
    business,
    days,
    due,
    hours,
    in_time,
    minutes,
    story,
)

# -- owners -----------------------------------------------------------------------------------------

(
    story("owned_before_the_handoff", "A rep already owned it when it became sales-ready.", near="owner_late")
    .arrives(owner=REP).mql().call(in_time()).accepted().converts()
    .handoff("mql", "converted")
)
(
    story("owner_taken_away", "Assigned, taken away again, and never called: its clock ran on.",
          near="owner_missing")
    .arrives().mql().owned_by(REP).owned_by(NOBODY, minutes(5, 9)).recycled(due(5, 300), by=ROBOT)
    .handoff("mql", "recycled", "first_action_missing")
)
(
    story("called_from_the_queue", "A rep calls a lead that still waits in the queue, then claims it.",
          near="queue_unworked", only=("salesforce", "canonical"))
    .arrives().mql().owned_by(QUEUE).call(business(2, 9)).owned_by(REP, minutes(1, 5), by=REP).accepted()
    .converts()
    .handoff("mql", "converted", "worked_by_non_owner")
)
(
    story("called_before_assignment", "A rep is faster than the assignment.", near="owner_late")
    .arrives().mql().call(minutes(2, 9)).owned_by(REP, minutes(1, 9)).accepted().recycled()
    .handoff("mql", "recycled", "worked_by_non_owner")
)
(
    story("called_but_never_owned", "A rep calls it, and nobody of sales ever owns it.")
    .arrives().mql().call(minutes(5, 30)).accepted(minutes(2, 9)).recycled(business(70, 400))
    .handoff("mql", "recycled", "owner_missing", "worked_by_non_owner")
)
(
    story("account_of_nobody", "The account has no owner.", near="existing_account_as_new")
    .arrives().account(NOBODY).mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled")
)
(
    story("country_unknown", "No country, so no territory.", near="territory_mismatch")
    .arrives(geography="blank").mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted")
)

# -- openings ---------------------------------------------------------------------------------------

(
    story("claimed_by_an_unknown_hand", "Somebody set an inquiry to working; the log does not say who.",
          only=("canonical",))
    .arrives(owner=REP).status("working", hours(2, 30), by=NOBODY).call(business(3, 25))
    .status("accepted", minutes(2, 9)).recycled()
    .handoff("sales_action", "recycled", "handoff_undeclared")
)
(
    story("rejected_by_marketing_then_called",
          "Marketing turned the inquiry down; a rep called it all the same.")
    .arrives().status("rejected", hours(2, 30), by=MARKETER).owned_by(REP, hours(2, 30), by=REP)
    .call(business(3, 25)).status("accepted", minutes(2, 9)).recycled()
    .handoff("sales_action", "recycled", "handoff_undeclared")
)
(
    story("straight_to_sal",
          "A workflow jumps from inquiry to SAL: sales-ready, accepted, and a stage skipped.")
    .arrives(owner=REP).stage("sal", hours(2, 30)).call(in_time()).status("accepted", minutes(2, 9))
    .converts()
    .handoff("mql", "converted", "stage_skipped")
)
(
    story("bounced_back_to_inquiry", "Back to inquiry and to MQL again, all in one handoff.")
    .arrives().mql().owned_by(REP).call().stage("inquiry", minutes(5, 30)).stage("mql", minutes(1, 9))
    .accepted().converts()
    .handoff("mql", "converted", "stage_regressed")
)
(
    story("rejected_after_today", "Rejected after today: today it is open still, and in good hands.")
    .arrives().mql().owned_by(REP).call(minutes(4, 10), connected=True).accepted(minutes(2, 9))
    .next_task(minutes(1, 3)).rejected("wrong_role", AFTER_TODAY)
    .until_today(business(200, 2000).since("touch"))
    .handoff("mql", "open")
)

# -- what is carried over ---------------------------------------------------------------------------

(
    story("working_from_before",
          "Its status said working long before: sales never accepted anything by that.",
          near=("acceptance_assumed", "status_unchanged_after_action"))
    .arrives().status("working", hours(1, 5), by=ROBOT).mql().owned_by(REP).call()
    .recycled(business(500, 900))
    .handoff("mql", "recycled")
)
(
    story("accepted_from_before",
          "Its status said accepted before the handoff: that is no acceptance of this one.",
          teams=OFFICE_TEAMS)
    .arrives().status("accepted", hours(1, 5), by=ROBOT).mql().owned_by(REP).call(minutes(2, 9))
    .until_today(allowance("acceptance", 1, 300).since("mql"))
    .handoff("mql", "open", "decision_missing")
)

# -- closings ---------------------------------------------------------------------------------------

(
    story("recycled_by_stage_alone", "Only the stage says that it was recycled.")
    .arrives().mql().owned_by(REP).call().accepted().stage("recycled", business(60, 900))
    .handoff("mql", "recycled")
)
(
    story("rejected_by_stage_alone", "Only the stage says that it was rejected; the status says accepted.")
    .arrives(reason="wrong_role").mql().owned_by(REP).call().accepted()
    .stage("disqualified", business(60, 900))
    .handoff("mql", "rejected", "status_stage_conflict")
)
(
    story("deleted_after_converting", "The lead record was deleted after it was converted.",
          near="rejected_deleted")
    .arrives().mql().owned_by(REP).call().accepted().converts().deleted(days(2, 20))
    .handoff("mql", "converted")
)

# -- acceptance and action by other means -----------------------------------------------------------

(
    story("accepted_by_stamp", "Neither status nor stage, but a stamp says that sales accepted it.",
          near="acceptance_assumed")
    .arrives().mql().owned_by(REP).call().status("working", minutes(2, 9)).accepted_stamp(minutes(5, 30))
    .recycled()
    .handoff("mql", "recycled")
)
(
    story("first_action_by_message", "The first action is a message.",
          near="first_action_late", only=("canonical",))
    .arrives().mql().owned_by(REP).message().accepted().converts()
    .handoff("mql", "converted")
)
(
    story("newsletter_in_the_reps_name", "A list email in the rep's name is not his action.")
    .arrives().mql().owned_by(REP).email(minutes(2, 9), source="list").recycled(due(1, 300))
    .handoff("mql", "recycled", "automated_only", "first_action_missing")
)
(
    story("workflow_mail_in_the_reps_name", "A workflow's email in the rep's name is not his action.",
          only=("hubspot", "canonical"))
    .arrives().mql().owned_by(REP).email(minutes(2, 9), source="workflow").recycled(due(1, 300))
    .handoff("mql", "recycled", "automated_only", "first_action_missing")
)
(
    story("unrelated_rep_called", "A rep of another team calls first; nobody asked him to.")
    .arrives().mql().owned_by(REP).call(by=STRANGER).accepted().recycled()
    .handoff("mql", "recycled", "worked_by_non_owner")
)
(
    story("called_at_the_handover", "Called in the very second of the handover.",
          near=("first_action_late", "handoff_undeclared"))
    .arrives(owner=REP).mql().call(TOGETHER).accepted().converts()
    .handoff("mql", "converted")
)
