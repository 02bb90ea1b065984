"""Routing: who owned the lead, and when."""

# fmt: off
from demo.story import (
    DESERTED_QUEUE,
    GROUP_QUEUE,
    LEAVER,
    MARKETER,
    QUEUE,
    REP,
    ROBOT,
    SECOND_TEAMMATE,
    STRANGER,
    TEAMMATE,
    UNESCALATED_QUEUE,
    UNLISTED_QUEUE,
    Crm,
    allowance,
    business,
    days,
    hours,
    in_time,
    minutes,
    pinned,
    queue_wait,
    story,
)

WITH_TERRITORY = ("sales_emea", "sales_amer", "sales_apac")
WITH_LEAVERS = ("sales_emea", "sales_amer", "sales_desk")
WITH_QUEUES: tuple[Crm, ...] = ("salesforce", "canonical")

# -- owner ------------------------------------------------------------------------------------------

(
    story("owner_missing", "Nobody of sales owns it, and the time to assign it has just run out.")
    .arrives().mql()
    .until_today(allowance("owner_assignment", 1).since("mql"))
    .handoff("mql", "open", "owner_missing")
)
(
    story("owner_missing_for_days", "Nobody of sales has owned it for days; marketing does.")
    .arrives().mql().owned_by(MARKETER)
    .until_today(business(500, 4300).since("mql"))
    .handoff("mql", "open", "owner_missing")
)
(
    story("owner_missing_for_weeks", "Nobody has owned it for weeks: nothing moves either.")
    .arrives().mql()
    .until_today(business(4900, 12000).since("mql"))
    .handoff("mql", "open", "owner_missing", "status_stale")
)
(
    story("owner_missing_until_recycled", "Marketing takes it back before anybody of sales owned it.")
    .arrives().mql().recycled(business(70, 400), by=ROBOT)
    .handoff("mql", "recycled", "owner_missing")
)
(
    story("owner_still_due", "Nobody owns it yet; the time to assign it ends this very minute.",
          near="owner_missing")
    .arrives().mql()
    .until_today(allowance("owner_assignment").since("mql"))
    .handoff("mql", "open")
)
(
    story("owner_late", "Assigned a minute after it should have been.")
    .arrives().mql().owned_by(REP, allowance("owner_assignment", 1)).call(in_time()).accepted().converts()
    .handoff("mql", "converted", "owner_late")
)
(
    story("owner_very_late", "Assigned a day or more after it should have been.")
    .arrives().mql().owned_by(REP, business(400, 1500)).call(in_time()).accepted().recycled()
    .handoff("mql", "recycled", "owner_late")
)
(
    story("owner_at_the_last_minute", "Assigned when the time to assign it ends.", near="owner_late")
    .arrives().mql().owned_by(REP, allowance("owner_assignment")).call(in_time()).accepted().converts()
    .handoff("mql", "converted")
)
(
    story("owner_inactive", "Its owner has left the company, and it is still his.", teams=WITH_LEAVERS)
    .arrives().mql(hours(2, 30)).owned_by(LEAVER).call(minutes(4, 9), by=LEAVER)
    .accepted(minutes(1, 9), by=LEAVER)
    .next_task(minutes(1, 5), by=LEAVER)
    .until_today(business(100, 900).since("owned"))
    .handoff("mql", "open", "owner_inactive")
)
(
    story("leavers_lead_reassigned", "Its owner left, and it was given to a colleague.",
          near="owner_inactive",
          teams=WITH_LEAVERS)
    .arrives().mql(hours(2, 30)).owned_by(LEAVER).call(minutes(4, 9), by=LEAVER)
    .accepted(minutes(1, 9), by=LEAVER)
    .owned_by(REP, minutes(10, 20)).next_task(minutes(1, 5))
    .until_today(business(100, 900).since("touch"))
    .handoff("mql", "open")
)
(
    story("leavers_lead_closed", "Its owner left after he had closed it.", near="owner_inactive",
          teams=WITH_LEAVERS)
    .arrives().mql().owned_by(LEAVER).call(by=LEAVER).accepted(by=LEAVER).recycled(by=LEAVER)
    .handoff("mql", "recycled")
)

# -- queues -----------------------------------------------------------------------------------------

(
    story("queue_unworked", "Waiting in the queue a minute longer than allowed.", only=WITH_QUEUES)
    .arrives().mql().owned_by(QUEUE)
    .until_today(queue_wait(1).since("queued"))
    .handoff("mql", "open", "queue_unworked")
)
(
    story("queue_unworked_for_days", "Waiting in the queue for days.", only=WITH_QUEUES)
    .arrives().mql().owned_by(QUEUE)
    .until_today(business(500, 4300).since("queued"))
    .handoff("mql", "open", "queue_unworked")
)
(
    story("queue_claimed_late", "Claimed a minute after the queue's longest wait.", only=WITH_QUEUES)
    .arrives().mql().owned_by(QUEUE).owned_by(REP, queue_wait(1), by=REP).call().accepted().recycled()
    .handoff("mql", "recycled", "queue_unworked")
)
(
    story("queue_claimed_very_late", "Claimed hours after the queue's longest wait.", only=WITH_QUEUES)
    .arrives().mql().owned_by(QUEUE).owned_by(REP, queue_wait(60, 900), by=REP).call().accepted().converts()
    .handoff("mql", "converted", "queue_unworked")
)
(
    story("queue_claimed_at_the_last_minute", "Claimed when the queue's longest wait ends.",
          near="queue_unworked", only=WITH_QUEUES)
    .arrives().mql().owned_by(QUEUE).owned_by(REP, queue_wait(), by=REP).call().accepted().converts()
    .handoff("mql", "converted")
)
(
    story("queue_waiting_today", "In the queue, at the very end of its wait.", near="queue_unworked",
          only=WITH_QUEUES)
    .arrives().mql().owned_by(QUEUE)
    .until_today(queue_wait().since("queued"))
    .handoff("mql", "open")
)
(
    story("queue_deserted", "Everybody who watched this queue has left; a rep found it by chance.",
          only=WITH_QUEUES)
    .arrives().mql().owned_by(DESERTED_QUEUE).owned_by(REP, business(5, 100), by=REP).call().accepted()
    .recycled()
    .handoff("mql", "recycled", "queue_unmonitored")
)
(
    story("queue_without_escalation", "Nobody is told when this queue waits too long.", only=WITH_QUEUES)
    .arrives().mql().owned_by(UNESCALATED_QUEUE).owned_by(REP, business(5, 100), by=REP).call().accepted()
    .converts()
    .handoff("mql", "converted", "queue_unmonitored")
)
(
    story("queue_unlisted", "A queue that the policy does not know.", only=WITH_QUEUES)
    .arrives().mql().owned_by(UNLISTED_QUEUE).owned_by(REP, business(5, 100), by=REP).call().accepted()
    .recycled()
    .handoff("mql", "recycled", "queue_unmonitored")
)
(
    story("queue_watched_by_a_group", "No user is a member of this queue, but a group is.",
          near="queue_unmonitored", only=WITH_QUEUES)
    .arrives().mql().owned_by(GROUP_QUEUE).owned_by(REP, business(5, 100), by=REP).call().accepted()
    .converts()
    .handoff("mql", "converted")
)

# -- the company is known ---------------------------------------------------------------------------

(
    story("account_overridden_by_territory",
          "The account has an owner; geography gave the lead to another team.",
          teams=WITH_TERRITORY)
    .arrives().account(STRANGER).mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled", "existing_account_as_new", "territory_overrode_account")
)
(
    story("account_ignored", "The account has an owner; the lead went round-robin to somebody else.",
          near="territory_overrode_account")
    .arrives(geography="none").account(STRANGER).mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted", "existing_account_as_new")
)
(
    story("account_linked_by_the_crm",
          "No domain matches, but the CRM itself links the contact to the company.",
          only=("hubspot",), teams=WITH_TERRITORY)
    .arrives().account(STRANGER, matches="link").mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled", "existing_account_as_new", "territory_overrode_account")
)
(
    story("account_owner_has_it", "The account's owner got the lead.",
          near=("existing_account_as_new", "territory_overrode_account", "existing_customer_as_new"))
    .arrives().account(REP, customer="won").mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted")
)
(
    story("account_team_has_it", "A colleague of the account's owner got the lead.",
          near=("existing_account_as_new", "territory_overrode_account"))
    .arrives().account(TEAMMATE).mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted")
)
(
    story("account_owner_gets_it_later", "Passed on to the account's owner in the end.",
          near="existing_account_as_new")
    .arrives().account(STRANGER, customer="won").mql().owned_by(REP).call().accepted()
    .owned_by(STRANGER, business(60, 500)).recycled(by=STRANGER)
    .handoff("mql", "recycled")
)
(
    story("account_owner_left", "The account's owner has left the company.", near="existing_account_as_new",
          teams=("sales_emea",))
    .arrives().account(LEAVER).mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted")
)
(
    story("account_of_marketing", "A marketer owns the account.", near="existing_account_as_new")
    .arrives().account(MARKETER).mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled")
)
(
    story("account_came_later", "The account was created a day after the lead.",
          near="existing_account_as_new")
    .arrives().account(STRANGER, age_days=(-1, -1)).mql().owned_by(REP).call().accepted().recycled()
    .settled(days(3))
    .handoff("mql", "recycled")
)
(
    story("account_of_free_mail", "Somebody made an account of gmail.com.", near="existing_account_as_new")
    .arrives(email="free").account(STRANGER, matches="free_mail").mql().owned_by(REP).call().accepted()
    .recycled()
    .handoff("mql", "recycled")
)
(
    story("account_of_the_same_name", "An account bears the company's name, and nothing else connects them.",
          near="existing_account_as_new")
    .arrives().account(STRANGER, matches="name").mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled")
)
(
    story("account_twice_oldest_counts", "Two accounts of one domain: the older one's owner got the lead.",
          near="existing_account_as_new")
    .arrives().account(REP, age_days=(500, 900)).account(STRANGER, age_days=(60, 300))
    .mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted")
)
(
    story("account_waits_unowned", "The account has an owner, but nobody of sales got the lead.",
          near=("existing_account_as_new", "existing_customer_as_new"))
    .arrives().account(STRANGER, customer="won").mql()
    .until_today(business(200, 4000).since("mql"))
    .handoff("mql", "open", "owner_missing")
)
(
    story("customer_as_new", "A customer, and the account's owner never saw the lead; his colleague did.")
    .arrives().account(TEAMMATE, customer="won").mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled", "existing_customer_as_new")
)
(
    story("customer_as_new_elsewhere", "A customer, treated as new by another team.", teams=WITH_TERRITORY)
    .arrives().account(STRANGER, customer="won").mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled", "existing_account_as_new", "existing_customer_as_new",
             "territory_overrode_account")
)
(
    story("customer_since", "The account says since when it has been a customer.", only=("canonical",))
    .arrives().account(TEAMMATE, customer="since").mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled", "existing_customer_as_new")
)
(
    story("customer_by_type", "Only the account's type says that it is a customer.")
    .arrives().account(TEAMMATE, customer="typed").mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled", "existing_customer_as_new")
)
(
    story("customer_only_later", "It became a customer after all this.", near="existing_customer_as_new")
    .arrives().account(TEAMMATE, customer="won_later").mql().owned_by(REP).call().accepted().recycled()
    .settled(days(4))
    .handoff("mql", "recycled")
)

# -- territory --------------------------------------------------------------------------------------

(
    story("territory_mismatch", "Its first owner sells somewhere else.", teams=WITH_TERRITORY)
    .arrives(geography="other").mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled", "territory_mismatch")
)
(
    story("territory_mended_too_late", "Passed on to the right territory, after a wrong start.",
          teams=("sales_emea", "sales_amer"))
    .arrives().mql().owned_by(STRANGER).call(by=STRANGER).owned_by(REP, minutes(5, 50)).accepted().converts()
    .handoff("mql", "converted", "territory_mismatch")
)
(
    story("territory_of_an_island", "Hawaii is APAC's, whatever the rest of the country is.",
          near="territory_mismatch", teams=("sales_apac",))
    .arrives(geography="hawaii").mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted")
)
(
    story("territory_of_nobody", "A country that no territory claims.", near="territory_mismatch",
          teams=WITH_TERRITORY)
    .arrives(geography="none").mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled")
)
(
    story("territory_yields_to_account", "Far from home, but the account's owner got it.",
          near="territory_mismatch", teams=WITH_TERRITORY)
    .arrives(geography="other").account(REP).mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted")
)

# -- the same person again --------------------------------------------------------------------------

(
    story("duplicate_restarted", "Recycled, and two weeks later the same person starts again from nothing.")
    .arrives(key="earlier").mql().owned_by(REP).call().accepted().recycled()
    .arrives(days(3, 20), same_person=0).mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "recycled", of="earlier").handoff("mql", "converted", "duplicate_restarted")
)
(
    story("duplicate_while_open", "The same person comes in again while a rep still works the first record.")
    .arrives(key="earlier").mql(hours(2, 9)).owned_by(REP).call(minutes(4, 9)).accepted(minutes(1, 5))
    .next_task(minutes(1, 3))
    .arrives(hours(3, 9), same_person=0).mql(minutes(5, 30)).owned_by(REP)
    .call(minutes(2, 5)).accepted(minutes(1, 5)).next_task(minutes(1, 3))
    .until_today(business(900, 2000).since("earlier.owned"))
    .handoff("mql", "open", of="earlier").handoff("mql", "open", "duplicate_restarted")
)
(
    story("duplicate_just_in_the_window", "The same person, a minute less than 180 days later.")
    .arrives(pinned("2026-03-16 08:00", "2026-03-17 12:00"), key="earlier").mql(minutes(10, 50))
    .owned_by(REP).call().accepted().recycled()
    .arrives(days(179).since("earlier.mql"), same_person=0).mql(minutes(180 * 1440 - 1).since("earlier.mql"))
    .owned_by(REP).call().accepted().recycled(business(60, 300))
    .handoff("mql", "recycled", of="earlier").handoff("mql", "recycled", "duplicate_restarted")
)
(
    story("duplicate_long_ago", "The same person, a minute more than 180 days later.",
          near="duplicate_restarted")
    .arrives(pinned("2026-03-16 08:00", "2026-03-17 12:00"), key="earlier").mql(minutes(10, 50))
    .owned_by(REP).call().accepted().recycled()
    .arrives(days(179).since("earlier.mql"), same_person=0).mql(minutes(180 * 1440 + 1).since("earlier.mql"))
    .owned_by(REP).call().accepted().recycled(business(60, 300))
    .handoff("mql", "recycled", of="earlier").handoff("mql", "recycled")
)
(
    story("customer_asks_again", "Converted the first time: a second inquiry is no restart.",
          near="duplicate_restarted")
    .arrives(key="earlier").mql().owned_by(REP).call().accepted().converts()
    .arrives(days(3, 20), same_person=0).mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "converted", of="earlier").handoff("mql", "recycled")
)
(
    story("known_but_never_handed_over", "The earlier record of the same person never was sales-ready.",
          near="duplicate_restarted")
    .arrives(key="earlier")
    .arrives(days(3, 20), same_person=0).mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted")
)
(
    story("placeholder_address", "Everybody's address is nobody's: these are different people.",
          near="duplicate_restarted", least=24)
    .arrives(email="placeholder").mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled")
)

# -- re-assignment ----------------------------------------------------------------------------------

(
    story("reassigned_repeatedly", "Passed on three times among reps.")
    .arrives().mql().owned_by(REP).call()
    .owned_by(TEAMMATE, minutes(5, 50)).owned_by(SECOND_TEAMMATE, minutes(5, 50))
    .owned_by(REP, minutes(5, 50))
    .accepted().recycled()
    .handoff("mql", "recycled", "reassigned_repeatedly")
)
(
    story("reassigned_twice", "Passed on twice.", near="reassigned_repeatedly")
    .arrives().mql().owned_by(REP).call().owned_by(TEAMMATE, minutes(5, 50)).owned_by(REP, minutes(5, 50))
    .accepted().converts()
    .handoff("mql", "converted")
)
(
    story("passed_through_a_queue", "Back to the queue in between: that is not from rep to rep.",
          near="reassigned_repeatedly", only=WITH_QUEUES)
    .arrives().mql().owned_by(REP).call().owned_by(TEAMMATE, minutes(5, 50)).owned_by(REP, minutes(5, 50))
    .owned_by(QUEUE, minutes(5, 50)).owned_by(TEAMMATE, minutes(2, 9), by=TEAMMATE)
    .accepted(by=TEAMMATE).converts(by=TEAMMATE)
    .handoff("mql", "converted")
)
