"""Leads for which everything went as it should: nothing may be found."""

# fmt: off
from demo.story import (
    AFTER_TODAY,
    MOVER,
    QUEUE,
    REP,
    TOGETHER,
    UNLISTED_REP,
    business,
    days,
    due,
    hours,
    in_time,
    minutes,
    pinned,
    seconds,
    story,
)

(
    story("first_of_all", "The CRM's first lead: nothing was logged before its changes.", most=1)
    .arrives(pinned("2026-03-02 10:00", "2026-03-02 11:00"))
    .mql(minutes(20, 50)).owned_by(REP, TOGETHER).call().accepted().converts()
    .handoff("mql", "converted")
)

# -- the common endings ----------------------------------------------------------------------------

(
    story("converted", "Called in time, accepted, qualified, converted.")
    .arrives().mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted")
)
(
    story("converted_and_won", "A conversation, a meeting, an opportunity that is won weeks later.")
    .arrives().mql().owned_by(REP).call(connected=True).accepted().meeting(business(30, 400)).converts().won()
    .handoff("mql", "converted")
)
(
    story("emailed_then_called", "First an email, then a call that connects.")
    .arrives().mql().owned_by(REP).email().accepted().call(business(200, 900), connected=True).converts()
    .handoff("mql", "converted")
)
(
    story("recycled", "Good fit, bad timing: back to nurture.")
    .arrives().mql().owned_by(REP).call().accepted().email(business(100, 900)).recycled()
    .handoff("mql", "recycled")
)
(
    story("rejected", "Looked at, called, and turned down with a reason.")
    .arrives().mql().owned_by(REP).call().accepted().email(business(100, 900)).rejected()
    .handoff("mql", "rejected")
)
(
    story("rejected_on_the_phone", "The first call settles it: status goes straight to rejected.")
    .arrives().mql().owned_by(REP).call(connected=True).rejected("wrong_role", minutes(2, 15))
    .handoff("mql", "rejected")
)
(
    story("declined_after_a_call", "The rep calls, hears that it is too early, and gives it back unaccepted.")
    .arrives().mql().owned_by(REP).call().recycled(business(3, 240))
    .handoff("mql", "recycled")
)
(
    story("declined_for_good", "The rep writes, gets an answer that ends it, and rejects it unaccepted.")
    .arrives().mql().owned_by(REP).email().rejected("any_quality", business(3, 240))
    .handoff("mql", "rejected")
)
(
    story("still_nurtured", "Came in weeks ago, never sales-ready: no handoff at all.")
    .arrives(fit="poor", intent="poor").robot_mail(days(2, 9)).robot_mail(days(5, 20))
)
(
    story("just_arrived", "Came in this week and is being scored.")
    .arrives(qualification=False)
    .until_today(hours(1, 100).since("created"))
)
(
    story("open_and_fresh", "Handed over two hours ago, called and accepted already.")
    .arrives().mql().owned_by(REP).call(seconds(300, 900)).accepted(minutes(2, 9))
    .until_today(business(30, 200).since("owned"))
    .handoff("mql", "open")
)
(
    story("open_in_good_hands", "A conversation last week, the next task is planned.")
    .arrives().mql(hours(2, 9)).owned_by(REP).call(minutes(4, 10), connected=True).accepted(minutes(2, 9))
    .next_task(minutes(1, 3))
    .until_today(business(900, 2000).since("owned"))
    .handoff("mql", "open")
)

# -- odd hours and odd days ------------------------------------------------------------------------

(
    story("weekend_arrival", "Sales-ready on a Saturday evening, called on Monday morning.",
          teams=("sales_emea", "sales_amer"))
    .arrives(pinned("2026-05-16 15:00", "2026-05-16 20:00"))
    .mql(minutes(10, 60)).owned_by(REP).call(business(5, 25)).accepted().converts()
    .handoff("mql", "converted")
)
(
    story("night_arrival", "Sales-ready at night, called next morning.", teams=("sales_emea",))
    .arrives(pinned("2026-07-15 20:30", "2026-07-15 22:00"))
    .mql(minutes(10, 60)).owned_by(REP).email(business(1, 20)).accepted().recycled()
    .handoff("mql", "recycled")
)
(
    story("holiday_arrival", "Handed over on Ascension Day, called on the Friday.", teams=("sales_emea",))
    .arrives(pinned("2026-05-14 07:00", "2026-05-14 14:00"))
    .mql(minutes(10, 60)).owned_by(REP).call(business(5, 25)).accepted().converts()
    .handoff("mql", "converted")
)
(
    story("spring_forward", "Handed over before the clocks go forward in Europe, called after.",
          teams=("sales_emea",))
    .arrives(pinned("2026-03-27 13:00", "2026-03-27 15:00"))
    .mql(minutes(10, 60)).owned_by(REP, minutes(1, 9)).call(business(28, 29)).accepted().converts()
    .handoff("mql", "converted")
)
(
    story("spring_forward_round_the_clock", "The desk works through the night of 23 hours.",
          teams=("sales_desk",))
    .arrives(pinned("2026-03-28 23:55", "2026-03-29 00:20"), intent="good")
    .mql(minutes(2, 9)).owned_by(REP, minutes(1, 5)).call(business(50, 59)).accepted().recycled()
    .handoff("mql", "recycled")
)
(
    story("autumn_back", "Handed over before the clocks go back in Sydney, called after.",
          teams=("sales_apac",))
    .arrives(pinned("2026-04-02 05:00", "2026-04-02 07:00"), fit="good")
    .mql(minutes(10, 40)).owned_by(REP, minutes(1, 9)).call(business(50, 59)).accepted().converts()
    .handoff("mql", "converted")
)
(
    story("longer_evenings", "The team's hours change while the clock runs.", teams=("sales_emea",))
    .arrives(pinned("2026-05-29 14:00", "2026-05-29 15:00"))
    .mql(minutes(2, 9)).owned_by(REP, minutes(1, 5)).call(business(45, 59)).accepted().converts()
    .handoff("mql", "converted")
)

# -- queues ----------------------------------------------------------------------------------------

(
    story("queue_claimed", "Waited in the queue for a quarter of an hour, then claimed by a rep.",
          only=("salesforce", "canonical"))
    .arrives().mql().owned_by(QUEUE).owned_by(REP, business(3, 20), by=REP).call().accepted().converts()
    .handoff("mql", "converted")
)
# -- a second handoff ------------------------------------------------------------------------------

(
    story("recycled_then_ready_again", "Recycled, nurtured, sales-ready again, converted.")
    .arrives().mql().owned_by(REP).call().accepted().recycled()
    .mql(days(10, 30)).status("new", minutes(1, 2), by=REP).call(in_time()).accepted().converts()
    .handoff("mql", "recycled").handoff("mql", "converted")
)
(
    story("reopened", "Recycled, then a rep takes it up again by himself.")
    .arrives().mql().owned_by(REP).call().accepted().recycled()
    .status("working", days(10, 30)).call(business(3, 25)).accepted().converts()
    .handoff("mql", "recycled").handoff("status_reopened", "converted")
)
(
    story("rejected_twice", "Rejected, reopened, rejected again: one reason on the record, the last one's.")
    .arrives().mql().owned_by(REP).call().accepted().rejected()
    .status("working", days(10, 30)).call(business(3, 25)).accepted().rejected("wrong_role")
    .handoff("mql", "rejected").handoff("status_reopened", "rejected")
)
(
    story("rejected_then_ready_again", "Rejected; half a season later it is sales-ready again, and converts.")
    .arrives().mql().owned_by(REP).call().accepted().rejected("wrong_role")
    .mql(days(30, 60)).status("new", minutes(1, 2), by=REP).call(in_time()).accepted().converts()
    .handoff("mql", "rejected").handoff("mql", "converted")
)
(
    story("reopened_through_new",
          "Recycled, set to new by marketing, taken up by the rep: that is the opening.")
    .arrives().mql().owned_by(REP).call().accepted().recycled()
    .status("new", days(5, 20), by=REP).status("working", hours(2, 20)).call(business(3, 25)).accepted()
    .recycled()
    .handoff("mql", "recycled").handoff("status_reopened", "recycled")
)

# -- everything at once, or in an odd order ---------------------------------------------------------

(
    story("created_as_mql", "Sales-ready from its first second.")
    .arrives(stage="mql").owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted")
)
(
    story("same_second", "Created, assigned, called and accepted within one second of the clock.",
          only=("salesforce", "canonical"))
    .arrives(stage="mql").owned_by(REP, TOGETHER).call(TOGETHER).accepted(TOGETHER).converts()
    .handoff("mql", "converted")
)
(
    story("assigned_with_the_mql", "Assigned by the very workflow that made it sales-ready.")
    .arrives().mql().owned_by(REP, TOGETHER).call().accepted().converts()
    .handoff("mql", "converted")
)
(
    story("opportunity_before_the_handoff", "An old opportunity hangs on it; it has nothing to do with this.",
          only=("hubspot", "canonical"))
    .arrives().opportunity(hours(1, 5)).mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled")
)
(
    story("opportunity_alone", "The rep opens an opportunity and leaves the status as it is.",
          only=("hubspot", "canonical"))
    .arrives().mql().owned_by(REP).call().accepted().sql().opportunity(business(60, 900))
    .handoff("mql", "converted")
)
(
    story("call_of_1985", "A log entry of 1985: impossible, so it never happened.", near="first_action_late")
    .arrives().mql().owned_by(REP).call(minutes(1, 2), is_impossible=True).call(due(-9)).accepted().converts()
    .handoff("mql", "converted")
)
(
    story("call_after_today", "The rep calls after today: it has not happened yet.")
    .arrives().mql().owned_by(REP).call(AFTER_TODAY)
    .until_today(due(1, 100))
    .handoff("mql", "open", "first_action_missing")
)

# -- people and policies that change ----------------------------------------------------------------

(
    story("rep_before_her_move", "Worked by a rep of Sales EMEA who is in Sales AMER today.",
          teams=("sales_emea",))
    .arrives(pinned("2026-05-26 06:00", "2026-05-27 12:00"))
    .mql(minutes(5, 30)).owned_by(MOVER).call(by=MOVER).accepted(by=MOVER)
    .recycled(business(60, 200), by=MOVER)
    .handoff("mql", "recycled")
)
(
    story("rep_after_her_move", "Worked by the same rep, in her new team.", teams=("sales_amer",))
    .arrives(pinned("2026-06-09 06:00", "2026-06-10 12:00"))
    .mql(minutes(5, 30)).owned_by(MOVER).call(by=MOVER).accepted(by=MOVER).converts(by=MOVER)
    .handoff("mql", "converted")
)
(
    story("rep_known_to_the_crm_alone", "The policy forgot this rep; the CRM knows his team.",
          teams=("sales_emea",))
    .arrives().mql().owned_by(UNLISTED_REP).call(by=UNLISTED_REP).accepted(by=UNLISTED_REP)
    .converts(by=UNLISTED_REP)
    .handoff("mql", "converted")
)
(
    story("owner_in_time_back_then", "Assigned after 50 minutes, when the policy still allowed an hour.",
          near="owner_late")
    .arrives(pinned("2026-05-20 08:00", "2026-05-21 13:00")).mql(minutes(5, 9))
    .owned_by(REP, business(50, 58))
    .call(in_time()).accepted().converts()
    .handoff("mql", "converted")
)
(
    story("owner_late_by_now",
          "Assigned after 50 minutes, when the policy allowed three quarters of an hour.")
    .arrives(pinned("2026-06-09 08:00", "2026-06-10 13:00")).mql(minutes(5, 9))
    .owned_by(REP, business(50, 58))
    .call(in_time()).accepted().converts()
    .handoff("mql", "converted", "owner_late")
)

# -- merged records ---------------------------------------------------------------------------------

(
    story("merged_while_open", "The same person twice; the second record is merged into the first.",
          near=("duplicate_restarted", "rejected_deleted"))
    .arrives(key="survivor").mql(hours(2, 9)).owned_by(REP).call(minutes(4, 9)).accepted(minutes(1, 9))
    .arrives(hours(3, 20), key="copy", same_person=0).mql(minutes(10, 50)).owned_by(REP)
    .call(minutes(3, 9)).accepted(minutes(1, 5)).merged_into("survivor", minutes(30, 300))
    .of("survivor").converts()
    .handoff("mql", "converted", of="survivor").handoff("mql", "merged", of="copy")
)
(
    story("merged_before_any_handoff",
          "An older record of the same person, never handed over, is merged away.")
    .arrives(key="older")
    .arrives(days(2, 9), key="survivor", same_person=0).mql().owned_by(REP).call().accepted()
    .of("older").merged_into("survivor", minutes(30, 300))
    .of("survivor").converts()
    .handoff("mql", "converted", of="survivor")
)
(
    story("call_came_with_the_merged_record",
          "The rep called the person's other record, which was merged later.",
          near=("first_action_missing", "first_action_late"))
    .arrives(key="older")
    .arrives(days(2, 9), key="survivor", same_person=0).mql().owned_by(REP)
    .of("older").call(in_time().since("survivor.owned"))
    .of("survivor").accepted()
    .of("older").merged_into("survivor", minutes(30, 90))
    .of("survivor").converts()
    .handoff("mql", "converted", of="survivor")
)
(
    story("form_came_with_the_merged_record", "The form was sent under the record that was merged later.",
          near=("conversion_point_missing", "landing_page_missing"), only=("hubspot", "canonical"))
    .arrives(key="older", source="form")
    .arrives(days(2, 9), key="survivor", same_person=0, source="form", form=None, landing_page=None)
    .mql().owned_by(REP).call().accepted()
    .of("older").merged_into("survivor", minutes(30, 90))
    .of("survivor").converts()
    .handoff("mql", "converted", of="survivor")
)
(
    story("campaign_came_with_the_merged_record", "The campaign was answered under the record merged later.",
          near="campaign_missing", only=("salesforce", "canonical"))
    .arrives(key="older", campaign=None).campaign(minutes(5, 50))
    .arrives(days(2, 9), key="survivor", same_person=0, source="campaign", campaign=None)
    .mql().owned_by(REP).call().accepted()
    .of("older").merged_into("survivor", minutes(30, 90))
    .of("survivor").converts()
    .handoff("mql", "converted", of="survivor")
)
