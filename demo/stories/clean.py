"""Leads for which everything went as it should: nothing may be found."""

# fmt: off
from demo.story import (
    QUEUE,
    REP,
    business,
    days,
    hours,
    in_time,
    minutes,
    pinned,
    queue_wait,
    seconds,
    story,
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
(
    story("queue_waiting_today", "In the queue, and just inside its wait.", near="queue_unworked",
          only=("salesforce", "canonical"))
    .arrives().mql().owned_by(QUEUE)
    .until_today(queue_wait().since("queued"))
    .handoff("mql", "open")
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
