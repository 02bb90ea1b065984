"""Action: whether a person acted, and in time."""

# fmt: off
from demo.story import (
    MARKETER,
    OFFICE_TEAMS,
    REP,
    ROBOT,
    TEAMMATE,
    allowance,
    business,
    days,
    due,
    hours,
    in_time,
    minutes,
    story,
)

# -- the first action -------------------------------------------------------------------------------

(
    story("first_action_late", "The rep calls a minute after the first action was due.")
    .arrives().mql().owned_by(REP).call(due(1)).accepted().converts()
    .handoff("mql", "converted", "first_action_late")
)
(
    story("first_action_very_late", "The rep calls days later.")
    .arrives().mql().owned_by(REP).call(due(60, 900)).accepted().recycled()
    .handoff("mql", "recycled", "first_action_late")
)
(
    story("first_action_too_late", "The rep calls days later; by then nobody picks up any more.")
    .arrives().mql().owned_by(REP).call(due(120, 1200)).rejected("unresponsive", business(3, 240))
    .handoff("mql", "rejected", "first_action_late")
)
(
    story("first_action_late_but_lucky", "The rep calls a day late, and still gets an opportunity out of it.")
    .arrives().mql().owned_by(REP).call(due(60, 600), connected=True).accepted().converts()
    .handoff("mql", "converted", "first_action_late")
)
(
    story("first_action_late_after_reassignment", "Re-assigning a lead does not start its clock again.")
    .arrives().mql().owned_by(REP).owned_by(TEAMMATE, minutes(5, 9)).call(business(500, 700), by=TEAMMATE)
    .accepted(by=TEAMMATE).recycled(by=TEAMMATE)
    .handoff("mql", "recycled", "first_action_late")
)
(
    story("first_action_at_the_last_minute", "The rep calls when the first action is due.",
          near="first_action_late")
    .arrives().mql().owned_by(REP).call(due()).accepted().converts()
    .handoff("mql", "converted")
)
(
    story("first_action_missing", "A rep owns it, and the first action is a minute overdue.")
    .arrives().mql().owned_by(REP)
    .until_today(due(1))
    .handoff("mql", "open", "first_action_missing")
)
(
    story("first_action_missing_until_recycled", "Nobody touches it, then the rep recycles it.")
    .arrives().mql().owned_by(REP).recycled(due(1, 300))
    .handoff("mql", "recycled", "first_action_missing")
)
(
    story("first_action_only_after_closing", "The first call comes after the lead was recycled.")
    .arrives().mql().owned_by(REP).recycled(due(5, 300)).call(business(30, 300))
    .handoff("mql", "recycled", "first_action_missing")
)
(
    story("ignored_for_days", "A rep owns it and has done nothing for days; he should have decided long ago.",
          teams=OFFICE_TEAMS)
    .arrives().mql().owned_by(REP)
    .until_today(business(1500, 4300).since("owned"))
    .handoff("mql", "open", "decision_missing", "first_action_missing")
)
(
    story("ignored_for_weeks", "A rep owns it and nothing has moved for weeks.")
    .arrives().mql().owned_by(REP)
    .until_today(business(5200, 15000).since("owned"))
    .handoff("mql", "open", "decision_missing", "first_action_missing", "status_stale")
)
(
    story("marketing_called_instead", "A marketer rings; sales does not.")
    .arrives().mql().owned_by(REP).call(minutes(5, 30), by=MARKETER).recycled(due(1, 300))
    .handoff("mql", "recycled", "first_action_missing")
)
(
    story("lead_wrote_first", "The lead writes, nobody answers.", only=("hubspot", "canonical"))
    .arrives().mql().owned_by(REP).email(minutes(5, 30), inbound=True).recycled(due(1, 300))
    .handoff("mql", "recycled", "first_action_missing")
)
(
    story("lead_rang_in_vain", "The lead rings, nobody picks up.")
    .arrives().mql().owned_by(REP).call(minutes(5, 30), inbound=True).recycled(due(1, 300))
    .handoff("mql", "recycled", "first_action_missing")
)
(
    story("first_action_due_now", "A rep owns it, the first action is due this minute.",
          near="first_action_missing", teams=("sales_amer", "sales_desk", "sales_partner"))
    .arrives().mql().owned_by(REP)
    .until_today(due())
    .handoff("mql", "open")
)
(
    story("recycled_before_due", "Recycled untouched, but before the first action was due.",
          near="first_action_missing")
    .arrives().mql().owned_by(REP).recycled(due(-5))
    .handoff("mql", "recycled")
)
(
    story("lead_rang_and_was_answered", "The lead rings and the rep picks up: a first action.",
          near=("first_action_missing", "first_action_late"))
    .arrives().mql().owned_by(REP).call(in_time(), inbound=True, connected=True).accepted().converts()
    .handoff("mql", "converted")
)
(
    story("meeting_booked_in_time", "The first action is a booked meeting; it counts when booked.",
          near="first_action_late")
    .arrives().mql().owned_by(REP).meeting(in_time()).accepted().converts()
    .handoff("mql", "converted")
)
(
    story("logged_by_the_dialler", "The dialler logs the rep's call: still a person's call.",
          near=("first_action_missing", "automated_only"), only=("hubspot", "canonical"))
    .arrives().mql().owned_by(REP).call(in_time(), source="integration").accepted().converts()
    .handoff("mql", "converted")
)
(
    story("robots_task_done_by_the_rep", "A workflow set the task, the rep did it.",
          near=("first_action_missing", "automated_only"))
    .arrives().mql().owned_by(REP).task(in_time(0.6, 0.9), created_by=ROBOT).accepted().converts()
    .handoff("mql", "converted")
)
(
    story("logged_by_the_day", "The rep's log knows the day of his task, not the hour.",
          near=("first_action_missing", "first_action_late", "rejected_untouched"),
          only=("salesforce", "canonical"))
    .arrives().mql().owned_by(REP).task(days(3), day_level=True).status("accepted", minutes(10, 30))
    .stage("sal", by=REP).rejected()
    .settled(days(4))
    .handoff("mql", "rejected")
)

# -- robots -----------------------------------------------------------------------------------------

(
    story("automated_only", "A sequence writes, nobody of sales does.")
    .arrives().mql().owned_by(REP).sequence(minutes(2, 9)).sequence(minutes(2, 9))
    .until_today(due(1, 200))
    .handoff("mql", "open", "automated_only", "first_action_missing")
)
(
    story("automated_only_until_recycled", "The robot writes, then the lead is recycled.")
    .arrives().mql().owned_by(REP).robot_mail(minutes(2, 9)).recycled(due(1, 300))
    .handoff("mql", "recycled", "automated_only", "first_action_missing")
)
(
    story("robot_only_before_opening", "The robot wrote while it was nurtured, and nobody since.",
          near="automated_only")
    .arrives().robot_mail(hours(1, 5)).mql().owned_by(REP).recycled(due(1, 300))
    .handoff("mql", "recycled", "first_action_missing")
)
(
    story("robot_then_rep", "A sequence writes, and the rep calls in time.",
          near=("automated_only", "first_action_missing"))
    .arrives().mql().owned_by(REP).sequence(minutes(2, 9)).call(due(-9)).accepted().converts()
    .handoff("mql", "converted")
)

# -- keeping at it ----------------------------------------------------------------------------------

(
    story("single_touch_abandoned", "One call into the void, and then nothing.")
    .arrives().mql(hours(2, 9)).owned_by(REP).call(minutes(2, 9)).accepted(minutes(1, 9))
    .until_today(allowance("abandon", 1).since("touch"))
    .handoff("mql", "open", "single_touch_abandoned")
)
(
    story("single_touch_then_robot", "One email, then only a sequence goes on.")
    .arrives().mql(hours(2, 9)).owned_by(REP).email(minutes(2, 9)).accepted(minutes(1, 9))
    .sequence(hours(2, 9)).sequence(hours(3, 20))
    .until_today(allowance("abandon", 10, 1500).since("touch"))
    .handoff("mql", "open", "single_touch_abandoned")
)
(
    story("single_touch_task_overdue", "One call; the next task was due yesterday.")
    .arrives().mql(hours(2, 9)).owned_by(REP).call(minutes(2, 9)).accepted(minutes(1, 9))
    .next_task(minutes(1, 5), in_days=-1)
    .until_today(allowance("abandon", 1, 900).since("touch"))
    .handoff("mql", "open", "single_touch_abandoned")
)
(
    story("single_touch_at_the_limit", "One call; the time to follow up ends this minute.",
          near="single_touch_abandoned")
    .arrives().mql(hours(2, 9)).owned_by(REP).call(minutes(2, 9)).accepted(minutes(1, 9))
    .until_today(allowance("abandon").since("touch"))
    .handoff("mql", "open")
)
(
    story("single_touch_task_today", "One call; the next task is due today.", near="single_touch_abandoned")
    .arrives().mql(hours(2, 9)).owned_by(REP).call(minutes(2, 9)).accepted(minutes(1, 9))
    .next_task(minutes(1, 5), in_days=0)
    .until_today(allowance("abandon", 1, 900).since("touch"))
    .handoff("mql", "open")
)
(
    story("single_touch_meeting_ahead", "All that was done was to book a meeting, and it lies ahead.",
          near=("single_touch_abandoned", "next_step_missing"))
    .arrives().mql(hours(2, 9)).owned_by(REP).meeting(minutes(2, 9), in_days=4).accepted(minutes(1, 9))
    .until_today(allowance("abandon", 1, 900).since("touch"))
    .handoff("mql", "open")
)
(
    story("next_step_missing", "A conversation, and then nothing.")
    .arrives().mql(hours(2, 9)).owned_by(REP).call(minutes(2, 9), connected=True).accepted(minutes(1, 9))
    .until_today(allowance("next_step", 1).since("touch"))
    .handoff("mql", "open", "next_step_missing")
)
(
    story("next_step_missing_after_two_touches", "Two attempts, and then nothing.")
    .arrives().mql(hours(2, 9)).owned_by(REP).call(minutes(2, 9)).accepted(minutes(1, 9)).email(hours(20, 40))
    .until_today(allowance("next_step", 10, 1500).since("touch"))
    .handoff("mql", "open", "next_step_missing")
)
(
    story("next_step_at_the_limit", "A conversation; the time for a next step ends this minute.",
          near="next_step_missing")
    .arrives().mql(hours(2, 9)).owned_by(REP).call(minutes(2, 9), connected=True).accepted(minutes(1, 9))
    .until_today(allowance("next_step").since("touch"))
    .handoff("mql", "open")
)
(
    story("next_step_task_ahead", "A conversation long ago, and a task ahead.",
          near=("next_step_missing", "status_stale"))
    .arrives().mql(hours(2, 9)).owned_by(REP).call(minutes(2, 9), connected=True).accepted(minutes(1, 9))
    .next_task(minutes(1, 5), in_days=12)
    .until_today(allowance("stale", 10, 3000).since("touch"))
    .handoff("mql", "open")
)
(
    story("worked_by_a_colleague", "A colleague makes the first call.")
    .arrives().mql().owned_by(REP).call(by=TEAMMATE).accepted().converts()
    .handoff("mql", "converted", "worked_by_non_owner")
)
(
    story("passed_on_after_the_call", "Its owner of the time makes the first call, then passes it on.",
          near="worked_by_non_owner")
    .arrives().mql().owned_by(REP).call().owned_by(TEAMMATE, minutes(2, 30)).accepted(by=TEAMMATE)
    .converts(by=TEAMMATE)
    .handoff("mql", "converted")
)
