"""Status: whether status and stage tell what happened."""

# fmt: off
from demo.story import OFFICE_TEAMS, REP, allowance, business, days, due, hours, minutes, story

# -- the status follows the work --------------------------------------------------------------------

(
    story("status_unchanged_after_action",
          "Called and taken on, and the status stays new until it is recycled.")
    .arrives().mql().owned_by(REP).call().stage("sal", minutes(5, 20), by=REP)
    .recycled(allowance("status_update", 1).since("touch"))
    .handoff("mql", "recycled", "status_unchanged_after_action")
)
(
    story("status_blank_after_action", "A blank status counts as new: called, and it stays blank.")
    .arrives(status="").mql().owned_by(REP).email().stage("sal", minutes(5, 20), by=REP)
    .recycled(allowance("status_update", 10, 900).since("touch"))
    .handoff("mql", "recycled", "status_unchanged_after_action")
)
(
    story("status_unchanged_today", "Called yesterday, and the status is still new.")
    .arrives().mql(hours(2, 9)).owned_by(REP).call(minutes(2, 9)).stage("sal", minutes(1, 9), by=REP)
    .until_today(allowance("status_update", 1, 900).since("touch"))
    .handoff("mql", "open", "status_unchanged_after_action")
)
(
    story("status_changed_at_the_last_minute", "Closed when the time to set the status ends.",
          near="status_unchanged_after_action")
    .arrives().mql().owned_by(REP).call().stage("sal", minutes(5, 20), by=REP)
    .recycled(allowance("status_update").since("touch"))
    .handoff("mql", "recycled")
)
(
    story("status_changed_late", "The status followed the call late, but it followed.",
          near="status_unchanged_after_action")
    .arrives().mql().owned_by(REP).call().accepted(allowance("status_update", 10, 300)).recycled()
    .handoff("mql", "recycled")
)
(
    story("status_stale", "Two attempts weeks ago, and nothing has moved since.")
    .arrives().mql(hours(2, 9)).owned_by(REP).email(minutes(2, 9)).accepted(minutes(1, 9)).call(hours(20, 40))
    .until_today(allowance("stale", 1).since("touch"))
    .handoff("mql", "open", "next_step_missing", "status_stale")
)
(
    story("status_almost_stale", "Two attempts weeks ago; it goes stale this minute.", near="status_stale")
    .arrives().mql(hours(2, 9)).owned_by(REP).email(minutes(2, 9)).accepted(minutes(1, 9)).call(hours(20, 40))
    .until_today(allowance("stale").since("touch"))
    .handoff("mql", "open", "next_step_missing")
)
(
    story("status_vague", "Open, and the status says In Progress.")
    .arrives().mql(hours(2, 9)).owned_by(REP).call(minutes(2, 9)).accepted(minutes(1, 9))
    .status("vague", minutes(5, 20)).next_task(minutes(1, 5))
    .until_today(business(200, 2000).since("touch"))
    .handoff("mql", "open", "status_vague")
)
(
    story("status_unmapped", "Open, and the status is one that no map knows.")
    .arrives().mql(hours(2, 9)).owned_by(REP).call(minutes(2, 9)).accepted(minutes(1, 9))
    .status("unmapped", minutes(5, 20)).next_task(minutes(1, 5))
    .until_today(business(200, 2000).since("touch"))
    .handoff("mql", "open", "status_vague")
)
(
    story("status_vague_for_a_while", "In Progress for a day, closed in the end.", near="status_vague")
    .arrives().mql().owned_by(REP).call().accepted().status("vague", minutes(5, 50)).recycled()
    .handoff("mql", "recycled")
)
(
    story("status_blank_and_fresh", "Handed over this morning with a blank status: that is new, not vague.",
          near="status_vague")
    .arrives(status="").mql(hours(2, 9)).owned_by(REP)
    .until_today(business(5, 25).since("owned"))
    .handoff("mql", "open")
)

# -- the stage moves as it should -------------------------------------------------------------------

(
    story("stage_skipped", "From MQL to SQL, past the stage in which sales accepts.")
    .arrives().mql().owned_by(REP).call().status("accepted", minutes(5, 20)).sql().converted()
    .handoff("mql", "converted", "stage_skipped")
)
(
    story("stage_optional_skipped", "From SAL to opportunity: nobody requires SQL.", near="stage_skipped")
    .arrives().mql().owned_by(REP).call().accepted().converted()
    .handoff("mql", "converted")
)
(
    story("stage_blank_in_between", "The stage was blank for a minute: a blank is no stage.",
          near=("stage_skipped", "stage_regressed"))
    .arrives().mql().owned_by(REP).call().accepted().stage("", minutes(5, 20)).stage("sql", minutes(1, 2))
    .converted()
    .handoff("mql", "converted")
)
(
    story("stage_regressed", "From SAL back to MQL, and on again.")
    .arrives().mql().owned_by(REP).call().accepted().stage("mql", minutes(20, 90), by=REP)
    .stage("sal", hours(1, 5), by=REP).converts()
    .handoff("mql", "converted", "stage_regressed")
)
(
    story("stage_regressed_through_blank", "From SQL to nothing to SAL: still backward.")
    .arrives().mql().owned_by(REP).call().accepted().sql().stage("", minutes(5, 20))
    .stage("sal", minutes(1, 2))
    .recycled()
    .handoff("mql", "recycled", "stage_regressed")
)
(
    story("stage_back_by_recycling", "Recycling puts the stage back to inquiry: that is what it is for.",
          near="stage_regressed")
    .arrives().mql().owned_by(REP).call().accepted().recycled(stage="inquiry")
    .handoff("mql", "recycled")
)
(
    story("stage_back_by_rejecting", "Rejecting puts the stage back to inquiry.",
          near=("stage_regressed", "rejected_stage_active"))
    .arrives().mql().owned_by(REP).call().accepted().rejected(stage="inquiry")
    .settled(allowance("status_update", 60))
    .handoff("mql", "rejected")
)

# -- sales says yes or no ---------------------------------------------------------------------------

(
    story("decision_missing", "Set to working and called, but neither accepted nor turned down in time.",
          teams=OFFICE_TEAMS)
    .arrives().mql().owned_by(REP).status("working", minutes(1, 3)).call(minutes(2, 9))
    .until_today(allowance("acceptance", 1).since("mql"))
    .handoff("mql", "open", "decision_missing")
)
(
    story("decision_due_now", "Neither accepted nor turned down; the time for it ends this minute.",
          near=("decision_missing", "acceptance_assumed"), teams=OFFICE_TEAMS)
    .arrives().mql().owned_by(REP).call(minutes(2, 9)).status("working", minutes(1, 3))
    .until_today(allowance("acceptance").since("mql"))
    .handoff("mql", "open")
)
(
    story("decision_late", "Accepted late, but accepted.", near=("decision_missing", "acceptance_assumed"))
    .arrives().mql().owned_by(REP).call().status("working", minutes(5, 20))
    .accepted(allowance("acceptance", 10, 300).since("mql")).converts()
    .handoff("mql", "converted")
)
(
    story("acceptance_assumed", "Called, worked and recycled: nobody ever said that it was accepted.")
    .arrives().mql().owned_by(REP).call().status("working", minutes(5, 20)).recycled()
    .handoff("mql", "recycled", "acceptance_assumed")
)
(
    story("acceptance_assumed_by_opportunity", "An opportunity came, an acceptance never did.")
    .arrives().mql().owned_by(REP).call().converted(business(60, 400), stage=None)
    .handoff("mql", "converted", "acceptance_assumed")
)
(
    story("acceptance_assumed_today", "Called and working for days, and not accepted.", teams=OFFICE_TEAMS)
    .arrives().mql().owned_by(REP).call(minutes(2, 9)).status("working", minutes(1, 3))
    .until_today(allowance("acceptance", 1, 700).since("mql"))
    .handoff("mql", "open", "acceptance_assumed", "decision_missing")
)
(
    story("working_before_the_call", "Working came before the call, nothing after it: sales did not work on.",
          near="acceptance_assumed")
    .arrives().mql().owned_by(REP).status("working", minutes(1, 5)).call(due(-9)).recycled()
    .handoff("mql", "recycled")
)

# -- status and stage agree -------------------------------------------------------------------------

(
    story("rejected_stage_active", "Rejected, but the stage still says accepted.")
    .arrives().mql().owned_by(REP).call().accepted().rejected(stage=None)
    .settled(allowance("status_update", 60))
    .handoff("mql", "rejected", "rejected_stage_active")
)
(
    story("rejected_stage_about_to_follow", "Rejected; the time to set the stage ends this minute.",
          near="rejected_stage_active")
    .arrives().mql(hours(2, 9)).owned_by(REP).call(minutes(2, 9)).accepted(minutes(1, 9))
    .rejected("wrong_role", minutes(10, 50), stage=None)
    .until_today(allowance("status_update").since("rejected"))
    .handoff("mql", "rejected")
)
(
    story("rejected_stage_follows", "The stage follows a week later: a late remedy is a remedy.",
          near="rejected_stage_active")
    .arrives().mql().owned_by(REP).call().accepted().rejected(stage=None).stage("disqualified", days(6, 9))
    .handoff("mql", "rejected")
)
(
    story("status_stage_conflict", "Recycled, while the stage still says SQL.")
    .arrives().mql().owned_by(REP).call().accepted().sql().recycled(stage=None)
    .handoff("mql", "recycled", "status_stage_conflict")
)
(
    story("status_stage_conflict_mended", "The stage followed days later.", near="status_stage_conflict")
    .arrives().mql().owned_by(REP).call().accepted().sql().recycled(stage=None).stage("recycled", days(2, 9))
    .handoff("mql", "recycled")
)
(
    story("status_stage_conflict_of_a_past_handoff", "A conflict that the next handoff left behind.",
          near="status_stage_conflict")
    .arrives().mql().owned_by(REP).call().accepted().sql().recycled(stage=None)
    .status("working", days(5, 20)).call(business(3, 25)).status("accepted", minutes(2, 9)).converted()
    .handoff("mql", "recycled").handoff("status_reopened", "converted")
)
